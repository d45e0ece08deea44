-- Role, database and extension, made where they are missing. Variables: name, user, locale, given; the password comes from the environment.
-- Neither the log nor pg_stat_statements may see the password.
SET log_statement = none;
SET log_min_duration_statement = -1;
SET log_min_error_statement = panic;
SET pg_stat_statements.track = none;
\set password `printf %s "$DATABASE_PASSWORD"`

SELECT format('CREATE ROLE %I LOGIN', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', :'user', :'password')
  FROM pg_authid WHERE rolname = :'user' AND (:'given' = 'yes' OR rolpassword IS NULL) \gexec
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING %L LOCALE %L', :'name', :'user', 'UTF8', :'locale')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
ALTER DATABASE :"name" SET timezone TO 'UTC';

-- The exporter logs in as the user of its service, over the local socket alone: it has no password.
SELECT 'CREATE ROLE prometheus LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'prometheus') \gexec
GRANT pg_monitor TO prometheus;
GRANT CONNECT ON DATABASE :"name" TO prometheus;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;

-- A role of another name takes over what the former one owned.
\connect :"name"
SET log_min_error_statement = panic;
SELECT format('REASSIGN OWNED BY %I TO %I', pg_get_userbyid(datdba), :'user')
  FROM pg_database WHERE datname = :'name' AND pg_get_userbyid(datdba) NOT IN (:'user', 'postgres') \gexec
SELECT format('ALTER DATABASE %I OWNER TO %I', :'name', :'user')
  FROM pg_database WHERE datname = :'name' AND pg_get_userbyid(datdba) <> :'user' \gexec
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
