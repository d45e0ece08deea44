"""Back to a release that is still on the disk: the code, and the database only when asked."""

import os
import time

import releases
from application import Application
from database import Database
from deployment import DatabaseGuard, serve
from failure import REFUSED, Failure
from machine import BAKED_VENV
from service import Service


def roll_back(wanted, options, output):
    now = releases.current()
    if not now:
        raise Failure("nothing is deployed, so there is nothing to go back to", status=REFUSED)
    target = wanted or releases.before(now)
    if not target:
        raise Failure("there is no release before %s on the disk" % now, "aikovrr-deploy --list", REFUSED)
    if target == now:
        raise Failure("%s is the release that serves already" % target, "aikovrr-deploy --list", REFUSED)
    releases.record(target)
    service = Service(output.log)
    service.require()
    database = Database(output.log)
    database.require()
    newer = [entry for entry in releases.known() if target < entry["id"] <= now]
    migrations = [name for entry in newer for name in entry.get("migrations", [])]
    if migrations and not options.migrate_back:
        output.say("note: the database stays as it is, with %d migration(s) that %s does not know: %s" % (len(migrations), target, ", ".join(migrations)))
    output.undo.push("%s serves" % now, lambda: serve(now, service))
    output.note("rolling back", target)
    serve(target, service)
    # Older code lives with a newer database for a moment, as it does in every deployment; newer code does not live with an older one.
    if migrations and options.migrate_back:
        undo_migrations(newer, now, service, database, output)
    del output.undo.steps[:]
    output.say("serving: %s" % target)


def undo_migrations(newer, now, service, database, output):
    """The newest release knows how all of them are undone."""
    entry = releases.record(now)
    application = Application(releases.path_of(now), output.log)
    application.settings, application.venv = entry["settings"], entry.get("venv", BAKED_VENV)
    first = next(old for old in newer if old.get("migrations"))
    applied = database.applied()
    dump = os.path.join(releases.RECORDS, "rollback-%s.before.sql.gz" % time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()))
    guard = DatabaseGuard(application, database, service, applied=applied, schema=database.fingerprint(), dump=dump)
    database.dump(dump)
    output.say("database dumped: %s" % dump)
    output.undo.push("database", guard.put_back)
    application.migrate_back(first["applied_before"])
    output.say("migrated back: %s" % ", ".join(name for name in applied if name not in first["applied_before"]))
