#!/usr/bin/env python3
# Why: a machine's own settings are checked as a whole, and all that is wrong is said at once, before anything is changed.
# Needs: Python 3.6 with yaml and jsonschema (cloud-init brings both: run it with cloud-init's own interpreter); root.
"""Checks /etc/ingot/instance.yaml and writes /etc/ingot/instance.env and the files of literal secrets."""
import argparse
import configparser
import difflib
import ipaddress
import json
import os
import re
import shlex
import stat
import sys

import jsonschema
import yaml

MAX_BYTES = 65536
MAX_ROWS = 40
# Every shell variable and the key that it holds. Files of secrets are added by secret_files().
VARIABLES = (
    ("INSTANCE_DOMAIN", "domain"),
    ("INSTANCE_ALTERNATIVE_DOMAINS", "alternative_domains"),
    ("INSTANCE_LETSENCRYPT_EMAIL", "letsencrypt.email"),
    ("INSTANCE_LETSENCRYPT_DIRECTORY_URL", "letsencrypt.directory_url"),
    ("INSTANCE_ADMIN_CIDRS", "admin_cidrs"),
    ("INSTANCE_INTERNAL_RANGE", "internal_range"),
    ("INSTANCE_DATABASE_HOST", "database.host"),
    ("INSTANCE_DATABASE_PORT", "database.port"),
    ("INSTANCE_DATABASE_NAME", "database.name"),
    ("INSTANCE_DATABASE_USER", "database.user"),
    ("INSTANCE_DATABASE_PASSWORD_FILE", "database.password_file"),
    ("INSTANCE_BACKUP_TARGET", "backup.target"),
    ("INSTANCE_BACKUP_ENDPOINT", "backup.endpoint"),
    ("INSTANCE_BACKUP_REGION", "backup.region"),
    ("INSTANCE_BACKUP_CREDENTIALS_FILE", "backup.credentials_file"),
    ("INSTANCE_BACKUP_KEEP_DAYS", "backup.keep_days"),
    ("INSTANCE_BACKENDS", "backends"),
    ("INSTANCE_LOAD_BALANCER", "load_balancer"),
    ("INSTANCE_WORKERS", "workers"),
    ("INSTANCE_EXPORTERS", "exporters"),
)
TYPES = {"string": "a text", "integer": "a whole number", "array": "a list", "object": "a map of keys", "null": "nothing"}
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def main():
    options = arguments()
    os.umask(0o077)
    keep_private(options.input)
    schema = read_schema(options.schema)
    problems = Problems()
    data = read_instance(options.input, schema, problems)
    if data is not None:
        check_schema(data, schema, problems)
        check_meaning(data, problems)
    if problems.found:
        sys.exit(problems.text(options.input))
    if not options.check:
        write(data, options.out)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--input", default="/etc/ingot/instance.yaml", help="the instance data (default: %(default)s)")
    parser.add_argument("--schema", default="/usr/share/ingot/instance.schema.json", help="its JSON Schema (default: %(default)s)")
    parser.add_argument("--out", default="/etc/ingot", help="where the result is written (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="check, and write nothing")
    return parser.parse_args()


class Problems:
    """What is wrong, by place: only the first finding of a place is kept, the ones after it follow from it."""

    def __init__(self):
        self.found = {}
        self.lines = {}

    def add(self, path, sentence, line=None):
        self.found.setdefault((tuple(path), sentence if not path else ""), (line or self.line_of(path), sentence))

    def has(self, path):
        return any(place == tuple(path)[: len(place)] and place for place, _ in self.found)

    def line_of(self, path):
        path = tuple(path)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def text(self, file):
        count = len(self.found)
        head = "%s has %s; nothing was changed:" % (file, "1 problem" if count == 1 else "%d problems" % count)
        entries = sorted((line, shown(path), sentence) for (path, _), (line, sentence) in self.found.items())
        rows = ["  " + ("line %d: " % line if line else "") + (key + ": " if key else "") + sentence for line, key, sentence in entries]
        more = ["  and %d more" % (count - MAX_ROWS)] if count > MAX_ROWS else []
        return "\n".join([head] + rows[:MAX_ROWS] + more)


def shown(path):
    """With a forgotten blank after its colon a key carries its value: what is no plain word is not repeated."""
    text = ""
    for step in path:
        text += "[%d]" % step if isinstance(step, int) else ("." if text else "") + (step if re.match(r"[A-Za-z0-9_-]{1,40}\Z", step) else "...")
    return clip(text)


def clip(text, width=80):
    text = CONTROL.sub("?", text)
    return text if len(text) <= width else text[: width - 3] + "..."


def keep_private(file):
    """Secrets may be in it: whoever delivered it, only root reads it from now on."""
    try:
        found = os.stat(file)
        if stat.S_IMODE(found.st_mode) & 0o077:
            sys.stderr.write("ingot: warning: %s could be read by others (mode %04o): now 0600; give it permissions: '0600'\n" % (file, stat.S_IMODE(found.st_mode)))
            os.chmod(file, 0o600)
        if os.geteuid() == 0 and found.st_uid != 0:
            os.chown(file, 0, 0)
    except OSError as error:
        sys.exit("%s cannot be used: %s" % (file, error.strerror))


def read_schema(file):
    with open(file, encoding="utf-8") as stream:
        return json.load(stream)


def read_instance(file, schema, problems):
    """The YAML as plain values, with the line of every key and nothing of YAML that is not needed here; None when it cannot be read."""
    with open(file, "rb") as stream:
        raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        problems.add((), "it is larger than %d KiB" % (MAX_BYTES // 1024))
        return None
    try:
        loader = yaml.SafeLoader(raw.decode("utf-8-sig"))
        node = loader.get_single_node()
        value = Reader(loader, problems).value(node, ()) if node is not None else None
    except UnicodeDecodeError:
        problems.add((), "it is not text in UTF-8")
    except yaml.YAMLError as error:
        problems.add((), *yaml_fault(error))
    except RecursionError:
        problems.add((), "it is nested too deeply")
    else:
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        problems.add((), "expected keys with values, such as domain: app.example.com")
    return None


def yaml_fault(error):
    """PyYAML quotes what it stumbled over, which may be a secret: only its own words and the line are repeated."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    what = re.sub(r"'[^']{2,}'|\"[^\"]{2,}\"|'[A-Za-z0-9]'", "...", str(what))
    return "not valid YAML: %s (indent with spaces; a value with special characters belongs in 'quotes')" % clip(what, 200), mark.line + 1 if mark else None


class Reader:
    def __init__(self, loader, problems):
        self.loader = loader
        self.problems = problems
        self.seen = set()

    def value(self, node, path):
        # An alias is the same node again.
        if id(node) in self.seen:
            self.problems.add(path, "anchors and aliases (& and *) are not used here: write the value out", node.start_mark.line + 1)
            return None
        self.seen.add(id(node))
        self.problems.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, path + (index,)) for index, item in enumerate(node.value)]
        try:
            return self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self.problems.add(path, "this value is not understood: put it in 'quotes'", node.start_mark.line + 1)
            return None

    def mapping(self, node, path):
        result = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.add(path, "a key is not a plain word", line)
                continue
            place = path + (key,)
            if key in result:
                self.problems.add(place, "this key is here twice (first in line %d)" % self.problems.line_of(place), line)
            self.problems.lines.setdefault(place, line)
            result[key] = self.value(value_node, place)
        return result


def check_schema(data, schema, problems):
    def pattern(validator, wanted, value, _):
        # Python's $ would let a last newline through.
        if isinstance(value, str) and not re.search(wanted[:-1] + r"\Z" if wanted.endswith("$") else wanted, value):
            yield jsonschema.ValidationError("pattern")

    kind = jsonschema.validators.extend(jsonschema.Draft4Validator, {"pattern": pattern})
    for error in sorted(kind(schema).iter_errors(data), key=lambda error: list(map(str, error.absolute_path))):
        for path, sentence in sentences(error, schema):
            problems.add(path, sentence)


def sentences(error, schema):
    path, manual, found = tuple(error.absolute_path), error.schema.get("description", ""), error.instance
    secret = is_secret(error.schema)
    value = "this value" if secret else quoted(found)
    rule, wanted = error.validator, error.validator_value
    if rule == "additionalProperties":
        return [(path + (key,), unknown_key(key, error.schema)) for key in found if key not in error.schema["properties"]]
    if rule == "required":
        return [(path + (key,), "is missing; add it: %s" % error.schema["properties"][key]["description"]) for key in wanted if key not in found]
    if rule == "dependencies":
        return [(path + (key,), "needs " + " and ".join(missing)) for key, missing in ((key, [one for one in wanted[key] if one not in found]) for key in wanted if key in found) if missing]
    if rule == "not":
        return [(path, wanted.get("description") or manual)]
    if rule == "type":
        names = " or ".join(TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted))
        scalar = not isinstance(found, (dict, list)) and found is not None
        text_lost = scalar and not isinstance(found, str) and "string" in wanted
        what = "expected %s, found %s" % (names, ("another kind of value" if secret else quoted(found)) if scalar else kind_of(found))
        return [(path, "%s; %s%s" % (what, "put it in 'quotes': " if text_lost else "", manual))]
    if rule == "enum":
        near = difflib.get_close_matches(str(found), [str(one) for one in wanted], 1) if not secret else []
        return [(path, "%s is not allowed; %sallowed: %s" % (value, "did you mean %s? " % near[0] if near else "", ", ".join(map(str, wanted))))]
    if rule == "minItems":
        return [(path, "the list is empty; " + manual)]
    if rule == "uniqueItems":
        return [(path, "an entry is here twice")]
    words = {"minimum": "is less than %s" % wanted, "maximum": "is more than %s" % wanted, "maxLength": "is too long", "minLength": "is too short"}
    return [(path, "%s %s; %s" % (value, words.get(rule, "does not have the right form"), manual))]


def unknown_key(key, schema):
    known = list(schema["properties"])
    near = difflib.get_close_matches(key.lower().replace("-", "_"), known, 1, 0.6)
    return "unknown key; %s" % ("did you mean %s?" % near[0] if near else "known keys: %s" % ", ".join(known))


def is_secret(schema):
    return bool(schema.get("writeOnly")) or any(is_secret(inner) for inner in schema.get("properties", {}).values())


def quoted(value):
    if isinstance(value, (dict, list)) or value is None:
        return kind_of(value)
    return '"%s"' % clip(value) if isinstance(value, str) else clip(str(value).lower() if isinstance(value, bool) else str(value))


def kind_of(value):
    return {dict: "a map of keys", list: "a list"}.get(type(value), "nothing")


def at(data, key):
    for step in key.split("."):
        data = data.get(step) if isinstance(data, dict) else None
    return data


def check_meaning(data, problems):
    """What a pattern cannot say. Looks only at values that the schema found nothing against."""

    def each(key):
        path, value = tuple(key.split(".")), at(data, key)
        values = [(path + (index,), one) for index, one in enumerate(value)] if isinstance(value, list) else [(path, value)]
        return [(place, one) for place, one in values if one is not None and not problems.has(place)]

    checks = (
        ("admin_cidrs", network_fault),
        ("internal_range", network_fault),
        ("database.host", host_fault),
        ("backends", backend_fault),
        ("letsencrypt.directory_url", url_fault),
        ("backup.endpoint", url_fault),
        ("backup.target", lambda url: "a bucket's name has no two dots in a row" if ".." in url.split("/")[2] else None),
        ("database.password_file", password_file_fault),
        ("backup.credentials_file", credentials_file_fault),
    )
    for key, fault in checks:
        for path, value in each(key):
            sentence = fault(value)
            if sentence:
                problems.add(path, sentence)


def network_fault(text):
    try:
        ipaddress.ip_network(text)
    except ValueError:
        try:
            wide, one = ipaddress.ip_network(text, strict=False), ipaddress.ip_address(text.split("/")[0])
        except ValueError:
            return '"%s" is not an address or a range; such as 203.0.113.0/24 or 2001:db8::/48' % clip(text)
        return '"%s" is an address within a range; write %s for the range or %s for the address alone' % (text, wide, ipaddress.ip_network(one))
    return None


def host_fault(text):
    if ":" in text or re.match(r"^[0-9.]+$", text):
        return address_fault(text)
    return None


def address_fault(text):
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return '"%s" is not an address' % clip(text)
    return None


def backend_fault(text):
    address, port = re.match(r"^(\[.*\]|[^:]*)(?::([0-9]+))?$", text).groups()
    return address_fault(address.strip("[]")) or port_fault(port)


def url_fault(url):
    authority = url.split("/")[2]
    address, port = re.match(r"^(\[.*\]|[^:]*)(?::([0-9]+))?$", authority).groups()
    return (address_fault(address.strip("[]")) if address.startswith("[") else None) or port_fault(port)


def port_fault(port):
    return None if port is None or 1 <= int(port) <= 65535 else "port %s is not a port: 1 to 65535" % clip(port)


def readable(file):
    """Text of a file that instance data names, or None with the reason."""
    try:
        if not os.path.isfile(file):
            return None, "%s is not there, or is not a file; cloud-init's write_files can bring it (without defer)" % file
        mode = stat.S_IMODE(os.stat(file).st_mode)
        if mode & 0o007:
            sys.stderr.write("ingot: warning: %s can be read by everybody (mode %04o): give it permissions: '0600'\n" % (file, mode))
        with open(file, encoding="utf-8-sig") as stream:
            return stream.read(MAX_BYTES), None
    except (OSError, UnicodeDecodeError) as error:
        return None, "%s cannot be read: %s" % (file, getattr(error, "strerror", None) or "it is not text in UTF-8")


def password_file_fault(file):
    text, fault = readable(file)
    first = (text or "").split("\n")[0].rstrip("\r")
    if fault is None and (CONTROL.search(first) or not 8 <= len(first) <= 512):
        fault = "the first line of %s is not a password: 8 to 512 characters" % file
    return fault


def credentials_file_fault(file):
    text, fault = readable(file)
    if fault is not None:
        return fault
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
        complete = all(parser.get("default", key).strip() for key in ("aws_access_key_id", "aws_secret_access_key"))
    except configparser.Error:
        complete = False
    return None if complete else "%s needs a section [default] with aws_access_key_id and aws_secret_access_key" % file


def write(data, out):
    values = {name: at(data, key) for name, key in VARIABLES}
    values["INSTANCE_ADMIN_CIDRS"] = networks(at(data, "admin_cidrs") or [])
    values["INSTANCE_INTERNAL_RANGE"] = " ".join(networks([one for one in [at(data, "internal_range")] if one]))
    values["INSTANCE_ALTERNATIVE_DOMAINS"] = [name for name in at(data, "alternative_domains") or [] if name != data["domain"]]
    os.makedirs(out, mode=0o755, exist_ok=True)
    secrets = secret_files(data)
    for variable, (name, text) in secrets.items():
        replace(os.path.join(out, name), text)
        values[variable] = os.path.join(out, name)
    lines = ["%s=%s\n" % (name, shlex.quote(as_text(values[name]))) for name, _ in VARIABLES]
    replace(os.path.join(out, "instance.env"), "".join(lines))
    for name in ("database-password", "backup-credentials"):
        file = os.path.join(out, name)
        # An older instance.yaml had it.
        if file not in values.values() and os.path.lexists(file):
            os.unlink(file)


def secret_files(data):
    """Literal secrets by the variable that names their file."""
    files = {}
    if at(data, "database.password") is not None:
        files["INSTANCE_DATABASE_PASSWORD_FILE"] = ("database-password", at(data, "database.password") + "\n")
    if at(data, "backup.access_key_id") is not None:
        credentials = "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n" % (at(data, "backup.access_key_id"), at(data, "backup.secret_access_key"))
        files["INSTANCE_BACKUP_CREDENTIALS_FILE"] = ("backup-credentials", credentials)
    return files


def networks(texts):
    """In one form, each once: 198.51.100.7 becomes 198.51.100.7/32."""
    return list(dict.fromkeys(str(ipaddress.ip_network(text)) for text in texts))


def as_text(value):
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value)


def replace(file, text):
    fresh = file + ".new"
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        os.fchmod(stream.fileno(), 0o600)
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(fresh, file)


if __name__ == "__main__":
    main()
