"""gunicorn of the backend. A trial of a new release sets AIKOVRR_TRIAL_BIND: one worker, a port of its own, no log files."""

import ctypes
import os
import signal

_trial = os.environ.get("AIKOVRR_TRIAL_BIND", "")
_logs = "/opt/aikovrr/backend/logs"
_PR_SET_PDEATHSIG = 1

bind = _trial or "127.0.0.1:8000"
workers = 1 if _trial else int(os.environ.get("WORKERS", "4"))
timeout = 60
graceful_timeout = 30
worker_tmp_dir = "/dev/shm"
errorlog = "-" if _trial else _logs + "/gunicorn-error.log"
accesslog = None if _trial else _logs + "/gunicorn-access.log"
access_log_format = '%({x-forwarded-for}i)s %(t)s "%(r)s" %(s)s %(b)s %(M)sms'


def on_starting(server):
    """Whoever started it is supervisor, or a deployment that tries it out: a gunicorn that outlived them would hold the port."""
    _die_with_parent()
    if os.getppid() == 1:
        os._exit(1)


def post_fork(server, worker):
    """Workers of a master that was killed would hold the port for up to half their timeout."""
    _die_with_parent()
    if os.getppid() != server.pid:
        os._exit(1)


def _die_with_parent():
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
