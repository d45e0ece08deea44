"""One kind of failure: what happened, what to do, and the exit status that says which state the machine is in."""

FAILED = 1  # the deployment failed; what served before still serves, or serves again
REFUSED = 2  # usage, or a bundle that cannot be deployed: nothing was touched
NOT_READY = 3  # the machine is not ready: no database, no space, no supervisor
NEEDS_HAND = 4  # it failed, and undoing it failed too: somebody has to look
BUSY = 75  # another deployment is running


class Failure(Exception):
    def __init__(self, what, fix="", status=FAILED):
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.status = status
