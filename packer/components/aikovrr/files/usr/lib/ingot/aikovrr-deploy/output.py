"""What a deployment says: one line a step for people, everything in a log of its own."""

import json
import os
import sys
import time

from machine import LOGS, PENDING
from undo import Undo

KEPT_LOGS = 30


class Output:
    def __init__(self, kind):
        os.makedirs(LOGS, mode=0o700, exist_ok=True)
        name = "%s-%s-%d.log" % (time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()), kind, os.getpid())
        descriptor = os.open(os.path.join(LOGS, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        self.path = os.path.join(LOGS, name)
        self.log = NamedLog(os.fdopen(descriptor, "a", encoding="utf-8", errors="replace"), self.path)
        self.undo = Undo(self.say)
        for old in sorted(os.listdir(LOGS))[:-KEPT_LOGS]:
            os.unlink(os.path.join(LOGS, old))

    def say(self, text):
        self.log.write("== %s %s\n" % (time.strftime("%H:%M:%S", time.gmtime()), text))
        self.log.flush()
        tell("  " + text)

    def note(self, step, detail):
        """For the next run, should this one be killed."""
        with open(PENDING + ".new", "w", encoding="utf-8") as text:
            json.dump({"step": step, "detail": detail, "log": self.path}, text)
        os.rename(PENDING + ".new", PENDING)

    def told_of_killed_run(self):
        try:
            with open(PENDING, encoding="utf-8") as text:
                left = json.load(text)
        except (OSError, ValueError):
            return
        self.say("note: an earlier run was killed while %s (%s); its log: %s" % (left["step"], left["detail"] or "no dump", left["log"]))

    def settled(self):
        if os.path.exists(PENDING):
            os.unlink(PENDING)


class NamedLog:
    """A text file that knows its path and gives its descriptor to programs."""

    def __init__(self, text, path):
        self.text = text
        self.name = path

    def write(self, text):
        self.text.write(text)

    def flush(self):
        self.text.flush()

    def fileno(self):
        return self.text.fileno()


def tell(text, stream=None):
    """The connection that started a deployment may be gone before it ends."""
    try:
        print(text, file=stream or sys.stdout, flush=True)
    except OSError:
        pass
