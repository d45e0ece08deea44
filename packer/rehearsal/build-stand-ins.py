#!/usr/bin/env python3
# Why: a rehearsal installs with the real package manager, from signed repositories whose packages have real names and stand-in payloads.
# Needs: argv: plan.json, folder of the root that payloads are copied from, folder for the repositories, folder for keys, folder for what every base has; gpg, and dpkg-deb or rpmbuild, rpmsign, createrepo_c, modifyrepo_c.
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

STASH = "var/lib/rehearsal"
SERVICE = "[Unit]\nDescription=Stand-in\n[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
TIMER = "[Unit]\nDescription=Stand-in\n[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n"


def main():
    plan_path, root, out, keys, base = (os.path.abspath(path) for path in sys.argv[1:])
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    shutil.rmtree(out, ignore_errors=True)
    signer = Signer(keys)
    for package in {package["name"]: package for place in plan["places"] for package in place["packages"] if package.get("present")}.values():
        payload(package, root, base)
    for place in plan["places"]:
        folder = os.path.join(out, place["mirror"])
        os.makedirs(folder, exist_ok=True)
        if plan["family"] == "debian":
            apt_suite(folder, place, root, signer)
        else:
            dnf_folder(os.path.join(folder, place["suite"]), place, root, signer, plan)


class Signer:
    """A key that is made for one rehearsal and thrown away with it."""

    def __init__(self, folder):
        self.home = os.path.join(folder, "home")
        os.makedirs(self.home, mode=0o700, exist_ok=True)
        self.gpg("--quick-generate-key", "--passphrase", "", "Rehearsal <rehearsal@localhost>", "rsa2048", "sign", "never")
        self.gpg("--armor", "--output", os.path.join(folder, "key.asc"), "--export")
        self.gpg("--output", os.path.join(folder, "key.gpg"), "--export")

    def gpg(self, *arguments):
        run("gpg", "--homedir", self.home, "--batch", "--yes", "--quiet", "--pinentry-mode", "loopback", *arguments)

    def clearsign(self, source, target):
        self.gpg("--clearsign", "--output", target, source)

    def detached(self, source):
        self.gpg("--armor", "--detach-sign", "--output", source + ".asc", source)

    def rpms(self, paths):
        if paths:
            run("rpmsign", "--define", "_gpg_name Rehearsal", "--define", "_gpg_path " + self.home, "--define", "__gpg " + shutil.which("gpg"), "--addsign", *paths)


def run(*argv):
    done = subprocess.run(argv, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit("{} failed with {}: {}".format(argv[0], done.returncode, done.stderr.strip()[-1500:]))


def payload(package, root, target):
    """Lays out what a package brings, below target; answers with the paths of its files and folders."""
    for path in package.get("dirs", []):
        os.makedirs(target + path, exist_ok=True)
    for path, text in package.get("files", {}).items():
        write(target + path, text, path in package.get("executable", []))
    for unit in package.get("units", []):
        write(target + "/usr/lib/systemd/system/" + unit, TIMER if unit.endswith(".timer") else SERVICE)
    for path, says in package.get("programs", {}).items():
        real = package.get("real", {}).get(path)
        rest = 'exec ' + real + ' "$@"\n' if real else "exit 0\n"
        write(target + path, '#!/bin/sh\n[ "$1" != --version ] || { echo "' + says.replace("{version}", plain(package["version"])) + '"; exit 0; }\n' + rest, True)
    for path, to in package.get("links", {}).items():
        os.makedirs(os.path.dirname(target + path), exist_ok=True)
        os.symlink(to, target + path)
    for path in package.get("copies", []):
        copy(os.path.join(root, STASH) + path, target + path)


def plain(version):
    return re.match(r"[0-9.]+", version).group(0)


def write(path, text, executable=False):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o755 if executable else 0o440 if path.endswith("/etc/sudoers") else 0o644)


def copy(source, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(source):
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(source, target)


def accounts(package):
    lines = ["getent group {0} >/dev/null || groupadd -r {0}".format(name) for name in package.get("groups", [])]
    lines += ["getent passwd {0} >/dev/null || useradd -r -U -s /usr/sbin/nologin {0}".format(name) for name in package.get("users", [])]
    return lines


# ---- apt


def apt_suite(folder, place, root, signer):
    suite_dir = os.path.join(folder, "dists", place["suite"])
    stanzas = [deb(folder, package, root) for package in place["packages"]]
    hashes = []
    for component in place["components"]:
        path = component + "/binary-amd64/Packages"
        text = "\n".join(stanzas) if component == "main" else ""
        write(os.path.join(suite_dir, path), text)
        hashes.append(" {} {} {}".format(hashlib.sha256(text.encode()).hexdigest(), len(text.encode()), path))
    now = datetime.now(timezone.utc)
    release = [
        "Origin: Rehearsal",
        "Suite: " + place["suite"],
        "Codename: " + place["suite"],
        "Date: " + format_datetime(now, usegmt=True),
        "Valid-Until: " + format_datetime(now + timedelta(days=7), usegmt=True),
        "Architectures: amd64",
        "Components: " + " ".join(place["components"]),
        "SHA256:",
        *hashes,
    ]
    write(os.path.join(suite_dir, "Release"), "\n".join(release) + "\n")
    signer.clearsign(os.path.join(suite_dir, "Release"), os.path.join(suite_dir, "InRelease"))


def deb(folder, package, root):
    name, version = package["name"], package["version"]
    tree = os.path.join(folder, "tree")
    shutil.rmtree(tree, ignore_errors=True)
    os.makedirs(tree + "/DEBIAN")
    payload(package, root, tree)
    control = "Package: {}\nVersion: {}\nArchitecture: all\nMaintainer: Rehearsal <rehearsal@localhost>\nDescription: stand-in\n".format(name, version)
    if package.get("depends"):
        control += "Depends: {}\n".format(package["depends"])
    write(tree + "/DEBIAN/control", control)
    conffiles = [os.path.join(at, file)[len(tree):] for at, _, files in os.walk(tree + "/etc") for file in files]
    if conffiles:
        write(tree + "/DEBIAN/conffiles", "".join(path + "\n" for path in conffiles))
    if accounts(package):
        write(tree + "/DEBIAN/postinst", "#!/bin/sh\nset -e\n" + "\n".join(accounts(package)) + "\n", True)
    path = "pool/{}_{}_all.deb".format(name, version.replace(":", "%3a"))
    os.makedirs(os.path.join(folder, "pool"), exist_ok=True)
    target = os.path.join(folder, path)
    run("dpkg-deb", "--root-owner-group", "-Znone", "-b", tree, target)
    shutil.rmtree(tree)
    with open(target, "rb") as file:
        data = file.read()
    return control + "Filename: {}\nSize: {}\nSHA256: {}\n".format(path, len(data), hashlib.sha256(data).hexdigest())


# ---- dnf


def dnf_folder(folder, place, root, signer, plan):
    os.makedirs(folder, exist_ok=True)
    if place["packages"]:
        build_rpms(folder, place["packages"], root)
        signer.rpms([os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".rpm")])
    run("createrepo_c", "--quiet", "--no-database", folder)
    modules = modulemd(place, plan)
    if modules:
        path = os.path.join(folder, "modules.yaml")
        write(path, modules)
        run("modifyrepo_c", "--mdtype=modules", path, os.path.join(folder, "repodata"))
    signer.detached(os.path.join(folder, "repodata/repomd.xml"))


def build_rpms(folder, packages, root):
    """Packages of one name and several versions are built one generation after the other."""
    waiting = list(packages)
    while waiting:
        names, now, later = set(), [], []
        for package in waiting:
            (later if package["name"] in names else now).append(package)
            names.add(package["name"])
        build_generation(folder, now, root)
        waiting = later


def build_generation(folder, packages, root):
    top = os.path.join(folder, "top")
    shutil.rmtree(top, ignore_errors=True)
    spec = ["Name: stand-ins", "Version: 1", "Release: 1", "Summary: Stand-ins", "License: none", "BuildArch: noarch", "%description", "Stand-ins.", "%install"]
    tail = []
    for index, package in enumerate(packages):
        tree = os.path.join(top, "trees", str(index))
        os.makedirs(tree)
        payload(package, root, tree)
        name = package["name"]
        spec_lines = ["%package -n " + name, "Version: " + package["version"], "Release: 1", "Summary: Stand-in", "AutoReqProv: no", "%description -n " + name, "Stand-in."]
        if accounts(package):
            spec_lines += ["%post -n " + name + " -p <lua>", *["os.execute([[" + line + "]])" for line in accounts(package)]]
        spec_lines += ["%files -n " + name, "%defattr(-,root,root)", *listed(package, tree)]
        tail += spec_lines
        spec.append("cp -a " + tree + "/. %{buildroot}/" if os.listdir(tree) else ":")
    write(os.path.join(top, "stand-ins.spec"), "\n".join(spec + tail) + "\n")
    macros = {"_topdir": top, "_rpmdir": top + "/out", "_build_name_fmt": "%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm", "__os_install_post": "%{nil}", "_unpackaged_files_terminate_build": "0"}
    defines = [word for name, value in macros.items() for word in ("--define", name + " " + value)]
    run("rpmbuild", "-bb", "--quiet", *defines, os.path.join(top, "stand-ins.spec"))
    for name in os.listdir(top + "/out"):
        os.rename(os.path.join(top, "out", name), os.path.join(folder, name))
    shutil.rmtree(top)


def listed(package, tree):
    files = [os.path.join(at, name)[len(tree):] for at, dirs, names in os.walk(tree) for name in names + [d for d in dirs if os.path.islink(os.path.join(at, d))]]
    return ["%dir " + path for path in package.get("dirs", [])] + ['"' + path + '"' for path in sorted(files)]


def modulemd(place, plan):
    streams = {stream: [] for stream in place.get("streams", [])}
    for package in place["packages"]:
        if package.get("module"):
            streams.setdefault(package["module"], []).append(package)
    documents = []
    for stream, packages in sorted(streams.items()):
        name, version = stream.split(":")
        documents.append({"document": "modulemd", "version": 2, "data": {
            "name": name, "stream": version, "version": 1, "context": "rehearse", "arch": "x86_64", "summary": "Stand-in", "description": "Stand-in",
            "license": {"module": ["none"]}, "artifacts": {"rpms": ["{}-0:{}-1.noarch".format(package["name"], package["version"]) for package in packages]}}})
    for name in sorted({stream.split(":")[0] for stream in streams}):
        default = plan["defaults"].get(name)
        if default and name + ":" + default in streams:
            documents.append({"document": "modulemd-defaults", "version": 1, "data": {"module": name, "stream": default}})
    return "".join("---\n" + json.dumps(document) + "\n...\n" for document in documents)


main()
