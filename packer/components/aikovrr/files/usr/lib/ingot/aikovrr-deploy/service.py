"""gunicorn below supervisor, and its answer to the health question."""

import http.client
import os
import socket
import subprocess
import time

from failure import NOT_READY, Failure
from machine import ADDRESS, PROGRAM, PROGRAM_FILE, image_settings
from sandbox import end, environment, in_release, last_words

SMALLEST_DEADLINE = 30.0
FACTOR = 20.0


class Service:
    def __init__(self, log):
        self.log = log
        image = image_settings()
        self.unit = image["SUPERVISOR_UNIT"]
        self.link = "%s/%s.%s" % (image["SUPERVISOR_CONFIG_DIR"], PROGRAM, image["SUPERVISOR_CONFIG_SUFFIX"])
        self.deadline = SMALLEST_DEADLINE

    def measured(self, seconds):
        """How long this machine took to import and check the project says how long it may take to start it."""
        self.deadline = max(SMALLEST_DEADLINE, FACTOR * seconds)

    def require(self):
        status, said = self.supervisorctl("pid")
        if status != 0:
            raise Failure("supervisor does not answer: %s" % (said or "no reason given"), "systemctl status %s" % self.unit, NOT_READY)

    def state(self):
        """Such as RUNNING; nothing when the program is not known to supervisor."""
        _, said = self.supervisorctl("status", PROGRAM)
        words = said.split()
        return words[1] if len(words) > 1 and words[0] == PROGRAM and words[1].isupper() else ""

    # ---- changes

    def start_again(self):
        if not os.path.lexists(self.link):
            os.symlink(PROGRAM_FILE, self.link)
        if self.state():
            status, said = self.supervisorctl("restart", PROGRAM)
        else:
            self.supervisorctl("reread")
            status, said = self.supervisorctl("update", PROGRAM)
        if status != 0:
            raise Failure("supervisor could not start it: %s" % said, "/var/log/supervisor/%s.log" % PROGRAM)

    def stop(self):
        if self.state():
            self.supervisorctl("stop", PROGRAM)

    def deactivate(self):
        self.stop()
        if os.path.lexists(self.link):
            os.unlink(self.link)
        self.supervisorctl("update", PROGRAM)

    def supervisorctl(self, *argv):
        process = subprocess.Popen(
            ["supervisorctl"] + list(argv), cwd="/", env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        printed = process.communicate()[0].decode("utf-8", "replace").strip()
        self.log.write("\n$ supervisorctl %s\n%s\n" % (" ".join(argv), printed))
        self.log.flush()
        return process.returncode, (printed.splitlines() or [""])[-1]

    # ---- health

    def try_out(self, release):
        """One worker of the new release on a port of its own: what does not become healthy there never gets to serve."""
        port = free_port()
        mark = os.fstat(self.log.fileno()).st_size
        process = subprocess.Popen(
            in_release(release.dir, ["/usr/lib/ingot/aikovrr/backend.sh"]),
            cwd="/",
            env=environment(AIKOVRR_TRIAL_BIND="127.0.0.1:%d" % port),
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        try:
            self.wait_until_healthy(("127.0.0.1", port), release.health, ended=lambda seconds: wait_for_end(process, seconds))
        except Ended:
            raise Failure("the new version does not start: %s" % last_words(self.log, mark))
        finally:
            end(process)

    def wait_until_served(self, health):
        try:
            self.wait_until_healthy(ADDRESS, health, ended=self.given_up)
        except Ended:
            raise Failure("the new version does not start: supervisor says %s" % (self.state() or "nothing"), "/var/log/supervisor/%s.log" % PROGRAM)

    def given_up(self, seconds):
        time.sleep(seconds)
        return self.state() in ("FATAL", "STOPPED", "")

    def wait_until_healthy(self, address, path, ended):
        start = time.monotonic()
        last = start + self.deadline
        said = "no answer"
        while time.monotonic() < last:
            status, said = ask(address, path, self.deadline)
            if status == 200:
                return
            if status:
                # It runs, and says that something is wrong: what only has to warm up gets a little more time.
                last = min(last, time.monotonic() + self.deadline / 6) if 500 <= status else 0
            if ended(0.2):
                raise Ended("it has ended (%s)" % said)
        raise Failure("the new version is not healthy: GET %s: %s, after %d s" % (path, said, time.monotonic() - start))


class Ended(Failure):
    pass


def wait_for_end(process, seconds):
    try:
        process.wait(timeout=seconds)
        return True
    except subprocess.TimeoutExpired:
        return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(address, path, timeout):
    """As nginx asks, for a host name that every machine of this image allows."""
    connection = http.client.HTTPConnection(address[0], address[1], timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", "Accept": "application/json"})
        answer = connection.getresponse()
        place = answer.getheader("Location")
        return answer.status, "%d %s%s" % (answer.status, answer.reason, " to " + place if place else "")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error) or type(error).__name__
    finally:
        connection.close()
