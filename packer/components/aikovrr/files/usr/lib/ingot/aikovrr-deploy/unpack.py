"""Reads a bundle from standard input and trusts nothing in it. Runs as the application's user.

unpack.py check          prints what is in it, as JSON
unpack.py extract DIR    unpacks it into the empty folder DIR
"""

import json
import lzma
import os
import posixpath
import shutil
import sys
import tarfile
import zlib


class Refused(Exception):
    pass


def main(argv):
    try:
        with tarfile.open(fileobj=sys.stdin.buffer, mode="r:*") as archive:
            members, top = accepted(archive)
            if argv[:1] == ["extract"]:
                extract(archive, members, argv[1])
            files = [member for member in members if member.isreg()]
            print(json.dumps({"files": len(files), "bytes": sum(f.size for f in files), "names": sorted(m.name for m in members), "top": top}))
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError) as error:
        print("%s\nit is not a whole .tar.gz" % error, file=sys.stderr)
        return 2
    except OSError as error:
        extracting = argv[:1] == ["extract"]
        print("%s\nit cannot be unpacked: %s" % (error, error.strerror) if extracting else "%s\nit is not a whole .tar.gz" % error, file=sys.stderr)
        return 1 if extracting else 2
    return 0


def accepted(archive):
    """All members with plain relative names, without the one folder that everything may lie in."""
    members = []
    for member in archive:
        member.name = plain_name(member.name)
        if member.name != ".":
            members.append(member)
    # To the very end, where the checksum is.
    while archive.fileobj.read(1 << 20):
        pass
    if not members:
        raise Refused("it is empty")
    top = common_folder(members)
    names = {}
    for member in members:
        if member.name in names and not (member.isdir() and names[member.name].isdir()):
            raise Refused("%s is in it twice" % shown(member.name))
        names[member.name] = member
    for member in members:
        check_kind(member)
        check_parents(member, names)
        if member.islnk() and not (plain_name(member.linkname) in names and names[plain_name(member.linkname)].isreg()):
            raise Refused("the link %s leads to %s, which is no file of the bundle" % (shown(member.name), shown(member.linkname)))
    return strip(list(names.values()), top), top


def plain_name(name):
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or "\0" in name:
        raise Refused("%s would be written outside the bundle's folder" % shown(name))
    if any(ord(character) < 32 for character in name):
        raise Refused("the name %s has a control character" % shown(name))
    return "/".join(parts) or "."


def check_kind(member):
    if member.issym() or member.islnk():
        base = posixpath.dirname(member.name) if member.issym() else ""
        target = posixpath.normpath(posixpath.join(base, member.linkname))
        if member.linkname.startswith("/") or target == ".." or target.startswith("../"):
            raise Refused("the link %s leads outside the bundle, to %s" % (shown(member.name), shown(member.linkname)))
    elif not (member.isreg() or member.isdir()) or member.issparse():
        raise Refused("%s is neither a file, a folder nor a link" % shown(member.name))


def check_parents(member, names):
    parent = posixpath.dirname(member.name)
    while parent:
        if parent in names and not names[parent].isdir():
            raise Refused("%s lies below something that is not a folder" % shown(member.name))
        parent = posixpath.dirname(parent)


def common_folder(members):
    """The name of a single top folder that holds backend/, if the bundle was packed with one."""
    tops = {member.name.split("/")[0] for member in members}
    if len(tops) != 1:
        return ""
    top = tops.pop()
    inner = [member for member in members if member.name.startswith(top + "/backend")]
    return top if inner and top != "backend" else ""


def strip(members, top):
    if not top:
        return members
    kept = []
    for member in members:
        if member.name != top:
            member.name = member.name[len(top) + 1 :]
            if member.islnk():
                member.linkname = plain_name(member.linkname)[len(top) + 1 :]
            kept.append(member)
    return kept


def extract(archive, members, target):
    for member in members:
        path = os.path.join(target, member.name)
        os.makedirs(path if member.isdir() else os.path.dirname(path), mode=0o755, exist_ok=True)
        if member.issym():
            os.symlink(member.linkname, path)
        elif member.islnk():
            os.link(os.path.join(target, plain_name(member.linkname)), path, follow_symlinks=False)
        elif member.isreg():
            write(archive, member, path)
    root = os.path.realpath(target)
    for member in members:
        real = os.path.realpath(os.path.join(target, member.name))
        if member.issym() and not (real + "/").startswith(root + "/"):
            raise Refused("the link %s leads outside the bundle" % shown(member.name))


def write(archive, member, path):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o755 if member.mode & 0o100 else 0o644)
    with os.fdopen(descriptor, "wb") as target:
        shutil.copyfileobj(archive.extractfile(member), target)


def shown(name):
    return ascii(name)


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))
