"""What only Django knows about a release. Runs with the release's Python, as the application's user, in the folder of manage.py.

django_tool.py inspect SETTINGS      checks the project; prints its WSGI module and its pending migrations
django_tool.py migrate SETTINGS      all pending migrations in one transaction, where they allow it
django_tool.py back SETTINGS APPLIED undoes every migration that the JSON list APPLIED does not name
django_tool.py static SETTINGS       collects static files

What it prints for others goes to file descriptor 3: a project may print what it likes.
"""

import json
import os
import sys

# Undoing these loses nothing that was there before them.
LOSSLESS = {
    "AddConstraint", "AddField", "AddIndex", "AddIndexConcurrently", "AlterModelManagers", "AlterModelOptions", "AlterIndexTogether",
    "AlterModelTable", "AlterModelTableComment", "AlterOrderWithRespectTo", "AlterUniqueTogether", "CreateModel", "RemoveConstraint", "RemoveIndex",
    "RenameField", "RenameIndex", "RenameModel",
}  # fmt: skip


def main(command, settings, *rest):
    sys.path.insert(0, os.getcwd())
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django

    django.setup()
    answer = {"inspect": inspect, "migrate": migrate, "back": back, "static": static}[command](*rest)
    os.write(3, json.dumps(answer).encode())


def inspect():
    from django.conf import settings
    from django.core.management import call_command
    from django.urls import get_resolver

    call_command("check", deploy=True, fail_level="ERROR")
    get_resolver().url_patterns
    named = getattr(settings, "WSGI_APPLICATION", None) or os.environ["DJANGO_SETTINGS_MODULE"].rpartition(".")[0] + ".wsgi.application"
    module, _, attribute = named.rpartition(".")
    __import__(module)
    __import__("gunicorn")
    return {"wsgi": module + ":" + attribute, "pending": [described(migration) for migration in plan()[1]]}


def plan():
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    conflicts = executor.loader.detect_conflicts()
    if conflicts:
        raise SystemExit("two migrations of %s follow the same one: merge them (makemigrations --merge)" % ", ".join(sorted(conflicts)))
    return executor, [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def described(migration):
    kinds = {type(operation).__name__ for operation in migration.operations}
    return {"name": "%s.%s" % (migration.app_label, migration.name), "atomic": migration.atomic, "lossless": kinds <= LOSSLESS}


def migrate():
    from django.db import OperationalError, connection

    together = connection.features.can_rollback_ddl and all(migration.atomic for migration in plan()[1])
    if not together:
        return one_by_one()
    try:
        return in_one_transaction(one_by_one)
    except OperationalError as error:
        # PostgreSQL changes no table whose deferred checks of the same transaction are still to come.
        if "pending trigger events" not in str(error):
            raise
    return one_by_one()


def one_by_one():
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)
    return {}


def in_one_transaction(work):
    from django.db import transaction

    with transaction.atomic():
        return work()


def back(applied):
    wanted = {tuple(name.split(".", 1)) for name in json.loads(applied)}
    executor, _ = plan()
    graph = executor.loader.graph
    extra = set(executor.loader.applied_migrations) - wanted
    targets = []
    for app in sorted({app for app, _ in extra}):
        kept = [node for node in wanted if node[0] == app and node in graph.nodes]
        tips = [node for node in kept if not any(child.key in kept for child in graph.node_map[node].children)]
        targets.extend(tips or [(app, None)])
    backwards = executor.migration_plan(targets)
    together = all(migration.atomic for migration, _ in backwards)
    (in_one_transaction if together else lambda work: work())(lambda: executor.migrate(targets, backwards))
    executor.loader.build_graph()
    left = set(executor.loader.applied_migrations) ^ wanted
    if left:
        raise SystemExit("these migrations are not as they were: %s" % ", ".join(sorted("%s.%s" % node for node in left)))
    return {}


def static():
    from django.apps import apps
    from django.core.management import call_command

    if apps.is_installed("django.contrib.staticfiles"):
        call_command("collectstatic", interactive=False, verbosity=1)
    return {}


if __name__ == "__main__":
    main(*sys.argv[1:])
