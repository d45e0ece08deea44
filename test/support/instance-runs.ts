import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FILES = join(import.meta.dirname, '../../cloud-init/files');
export const SCHEMA_PATH = join(FILES, 'usr/share/ingot/instance.schema.json');
export const EMPTY_ENV_PATH = join(FILES, 'usr/share/ingot/instance.env');

export interface InstanceRun {
  readonly dir: string;
  readonly ok: boolean;
  readonly said: string;
  /** What a shell script finds after `. instance.env`, by variable; empty when the file was refused. */
  readonly values: Readonly<Record<string, string>>;
  /** Files that were written, with their text and mode. */
  readonly written: Readonly<Record<string, { readonly text: string; readonly mode: number }>>;
}

/** Runs the guest's own instance.py on each text, in one Python process: a process each would take minutes. */
export function runInstances(texts: readonly (string | Uint8Array)[]): readonly InstanceRun[] {
  const dirs = texts.map((text) => {
    const dir = mkdtempSync(join(tmpdir(), 'ingot-instance-'));
    writeFileSync(join(dir, 'instance.yaml'), text, { mode: 0o600 });
    return dir;
  });
  const answers = python(DRIVER, [join(FILES, 'usr/lib/ingot/instance.py'), SCHEMA_PATH, ...dirs]);
  const outcomes = JSON.parse(answers) as readonly { readonly ok: boolean; readonly said: string }[];
  return dirs.map((dir, index) => ({ dir, ...(outcomes[index] ?? { ok: false, said: '' }), values: sourced(dir), written: writtenIn(dir) }));
}

/** Standard output of a Python program; a host without what the guest's cloud-init brings is told what to install. */
export function python(program: string, argv: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-B', '-W', 'ignore', '-c', program, ...argv], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0) return stdout;
  throw new Error(`This test needs python3 with yaml and jsonschema (apt-get install python3-yaml python3-jsonschema): ${stderr ?? ''}`);
}

const DRIVER = `
import contextlib, importlib.util, io, json, sys
path, schema, *dirs = sys.argv[1:]
spec = importlib.util.spec_from_file_location("instance", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
outcomes = []
for dir in dirs:
    sys.argv = ["instance.py", "--input", dir + "/instance.yaml", "--schema", schema, "--out", dir + "/out"]
    said, fault = io.StringIO(), None
    with contextlib.redirect_stderr(said):
        try:
            module.main()
        except SystemExit as error:
            fault = error.code
    outcomes.append({"ok": fault is None, "said": said.getvalue() + str(fault or "")})
print(json.dumps(outcomes))
`;

function sourced(dir: string): Readonly<Record<string, string>> {
  if (!existsSync(join(dir, 'out/instance.env'))) return {};
  const shell = `set -euo pipefail; . ./out/instance.env; for name in \${!INSTANCE_@}; do printf '%s=%s\\0' "$name" "\${!name}"; done`;
  const { status, stdout } = spawnSync('/bin/bash', ['--norc', '-c', shell], { cwd: dir, encoding: 'utf8', env: { PATH: '/nowhere', LC_ALL: 'C.UTF-8' } });
  if (status !== 0) throw new Error(`bash cannot source ${dir}/out/instance.env`);
  return Object.fromEntries(
    stdout
      .split('\0')
      .slice(0, -1)
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

function writtenIn(dir: string): InstanceRun['written'] {
  const out = join(dir, 'out');
  const names = existsSync(out) ? readdirSync(out) : [];
  return Object.fromEntries(names.map((name) => [name, { text: readFileSync(join(out, name), 'utf8'), mode: statSync(join(out, name)).mode & 0o777 }]));
}
