"""requirements_tool.py FILE: says what of a requirements file the Python that runs this does not have."""

import re
import sys
from importlib import metadata

from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement


def main(path):
    with open(path, encoding="utf-8") as text:
        lines = re.sub(r"\\\n", " ", text.read()).splitlines()
    for line in lines:
        line = re.sub(r"(^|\s)#.*", "", line)
        line = re.sub(r"\s--hash=\S+", "", line).strip()
        if line and not line.startswith("-"):
            check(line)


def check(line):
    try:
        wanted = Requirement(line)
    except InvalidRequirement:
        raise SystemExit("backend/requirements.txt has a line that is not understood: %s" % line)
    if wanted.marker and not wanted.marker.evaluate(default_environment()):
        return
    try:
        found = metadata.version(wanted.name)
    except metadata.PackageNotFoundError:
        raise SystemExit("backend/requirements.txt asks for %s, which the image does not have" % line)
    if not wanted.specifier.contains(found, prereleases=True):
        raise SystemExit("backend/requirements.txt asks for %s, the image has %s" % (line, found))


if __name__ == "__main__":
    main(sys.argv[1])
