"""Whatever a bundle brings runs as the application's user, and sees the new release where the current one is."""

import os
import pwd
import re
import signal
import subprocess

from failure import Failure
from machine import CURRENT

USER = "aikovrr"
PATH = "/usr/local/bin:/usr/bin:/bin"
# Descriptors that every program gets: the lock is held for as long as one of them runs, even when the deployment was killed.
KEPT = []
NAMED = re.compile(r"^([\w]+\.)*\w*(Error|Exception|ImproperlyConfigured|Refused): ")


def as_application(argv):
    return ["setpriv", "--reuid", USER, "--regid", USER, "--init-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"] + list(argv)


def in_release(release_dir, argv):
    """In mounts of its own, the current release's folder shows the new one: every path means what it will mean after the swap."""
    return ["unshare", "--mount", "--propagation", "private", "--", "/bin/sh", "-c", 'mount --bind "$1" "$2" && shift 2 && exec "$@"', "sh"] + [
        release_dir,
        os.path.realpath(CURRENT),
    ] + as_application(argv)


def environment(**more):
    home = pwd.getpwnam(USER).pw_dir
    return dict({"PATH": PATH, "HOME": home, "USER": USER, "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}, **more)


def run(argv, log, cwd="/", stdin=subprocess.DEVNULL, env=None, output=False, pass_fds=()):
    """Ends with the program's own last words when it fails; all of them are in the log."""
    log.write("\n$ %s\n" % " ".join(argv))
    log.flush()
    mark = os.fstat(log.fileno()).st_size
    process = subprocess.Popen(
        argv,
        cwd=cwd,
        stdin=stdin,
        stdout=subprocess.PIPE if output else log,
        stderr=log,
        env=environment() if env is None else env,
        pass_fds=list(pass_fds) + KEPT,
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate()
    except BaseException:
        end(process)
        raise
    if process.returncode != 0:
        raise ProgramFailed(argv, process.returncode, last_words(log, mark))
    return printed.decode("utf-8", "replace") if output else ""


class ProgramFailed(Failure):
    def __init__(self, argv, returncode, words):
        super().__init__(words or "%s ended with %s" % (argv[0], returncode))
        self.returncode = returncode


def last_words(log, mark, which=-1):
    """The line that names an exception, if there is one: what comes after it is where it happened, and farewells."""
    with open(log.name, "rb") as written:
        written.seek(mark)
        lines = [line.strip() for line in written.read().decode("utf-8", "replace").splitlines() if line.strip()]
    named = [line for line in lines if NAMED.match(line)]
    line = named[-1] if named else lines[which] if lines else ""
    return "".join(character for character in line if character.isprintable())[:300]


def end(process):
    """A whole group: a build and a trial have children."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=10)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()
