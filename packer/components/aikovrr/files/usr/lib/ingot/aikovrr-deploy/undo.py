"""What has to be taken back when a later step fails, last in, first out. A step that cannot be taken back does not keep the others from it."""

from failure import Failure


class Undo:
    def __init__(self, say):
        self.say = say
        self.steps = []

    def push(self, title, step, only_when_clean=False):
        """Evidence and nets (only_when_clean) stay when something else could not be undone."""
        self.steps.append((title, step, only_when_clean))

    def all(self):
        """What could not be undone, as text; nothing when all was."""
        failures = []
        while self.steps:
            title, step, only_when_clean = self.steps.pop()
            if failures and only_when_clean:
                continue
            try:
                note = step()
                self.say("undone: %s%s" % (title, ": " + note if note else ""))
            except Failure as failure:
                failures.append("%s: %s%s" % (title, failure.what, " (%s)" % failure.fix if failure.fix else ""))
            except Exception as error:
                failures.append("%s: %s" % (title, error))
        return failures
