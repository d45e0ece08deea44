"""The story of one deployment. Until the swap the old release serves untouched; every step says how it is taken back."""

import hashlib
import json
import os
import subprocess
import time

import releases
from application import Application
from database import Database
from failure import NOT_READY, REFUSED, Failure
from machine import TOOLS, image_settings
from sandbox import ProgramFailed, as_application, run
from service import Service

RESERVE = 256 * 1024 * 1024
MEBIBYTE = 1024.0 * 1024.0


def shown(size):
    return "%.1f MiB" % (size / MEBIBYTE) if size >= MEBIBYTE else "%d KiB" % (size // 1024 + 1)


class Deployment:
    def __init__(self, bundle, options, output):
        self.bundle = bundle
        self.options = options
        self.say = output.say
        self.log = output.log
        self.undo = output.undo
        self.note = output.note
        self.entry = {}

    def run(self):
        service = Service(self.log)
        service.require()
        database = Database(self.log)
        database.require()
        releases.sweep(self.log)
        content = self.check_bundle()
        self.check_space(content, database)
        application = self.unpack(content)
        pending = self.check_project(application, service)
        self.migrate(application, database, pending, service)
        application.collect_static()
        self.say("static files collected")
        application.write_run_environment()
        service.try_out(application)
        self.say("healthy on trial: GET %s" % application.health)
        self.swap(application, service)
        self.finish(pending)

    # ---- the bundle

    def check_bundle(self):
        content = self.read_bundle(["check"])
        self.say("bundle accepted: %d files, %s" % (content["files"], shown(content["bytes"])))
        return content

    def read_bundle(self, arguments):
        self.bundle.seek(0)
        try:
            argv = as_application([image_settings_python(), "-I", "-B", TOOLS + "/unpack.py"] + arguments)
            return json.loads(run(argv, self.log, stdin=self.bundle, output=True))
        except ProgramFailed as failed:
            full = failed.returncode == 1
            raise Failure("the bundle was refused: %s" % failed.what, "pack it anew (see aikovrr-deploy --help)", NOT_READY if full else REFUSED)

    def check_space(self, content, database):
        dump = 0 if self.options.without_dump else database.size() // 2
        # Wheels are unpacked once more into the release's own environment.
        needed = 2 * content["bytes"] + dump + RESERVE
        free = releases.free_bytes()
        if free < needed:
            raise Failure(
                "the disk has %d MiB free, this deployment needs %d" % (free / MEBIBYTE, needed / MEBIBYTE),
                "make room below /opt/aikovrr (old backups, uploads), or grow the disk",
                NOT_READY,
            )

    def unpack(self, content):
        digest = hashlib.sha256()
        self.bundle.seek(0)
        for block in iter(lambda: self.bundle.read(1 << 20), b""):
            digest.update(block)
        release = releases.new_id(digest.hexdigest())
        self.entry = {"id": release, "sha256": digest.hexdigest(), "bundle": os.path.basename(self.bundle.name), "previous": releases.current()}
        self.undo.push("unpacked as %s" % release, lambda: releases.remove(release, self.log), only_when_clean=True)
        application = Application(releases.path_of(release), self.log)
        application.as_user(["mkdir", application.dir])
        self.read_bundle(["extract", application.dir])
        self.say("unpacked as %s" % release)
        names = set(content["names"])
        application.read_bundle(names)
        application.prepare_backend(names)
        start = time.monotonic()
        if application.build_page(names):
            self.say("page built in %.1f s" % (time.monotonic() - start))
        elif "dist/index.html" not in names:
            self.say("note: the bundle has no page (dist/ or frontend/): nginx shows its placeholder")
        return application

    def check_project(self, application, service):
        start = time.monotonic()
        pending = application.inspect()
        self.entry["checked_in_seconds"] = round(time.monotonic() - start, 1)
        service.measured(self.entry["checked_in_seconds"])
        self.say("project checked: %s, %d pending migration%s" % (application.wsgi, len(pending), "" if len(pending) == 1 else "s"))
        self.entry.update(settings=application.settings, wsgi=application.wsgi, health=application.health, venv=application.venv)
        return pending

    # ---- the database

    def migrate(self, application, database, pending, service):
        self.entry["migrations"] = [migration["name"] for migration in pending]
        if not pending:
            return
        dump = releases.dump_path(self.entry["id"])
        applied, schema = database.applied(), database.fingerprint()
        self.entry["applied_before"] = applied
        os.makedirs(os.path.dirname(dump), mode=0o700, exist_ok=True)
        if self.options.without_dump:
            dump = ""
        else:
            try:
                self.say("database dumped: %s" % shown(database.dump(dump)))
            except ProgramFailed as failed:
                raise Failure("the database could not be dumped: %s" % failed.what, "make room, or go without this net: --without-dump", NOT_READY)
        guard = DatabaseGuard(application, database, service, applied=applied, schema=schema, dump=dump)
        guard.lossless = all(migration["lossless"] for migration in pending)
        self.undo.push("database", guard.put_back)
        self.note("migrating", dump)
        application.migrate()
        self.say("migrated: %s" % ", ".join(self.entry["migrations"][-3:]) + (" and %d more" % (len(pending) - 3) if len(pending) > 3 else ""))

    # ---- the swap

    def swap(self, application, service):
        previous = releases.current()
        self.entry["deployed"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.undo.push("%s serves" % (previous or "nothing"), lambda: serve(previous, service))
        self.note("swapping", self.entry["id"])
        releases.save(self.entry)
        releases.point_to(self.entry["id"])
        service.start_again()
        service.wait_until_served(application.health)
        self.say("serving: %s" % self.entry["id"])

    def finish(self, pending):
        del self.undo.steps[:]
        dropped, stuck = releases.prune(int(image_settings()["KEEP_RELEASES"]), self.log)
        if dropped:
            self.say("old releases removed: %s" % ", ".join(dropped))
        # The new one serves: that an old one is in the way is no failure of this deployment.
        for release in stuck:
            self.say("not removed, files of others are in it: %s (rm -r %s)" % (release, releases.path_of(release)))


def image_settings_python():
    return image_settings()["PYTHON_COMMAND"]


def serve(release, service):
    releases.point_to(release)
    if not release:
        service.deactivate()
        return ""
    entry = releases.record(release)
    service.measured(entry.get("checked_in_seconds", 0))
    service.start_again()
    service.wait_until_served(entry["health"])
    return ""


class DatabaseGuard:
    """Puts the database back to where it was before a deployment's migrations, without losing what came since where that is possible."""

    def __init__(self, application, database, service, applied, schema, dump):
        self.application = application
        self.database = database
        self.service = service
        self.applied = applied
        self.schema = schema
        self.dump = dump
        self.lossless = False

    def put_back(self):
        if self.as_it_was():
            return "nothing of the migrations is left"
        if self.lossless or not self.dump:
            try:
                self.application.migrate_back(self.applied)
                if self.as_it_was():
                    return "the migrations were undone"
            except Failure:
                pass  # The dump is for this.
        return self.restore()

    def as_it_was(self):
        return self.database.applied() == self.applied and self.database.fingerprint() == self.schema

    def restore(self):
        if not self.dump:
            raise Failure("the migrations could not be undone, and there is no dump", "aikovrr-restore, or migrate by hand")
        kept = self.dump.replace(".before.", ".failed.")
        serving = self.service.state() == "RUNNING"
        self.service.stop()
        try:
            self.database.dump(kept)
            self.database.restore(self.dump)
        except (Failure, OSError, subprocess.SubprocessError) as error:
            raise Failure("the dump could not be restored: %s" % error, "it is %s" % self.dump)
        finally:
            if serving:
                self.service.start_again()
        return "restored from the dump; what the failed deployment left, with everything written since, is in %s" % kept
