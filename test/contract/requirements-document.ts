/**
 * The user's requirements document as data, because it is not part of the repository: each heading that asks for something,
 * and of what is below it, the words by which a row of docs/requirements.md has to name it.
 */
export const DOCUMENT: Readonly<Record<string, readonly string[]>> = {
  'Executive Summary': ['Frontend', 'Backend', 'Database', 'Architecture'],
  'Minimum Requirements (Development/Staging)': ['CPU', 'RAM', 'Storage', 'OS', 'Network'],
  'Recommended Requirements (Production)': ['CPU', 'RAM', 'Storage', 'OS', 'Network', 'Backup'],
  'High-Availability Production (Recommended)': [
    ...['Application Servers', 'CPU per instance', 'RAM per instance', 'Database Server'],
    ...['DB CPU', 'DB RAM', 'DB Storage', 'Load Balancer', 'Reverse Proxy'],
  ],
  'Supported Linux Distributions': ['Ubuntu 22.04 LTS', 'Ubuntu 20.04 LTS', 'Red Hat Enterprise Linux (RHEL) 8+', 'CentOS Stream 9', 'Debian 11 (Bullseye)'],
  'Kernel Requirements': ['5.4+', 'Latest stable kernel'],
  'System Packages (Ubuntu/Debian)': [
    ...['apt update && apt upgrade', 'build-essential', 'curl', 'wget', 'git', 'python3.9', 'python3.9-dev', 'python3-pip', 'python3-venv', 'Node.js 18+'],
    ...['nodejs', 'postgresql', 'postgresql-contrib', 'libpq-dev', 'nginx', 'certbot', 'python3-certbot-nginx', 'supervisor', 'htop', 'iotop', 'nethogs'],
  ],
  'System Packages (RHEL/CentOS)': [
    ...['dnf update', 'Development Tools', 'curl', 'wget', 'git', 'python39', 'python39-devel', 'python39-pip', 'Node.js 18+', 'nodejs'],
    ...['postgresql-server', 'postgresql-contrib', 'postgresql-devel', 'nginx', 'certbot', 'python3-certbot-nginx', 'supervisor'],
  ],
  'PostgreSQL Configuration': [
    ...['PostgreSQL 14 or higher', 'aikovrr_db', 'UTF-8', 'en_US.UTF-8', 'UTC'],
    ...['max_connections = 100', 'shared_buffers = 256MB', 'effective_cache_size = 1GB', 'maintenance_work_mem = 64MB', 'checkpoint_completion_target = 0.9'],
    ...['wal_buffers = 16MB', 'default_statistics_target = 100', 'random_page_cost = 1.1', 'effective_io_concurrency = 200', 'work_mem = 2621kB'],
    ...['min_wal_size = 1GB', 'max_wal_size = 4GB'],
    ...['max_connections = 200', 'shared_buffers = 2GB', 'effective_cache_size = 6GB', 'maintenance_work_mem = 512MB', 'work_mem = 10MB'],
  ],
  'Required Open Ports': ['80 TCP', '443 TCP', '22 TCP', '5432 TCP', '8000 TCP', '5173 TCP'],
  'Firewall Configuration (UFW - Ubuntu)': [
    ...['ufw enable', 'ufw allow 22/tcp', 'ufw allow 80/tcp', 'ufw allow 443/tcp', 'ufw allow from 10.0.0.0/8 to any port 5432', 'ufw status'],
  ],
  'Firewall Configuration (firewalld - RHEL/CentOS)': ['enable --now firewalld', '--add-service=http', '--add-service=https', '--add-service=ssh', '--reload'],
  'SSL/TLS Certificate': ['Valid SSL certificate', "Let's Encrypt", 'Commercial SSL certificate'],
  'User Permissions': ['useradd -m -s /bin/bash aikovrr', 'usermod -aG sudo', 'mkdir -p /opt/aikovrr', 'chown -R aikovrr:aikovrr'],
  'Security Hardening': ['SSH', 'Firewall', 'SELinux', 'Fail2ban', 'Automatic Updates'],
  'Directory Structure': [
    ...['frontend/', 'frontend/dist/', 'frontend/node_modules/', 'backend/', 'backend/venv/', 'backend/static/', 'backend/media/', 'backend/logs/'],
    ...['nginx/', 'supervisor/', 'backups/'],
  ],
  'Python Dependencies (Backend)': [
    ...['Django==4.2.7', 'djangorestframework==3.14.0', 'psycopg2-binary==2.9.9', 'django-cors-headers==4.3.1', 'python-dotenv==1.0.0'],
    ...['gunicorn==21.2.0', 'whitenoise==6.6.0'],
  ],
  'Node.js Dependencies (Frontend)': ['react==18.2.0', 'react-dom==18.2.0', 'react-router-dom==6.20.0', 'vite==5.0.0', 'typescript==5.3.3'],
  'Recommended Production Setup': ['Load Balancer', 'Reverse Proxy', 'Frontend', 'Backend', 'PostgreSQL'],
  'Process Management': ['Gunicorn (4 workers)', 'Static files served by Nginx', 'PostgreSQL service'],
  'Required Monitoring': ['System Metrics', 'Application Logs', 'Database Metrics', 'Uptime Monitoring'],
  'Log Locations': [
    ...['/var/log/nginx/access.log', '/var/log/nginx/error.log', '/opt/aikovrr/backend/logs/django.log'],
    ...['/var/log/postgresql/postgresql-14-main.log', '/var/log/supervisor/'],
  ],
  'Recommended Monitoring Tools': ['Prometheus + Grafana', 'ELK Stack or Loki', 'UptimeRobot or Pingdom', 'New Relic or DataDog'],
  'Database Backups': ['Frequency', 'Retention', 'Method', 'Storage'],
  'Application Backups': ['Code', 'Media Files', 'Configuration'],
  'Backup Script Example': ['/opt/aikovrr/scripts/backup.sh', 'pg_dump', 'aws s3 cp', '-mtime +30'],
  'Required Environment Variables': [
    ...['SECRET_KEY', 'DEBUG=False', 'ALLOWED_HOSTS', 'DATABASE_NAME=aikovrr_db', 'DATABASE_USER=aikovrr_user', 'DATABASE_PASSWORD'],
    ...['DATABASE_HOST=localhost', 'DATABASE_PORT=5432', 'CORS_ALLOWED_ORIGINS', 'STATIC_ROOT=/opt/aikovrr/backend/static'],
    ...['MEDIA_ROOT=/opt/aikovrr/backend/media', 'VITE_API_URL', 'VITE_APP_ENV=production'],
  ],
  'Technical Contacts': ['Project Lead', 'DevOps Lead', 'Emergency Contact'],
  Documentation: ['GitHub Repository', 'API Documentation', 'Deployment Guide'],
  'Pre-Deployment Checklist': [
    ...[
      'Linux server provisioned with required specs',
      'All system packages installed',
      'PostgreSQL installed and configured',
      'Nginx installed and configured',
    ],
    ...['SSL certificate obtained and installed', 'Firewall configured and enabled', 'Application user created', 'Directory structure created'],
    ...['Environment variables configured', 'Backup scripts configured', 'Monitoring tools installed', 'Log rotation configured'],
    ...['Health check endpoints tested', 'Security hardening completed'],
  ],
  Notes: ['Scaling', 'Database', 'CDN', 'Container Option', 'Cost Estimate'],
};
