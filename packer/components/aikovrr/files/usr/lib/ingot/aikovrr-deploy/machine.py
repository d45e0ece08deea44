"""Where things are on this machine, and what its first boot and its image say."""

import os
import shlex

from failure import NOT_READY, Failure

ROOT = "/opt/aikovrr"
RELEASES = ROOT + "/releases"
CURRENT = ROOT + "/current"
INITIAL = "initial"
TOOLCHAIN = ROOT + "/frontend/node_modules"
FRONTEND_ENVIRONMENT = ROOT + "/frontend/.env.production"
BACKEND_ENVIRONMENT = ROOT + "/backend/.env"
BAKED_VENV = ROOT + "/backend/venv"
RECORDS = "/var/lib/aikovrr/releases"
LOCK = "/var/lib/aikovrr/deploy.lock"
PENDING = "/var/lib/aikovrr/deploy.pending"
LOGS = "/var/log/aikovrr-deploy"
PROGRAM = "aikovrr-backend"
PROGRAM_FILE = "/usr/share/ingot/aikovrr/aikovrr-backend.conf"
ADDRESS = ("127.0.0.1", 8000)
TOOLS = os.path.dirname(os.path.abspath(__file__))
IMAGE_ENVIRONMENT = "/usr/lib/ingot/env/aikovrr.env"
DATABASE_ENVIRONMENT = "/etc/aikovrr/database.env"


def read_shell_environment(path):
    """NAME=VALUE lines, quoted as a shell quotes them."""
    values = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                name, _, value = line.strip().partition("=")
                values[name] = "".join(shlex.split(value))
    return values


def image_settings():
    return read_shell_environment(IMAGE_ENVIRONMENT)


def database_settings():
    """The application's database, or a failure that says how to name one."""
    try:
        return read_shell_environment(DATABASE_ENVIRONMENT)
    except FileNotFoundError:
        raise Failure(
            "this machine has no database: it has none of its own, and its instance data names none",
            "put database: {host, password_file} into /etc/ingot/instance.yaml, then: systemctl restart ingot-first-boot",
            NOT_READY,
        )
