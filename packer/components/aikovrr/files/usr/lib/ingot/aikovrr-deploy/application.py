"""A release of the application on the disk: its backend, its page, and what Django is asked to do with it."""

import json
import os
import re
import shlex
import subprocess

from failure import FAILED, REFUSED, Failure
from machine import BACKEND_ENVIRONMENT, BAKED_VENV, FRONTEND_ENVIRONMENT, ROOT, TOOLCHAIN, TOOLS
from sandbox import ProgramFailed, as_application, environment, in_release, run

KEYS = ("settings", "wsgi", "health")


class Application:
    def __init__(self, path, log):
        self.dir = path
        self.log = log
        self.settings = ""
        self.wsgi = ""
        self.health = "/api/health"
        self.venv = BAKED_VENV

    # ---- what the bundle says

    def read_bundle(self, names):
        if "backend/manage.py" not in names:
            raise Failure("the bundle has no backend/manage.py", "pack the Django project as backend/ (see aikovrr-deploy --help)", REFUSED)
        written = self.read_settings_file(names)
        self.settings = written.get("settings") or self.settings_of_manage_py()
        self.wsgi = written.get("wsgi", "")
        self.health = written.get("health", self.health)

    def read_settings_file(self, names):
        if "aikovrr.yaml" not in names:
            return {}
        found = {}
        for number, line in enumerate(self.text("aikovrr.yaml").splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#") or line.strip() == "---":
                continue
            match = re.match(r"^(\w+): +[\"']?([\w./:-]+)[\"']?\s*(#.*)?$", line)
            if not match or match.group(1) not in KEYS:
                raise Failure("aikovrr.yaml, line %d is not `KEY: VALUE` with one of the keys %s" % (number, ", ".join(KEYS)), "correct that line", REFUSED)
            found[match.group(1)] = match.group(2)
        if not found.get("health", "/").startswith("/"):
            raise Failure("health in aikovrr.yaml is not a path such as /api/health", "begin it with /", REFUSED)
        return found

    def settings_of_manage_py(self):
        match = re.search(r"DJANGO_SETTINGS_MODULE[\"']\s*,\s*[\"']([\w.]+)[\"']", self.text("backend/manage.py"))
        if not match:
            raise Failure("backend/manage.py names no DJANGO_SETTINGS_MODULE", "add a line `settings: PROJECT.settings` to aikovrr.yaml of the bundle", REFUSED)
        return match.group(1)

    def text(self, name):
        """Read as the application's user, who owns it and may have linked it anywhere."""
        return run(as_application(["cat", os.path.join(self.dir, name)]), self.log, output=True)

    # ---- making it ready

    def prepare_backend(self, names):
        """The machine's own settings, logs and uploads lie where a project looks for them: beside manage.py."""
        links = [(".env", BACKEND_ENVIRONMENT)] + [(name, ROOT + "/backend/" + name) for name in ("logs", "media") if not self.has("backend/" + name, names)]
        for name, target in links:
            self.as_user(["ln", "-sfnT", target, os.path.join(self.dir, "backend", name)])
        self.as_user(["mkdir", "-p", self.dir + "/dist", self.dir + "/static"])
        if any(name.startswith("backend/wheels/") for name in names):
            self.make_venv(names)
        elif "backend/requirements.txt" in names:
            self.check_requirements()

    def make_venv(self, names):
        if "backend/requirements.txt" not in names:
            raise Failure("the bundle has backend/wheels/ but no backend/requirements.txt", "add the list of what is to be installed", REFUSED)
        self.venv = self.dir + "/venv"
        python = self.venv + "/bin/python"
        wheels = self.dir + "/backend/wheels"
        try:
            self.as_user([BAKED_VENV + "/bin/python", "-m", "venv", self.venv])
            self.as_user(
                [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-index", "--find-links", wheels]
                + ["-r", self.dir + "/backend/requirements.txt"]
            )
        except ProgramFailed as failed:
            raise Failure("the bundle's wheels could not be installed: %s" % failed.what, "backend/wheels/ must hold everything for this Python", REFUSED)
        self.as_user(["rm", "-rf", wheels])

    def check_requirements(self):
        try:
            self.as_user([self.venv + "/bin/python", "-I", "-B", TOOLS + "/requirements_tool.py", self.dir + "/backend/requirements.txt"])
        except ProgramFailed as failed:
            raise Failure(failed.what, "put wheels of it into backend/wheels/ of the bundle", REFUSED)

    def build_page(self, names):
        """True when there was something to build."""
        if "frontend/package.json" not in names and "frontend/index.html" not in names:
            return False
        source = self.dir + "/frontend"
        self.as_user(["rm", "-rf", source + "/node_modules"])
        self.as_user(["ln", "-sT", TOOLCHAIN, source + "/node_modules"])
        self.as_user(["cp", "--remove-destination", FRONTEND_ENVIRONMENT, source + "/.env.production"])
        try:
            vite = TOOLCHAIN + "/vite/bin/vite.js"
            self.as_user(["node", vite, "build", "--mode", "production", "--outDir", self.dir + "/dist", "--emptyOutDir"], cwd=source)
        except ProgramFailed as failed:
            raise Failure("the page could not be built: %s" % failed.what, "vite build must work with the packages of %s/frontend/package.json" % ROOT, REFUSED)
        self.as_user(["rm", "-rf", source])
        return True

    def write_run_environment(self):
        values = {"DJANGO_SETTINGS_MODULE": self.settings, "WSGI": self.wsgi, "VENV": self.venv, "HEALTH": self.health}
        text = "".join("%s=%s\n" % (name, shlex.quote(value)) for name, value in values.items())
        process = subprocess.Popen(as_application(["tee", self.dir + "/release.env"]), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        process.communicate(text.encode())
        if process.returncode != 0:
            raise Failure("%s/release.env could not be written" % self.dir)

    # ---- asking Django

    def inspect(self):
        facts = self.django("inspect", REFUSED, "the project does not pass Django's checks")
        self.wsgi = self.wsgi or facts["wsgi"]
        return facts["pending"]

    def migrate(self):
        # A migration that waits for a lock makes everybody else wait behind it.
        self.django("migrate", FAILED, "a migration failed", PGOPTIONS="-c lock_timeout=30s")

    def migrate_back(self, applied):
        self.django("back", FAILED, "the migrations could not be undone", json.dumps(applied))

    def collect_static(self):
        self.django("static", REFUSED, "static files could not be collected")

    def django(self, command, status, what, *arguments, **more):
        reader, writer = os.pipe()
        tool = [self.venv + "/bin/python", TOOLS + "/django_tool.py", command, self.settings] + list(arguments)
        # Descriptor 3 of the tool, wherever the pipe is here.
        shell = ["/bin/bash", "-c", 'exec 3>&"$1" && shift && cd "$1" && shift && exec "$@"', "bash", str(writer), ROOT + "/current/backend"]
        try:
            run(in_release(self.dir, shell + tool), self.log, env=environment(**more), pass_fds=(writer,))
        except ProgramFailed as failed:
            raise Failure("%s: %s" % (what, failed.what), status=status)
        finally:
            os.close(writer)
            with os.fdopen(reader) as answer:
                said = answer.read()
        return json.loads(said)

    def as_user(self, argv, cwd="/"):
        run(as_application(argv), self.log, cwd=cwd)

    @staticmethod
    def has(path, names):
        return any(name == path or name.startswith(path + "/") for name in names)
