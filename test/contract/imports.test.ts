import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');
const BIN = join(PROJECT, 'node_modules/.bin');

/** DESIGN 4, as a table: what each room may import besides itself. `.oxlintrc.json` has to agree with it, both ways. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: ['commands', 'config', 'reports', 'host', 'model', 'errors'],
  commands: ['pipelines', 'stages', 'config', 'plan', 'reports', 'store', 'host', 'model', 'errors'],
  pipelines: ['stages', 'config', 'tools', 'store', 'plan', 'render', 'checks', 'reports', 'host', 'model', 'errors'],
  stages: ['tools', 'store', 'plan', 'render', 'checks', 'host', 'model', 'errors'],
  tools: ['host', 'model', 'errors'],
  store: ['tools', 'plan', 'host', 'model', 'errors'],
  config: ['host', 'model', 'errors'],
  host: ['model', 'errors'],
  plan: ['model', 'errors'],
  render: ['model', 'errors'],
  checks: ['model', 'errors'],
  reports: ['model', 'errors'],
  model: [],
};
const ROOMS = [...Object.keys(MAY_IMPORT), 'errors', 'ops', 'dev'];
const PURE_ROOMS = ['plan', 'render', 'checks', 'reports', 'model'];

/** Lints planted files under the project's own rules; gives back the path of every file with a finding. */
function findings(files: Readonly<Record<string, string>>): ReadonlySet<string> {
  const dir = mkdtempSync(join(tmpdir(), 'ingot-lint-'));
  cpSync(join(PROJECT, '.oxlintrc.json'), join(dir, '.oxlintrc.json'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const config = JSON.parse(readFileSync(join(dir, '.oxlintrc.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(dir, '.oxlintrc.json'), JSON.stringify({ ...config, options: {} }));
  const { stdout } = spawnSync(join(BIN, 'oxlint'), ['--format', 'json'], { cwd: dir, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { code: string; filename: string }[] };
  return new Set(diagnostics.filter(({ code }) => /restricted/.test(code)).map(({ filename }) => filename));
}

function pathIn(room: string, name: string): string {
  return `scripts/${room}/planted/${name}.ts`;
}

describe('the import table of DESIGN 4', () => {
  const pairs = Object.keys(MAY_IMPORT).flatMap((from) => ROOMS.filter((to) => to !== from).map((to) => ({ from, to })));
  const specifier = (to: string): string => (to === 'errors' ? '../../errors.ts' : `../../${to}/thing.ts`);
  const files = Object.fromEntries(
    pairs.flatMap(({ from, to }) => [
      [pathIn(from, `value-of-${to}`), `import { thing } from '${specifier(to)}';\nexport const other = thing;\n`],
      [pathIn(from, `type-of-${to}`), `import type { Thing } from '${specifier(to)}';\nexport type Other = Thing;\n`],
    ]),
  );
  const found = findings(files);

  test.each(pairs)('$from → $to', ({ from, to }) => {
    const refused = !(MAY_IMPORT[from] ?? []).includes(to);
    expect(found.has(pathIn(from, `value-of-${to}`))).toBe(refused);
    expect(found.has(pathIn(from, `type-of-${to}`))).toBe(refused);
  });
});

describe('the door to the machine', () => {
  const planted = ['node:fs', 'node:fs/promises', 'node:child_process', 'node:net', 'node:os', 'execa', 'zx'];
  const rooms = Object.keys(MAY_IMPORT).filter((room) => room !== 'host');
  const files = Object.fromEntries(
    rooms.flatMap((room) =>
      planted.map((name) => [pathIn(room, name.replaceAll(/[:/]/g, '-')), `import * as door from '${name}';\nexport const opened = door;\n`]),
    ),
  );
  const found = findings(files);

  test.each(rooms)('%s does not go past host/', (room) => {
    const missed = planted.filter((name) => !found.has(pathIn(room, name.replaceAll(/[:/]/g, '-'))));
    expect(missed).toEqual([]);
  });

  test('host/ itself may', () => {
    const path = pathIn('host', 'node-fs');
    expect([...findings({ [path]: "import * as fs from 'node:fs';\nexport const opened = fs;\n" })]).toEqual([]);
  });
});

describe('pure rooms', () => {
  const impure = {
    env: 'export const value = process.env;',
    now: 'export const value = Date.now();',
    monotonic: 'export const value = performance.now();',
    random: 'export const value = Math.random();',
    timer: 'export const value = setTimeout(() => undefined, 1);',
    network: "export const value = fetch('http://example.invalid/');",
    path: "import { sep } from 'node:path';\nexport const value = sep;",
  };
  const found = findings(Object.fromEntries(PURE_ROOMS.flatMap((room) => Object.entries(impure).map(([name, text]) => [pathIn(room, name), `${text}\n`]))));

  test.each(PURE_ROOMS)('%s knows no clock, environment, timer, network or chance', (room) => {
    expect(Object.keys(impure).filter((name) => !found.has(pathIn(room, name)))).toEqual([]);
  });

  test('no pure file asks for the current date by constructing one', () => {
    const hits = spawnSync('grep', ['-rnE', String.raw`new Date\(\)|randomUUID|randomBytes`, ...PURE_ROOMS.map((room) => join(PROJECT, 'scripts', room))], {
      encoding: 'utf8',
    });
    expect(hits.stdout).toBe('');
  });
});

test('the code itself keeps to the table, and imports in no circle', () => {
  expect(() =>
    execFileSync(join(BIN, 'oxlint'), ['--quiet', '-A', 'all', '-D', 'no-restricted-imports', '-D', 'import/no-cycle', 'scripts'], {
      cwd: PROJECT,
      stdio: 'pipe',
    }),
  ).not.toThrow();
});
