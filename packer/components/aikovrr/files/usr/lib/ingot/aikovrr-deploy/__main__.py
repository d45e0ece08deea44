"""aikovrr-deploy: see HELP."""

import argparse
import fcntl
import os
import signal
import sys
import tempfile

import releases
from database import Database
from deployment import Deployment
from failure import BUSY, FAILED, NEEDS_HAND, NOT_READY, REFUSED, Failure
from machine import ADDRESS, LOCK
from output import NamedLog, Output, tell
from rollback import roll_back
from sandbox import KEPT
from service import Service, ask

HELP = """aikovrr-deploy BUNDLE.tar.gz       deploys a bundle
aikovrr-deploy --check BUNDLE.tar.gz    says whether a bundle would be accepted, and changes nothing
aikovrr-deploy --rollback [RELEASE]     serves the release before (or RELEASE) again
aikovrr-deploy --list | --status        the releases on the disk | what serves, and how it is

A bundle holds
  backend/                 the Django project with manage.py. With backend/requirements.txt and backend/wheels/ it gets a Python
                           environment of its own, installed without a network; otherwise it runs with the image's
  dist/ or frontend/       the built page, or its source, which `vite build` builds with the packages of /opt/aikovrr/frontend
  aikovrr.yaml             only where the conventions do not fit: settings: PROJECT.settings (else: from manage.py), wsgi: MODULE:NAME
                           (else: WSGI_APPLICATION of the settings), health: /PATH (else: /api/health). Flat lines, no nesting
Settings come from /opt/aikovrr/backend/.env, which lies beside manage.py as .env; uploads and logs likewise.

The new release is unpacked, built, checked, migrated and tried out on a port of its own while the old one serves. Then one link is
renamed and gunicorn starts again. When anything fails, the old release serves (again), and the database is as it was: migrations run
in one transaction, and are otherwise undone or restored from the dump that was taken before them.

Exit status: 0 done; 1 failed, what served before serves; 2 refused, nothing was touched; 3 the machine is not ready (no database,
no space, no supervisor); 4 failed and could not be undone, see the log; 75 another deployment is running."""


def main(argv):
    options = parsed(argv)
    if os.geteuid() != 0:
        return complain(Failure("aikovrr-deploy must run as root", "sudo aikovrr-deploy ...", NOT_READY))
    try:
        if options.list:
            return show_list()
        if options.status:
            return show_status()
        return guarded(options)
    except Failure as failure:
        return complain(failure)


def parsed(argv):
    parser = argparse.ArgumentParser(prog="aikovrr-deploy", usage=HELP, add_help=False)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true")
    what.add_argument("--rollback", action="store_true")
    what.add_argument("--list", action="store_true")
    what.add_argument("--status", action="store_true")
    what.add_argument("--help", "-h", action="store_true")
    parser.add_argument("--wait", action="store_true", help="wait for another deployment instead of giving up")
    parser.add_argument("--without-dump", action="store_true", help="no dump of the database before migrations")
    parser.add_argument("--migrate-back", action="store_true", help="with --rollback: undo the newer migrations (what they hold is lost; a dump is kept)")
    parser.add_argument("name", nargs="?", default="")
    parser.error = lambda message: sys.exit(complain(Failure(message, "aikovrr-deploy --help", REFUSED)))
    options = parser.parse_args(argv)
    if options.help:
        print(HELP + "\n\nOptions")
        for option, text in (("--wait", "wait for another deployment instead of giving up"), ("--without-dump", "no dump of the database before migrations")):
            print("  %-16s %s" % (option, text))
        print("  --migrate-back   with --rollback: undo the newer migrations too (what they hold is lost; a dump is kept)")
        sys.exit(0)
    if not options.name and not (options.rollback or options.list or options.status):
        parser.error("which bundle?")
    return options


def guarded(options):
    """One at a time, to its end: a lost connection does not stop it, Ctrl-C undoes it."""
    with locked(options.wait):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, interrupted)
        output = Output("check" if options.check else "rollback" if options.rollback else "deploy")
        try:
            perform(options, output)
            output.settled()
            return 0
        except Failure as failure:
            return taken_back(failure, output)
        except Exception as error:
            return taken_back(Failure("unexpected: %s: %s" % (type(error).__name__, error), "report this, with the log"), output)


def perform(options, output):
    output.told_of_killed_run()
    if options.rollback:
        return roll_back(options.name, options, output)
    with opened(options.name) as bundle:
        deployment = Deployment(bundle, options, output)
        if options.check:
            deployment.check_bundle()
        else:
            deployment.run()
    return None


def taken_back(failure, output):
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    output.log.write("\n!! %s\n" % failure.what)
    left = output.undo.all()
    if left:
        failure = Failure("%s. And it could not be undone: %s" % (failure.what, "; ".join(left)), failure.fix, NEEDS_HAND)
    else:
        output.settled()
    status = complain(failure)
    if not left:
        tell("  %s" % serving(), sys.stderr)
    tell("  log: %s" % output.path, sys.stderr)
    return status


def complain(failure):
    tell("aikovrr-deploy: %s%s" % (failure.what, "\n  to do: " + failure.fix if failure.fix else ""), sys.stderr)
    return failure.status


def interrupted(number, _frame):
    raise Failure("interrupted by %s" % signal.Signals(number).name, status=FAILED)


def opened(path):
    try:
        if not os.path.isfile(path):
            raise Failure("%s is not a file" % path, "name a bundle (.tar.gz)", REFUSED)
        return open(path, "rb")
    except OSError as error:
        raise Failure("%s cannot be read: %s" % (path, error.strerror), "name a bundle (.tar.gz)", REFUSED)


class locked:
    def __init__(self, wait):
        self.wait = wait

    def __enter__(self):
        os.makedirs(os.path.dirname(LOCK), mode=0o700, exist_ok=True)
        self.file = open(LOCK, "a+")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | (0 if self.wait else fcntl.LOCK_NB))
        except BlockingIOError:
            self.file.seek(0)
            raise Failure("another deployment is running (process %s)" % (self.file.read().strip() or "unknown"), "try again when it has ended, or use --wait", BUSY)
        self.file.truncate(0)
        self.file.write(str(os.getpid()))
        self.file.flush()
        KEPT.append(self.file.fileno())

    def __exit__(self, *_):
        self.file.truncate(0)
        self.file.close()


def serving():
    return "serving: %s" % (releases.current() or "nothing is deployed")


def show_list():
    now = releases.current()
    for entry in releases.known():
        print("%s %s  %s  %s" % ("*" if entry["id"] == now else " ", entry["id"], entry.get("deployed", "-"), entry.get("bundle", "-")))
    return 0


def show_status():
    now = releases.current()
    print("release: %s" % (now or "none"))
    with tempfile.NamedTemporaryFile("w") as text:
        return tell_status(now, NamedLog(text, text.name))


def tell_status(now, log):
    database = database_state(log)
    print("database: %s" % database)
    if not now:
        print("backend: nothing is deployed")
        return 0 if database == "reachable" else NOT_READY
    state = Service(log).state() or "not known to supervisor"
    health = releases.record(now).get("health", "/api/health")
    status, said = ask(ADDRESS, health, 30)
    print("backend: %s\nhealth: GET %s: %s" % (state, health, said))
    return 0 if status == 200 else FAILED


def database_state(log):
    try:
        Database(log).require()
        return "reachable"
    except Failure as failure:
        return failure.what


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
