"""The releases on the disk, the one link that says which is served, and root's own records of them."""

import json
import os
import shutil
import time

from failure import REFUSED, Failure
from machine import CURRENT, INITIAL, RECORDS, RELEASES
from sandbox import ProgramFailed, as_application, run

DUMP_DAYS = 30


def new_id(digest):
    return "%s-%s" % (time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()), digest[:8])


def path_of(release):
    return os.path.join(RELEASES, release)


def current():
    """The id of the release that is served, or nothing."""
    name = os.path.basename(os.readlink(CURRENT)) if os.path.islink(CURRENT) else INITIAL
    return "" if name == INITIAL else name


def point_to(release):
    """The one step that changes what is served: a rename."""
    new = CURRENT + ".new"
    if os.path.lexists(new):
        os.unlink(new)
    os.symlink("releases/" + (release or INITIAL), new)
    os.rename(new, CURRENT)
    descriptor = os.open(os.path.dirname(CURRENT), os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def known():
    """Records of all releases whose folders are there, oldest first."""
    ids = sorted(name for name in os.listdir(RELEASES) if name != INITIAL and os.path.exists(record_path(name)))
    return [record(name) for name in ids]


def record(release):
    try:
        with open(record_path(release), encoding="utf-8") as text:
            return json.load(text)
    except (OSError, ValueError):
        raise Failure("nothing is known of a release %s" % ascii(release), "aikovrr-deploy --list", REFUSED)


def save(entry):
    os.makedirs(RECORDS, mode=0o700, exist_ok=True)
    path = record_path(entry["id"])
    with open(path + ".new", "w", encoding="utf-8") as text:
        json.dump(entry, text, indent=1, sort_keys=True)
        text.write("\n")
        text.flush()
        os.fsync(text.fileno())
    os.rename(path + ".new", path)


def record_path(release):
    return os.path.join(RECORDS, os.path.basename(release) + ".json")


def dump_path(release):
    return os.path.join(RECORDS, os.path.basename(release) + ".before.sql.gz")


def before(release):
    """The release that was served before this one and is still there."""
    previous = record(release).get("previous", "")
    return previous if previous and os.path.exists(record_path(previous)) else ""


def remove(release, log):
    """As the application, in whose folder it is; then root's records."""
    remove_folder(release, log)
    for path in (record_path(release), dump_path(release)):
        if os.path.exists(path):
            os.unlink(path)


def remove_folder(release, log):
    run(as_application(["rm", "-rf", "--", path_of(release)]), log)


def sweep(log):
    """What a deployment that was killed has left: a folder without a record. Its dump may still be needed."""
    left = [name for name in os.listdir(RELEASES) if name != INITIAL and name != current() and not os.path.exists(record_path(name))]
    for name in left:
        remove_folder(name, log)


def prune(keep, log):
    """The newest are kept, and always the one that is served and the one before it. Gives what has gone, and what could not be removed."""
    kept = {current(), before(current())} | {entry["id"] for entry in known()[-keep:]}
    dropped, stuck = [], []
    for release in [entry["id"] for entry in known() if entry["id"] not in kept]:
        try:
            remove(release, log)
            dropped.append(release)
        except ProgramFailed:
            stuck.append(release)
    forget_dumps(kept)
    return dropped, stuck


def forget_dumps(kept):
    """Dumps of runs that failed or were killed: somebody may have asked for them in a month."""
    for name in os.listdir(RECORDS):
        path = os.path.join(RECORDS, name)
        if name.endswith(".sql.gz") and name.split(".")[0] not in kept and os.path.getmtime(path) < time.time() - DUMP_DAYS * 86400:
            os.unlink(path)


def free_bytes():
    return shutil.disk_usage(RELEASES).free
