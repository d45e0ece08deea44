"""The application's database as the application's own role sees it: no superuser is needed, so it works with a managed server too."""

import hashlib
import os
import subprocess

from failure import NOT_READY, Failure
from machine import database_settings
from sandbox import PATH, ProgramFailed, last_words

APPLIED = """SELECT app || '.' || name FROM django_migrations ORDER BY 1"""
HAS_MIGRATIONS = """SELECT to_regclass('django_migrations') IS NOT NULL"""


class Database:
    def __init__(self, log):
        settings = database_settings()
        self.log = log
        self.name = settings["DATABASE_NAME"]
        self.place = "%s:%s" % (settings["DATABASE_HOST"], settings["DATABASE_PORT"])
        self.env = {
            "PATH": PATH,
            "LANG": "C.UTF-8",
            "PGHOST": settings["DATABASE_HOST"],
            "PGPORT": settings["DATABASE_PORT"],
            "PGUSER": settings["DATABASE_USER"],
            "PGPASSWORD": settings["DATABASE_PASSWORD"],
            "PGDATABASE": self.name,
            "PGCONNECT_TIMEOUT": "10",
        }

    def require(self):
        try:
            self.query("SELECT 1")
        except ProgramFailed as failed:
            raise Failure("the database %s on %s cannot be used: %s" % (self.name, self.place, failed.what), "see database: in /etc/ingot/instance.yaml", NOT_READY)

    def size(self):
        return int(self.query("SELECT pg_database_size(current_database())"))

    def applied(self):
        if self.query(HAS_MIGRATIONS) != "t":
            return []
        return self.query(APPLIED).split()

    def query(self, sql):
        return self.call(["psql", "-XAtqw", "-v", "ON_ERROR_STOP=1", "-c", sql], subprocess.PIPE).decode("utf-8", "replace").strip()

    def fingerprint(self):
        """Of everything but the rows. The lines that differ from dump to dump are left out."""
        schema = self.call(["pg_dump", "-w", "--schema-only", "--no-owner", "--no-comments"], subprocess.PIPE)
        lines = [line for line in schema.splitlines() if not line.startswith((b"--", b"\\restrict", b"\\unrestrict"))]
        return hashlib.sha256(b"\n".join(lines)).hexdigest()

    def dump(self, path):
        partial = path + ".part"
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as target:
                self.call(["pg_dump", "-w", "--no-owner", "--no-comments", "--compress=6"], target)
                os.fsync(target.fileno())
            os.rename(partial, path)
        except BaseException:
            os.unlink(partial)
            raise
        return os.path.getsize(path)

    def restore(self, path):
        """One transaction: either the database is as the dump says, or nothing has changed."""
        script = 'set -euo pipefail; { echo "DROP OWNED BY CURRENT_USER CASCADE;"; zcat "$1"; } | psql -Xqw -1 -v ON_ERROR_STOP=1 >/dev/null'
        self.call(["bash", "-c", script, "restore", path], self.log)

    def call(self, argv, stdout):
        mark = os.fstat(self.log.fileno()).st_size
        process = subprocess.Popen(argv, cwd="/", env=self.env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=self.log)
        try:
            printed, _ = process.communicate()
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.returncode != 0:
            raise ProgramFailed(argv, process.returncode, last_words(self.log, mark, which=0))
        return printed or b""
