import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listTargets } from '../../scripts/config/list-targets.ts';
import { loadSpec } from '../../scripts/config/load-spec.ts';
import type { CheckDeclaration } from '../../scripts/model/check.ts';
import { needTool } from '../support/need-tool.ts';
import { realProject } from '../support/real-project.ts';

const PROJECT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

const scripts = ['packer', 'cloud-init'].flatMap((dir) =>
  readdirSync(join(PROJECT, dir), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sh'))
    .map((path) => `${dir}/${path}`),
);
const folders = [
  'cloud-init',
  ...readdirSync(join(PROJECT, 'packer/components'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `packer/components/${name}`),
];
const distros = readdirSync(join(PROJECT, 'config/distros')).map((name) => name.replace(/\.yaml$/, ''));

function output(program: string, argv: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, argv, { cwd: PROJECT, encoding: 'utf8' });
  return `${stdout}${stderr}`.trim();
}

describe('guest scripts', () => {
  test('shellcheck finds nothing', () => {
    needTool('shellcheck');
    expect(scripts.length).toBeGreaterThan(30);
    expect(output('shellcheck', scripts)).toBe('');
  });

  test('shfmt -i 2 -ci would change nothing', () => {
    needTool('shfmt');
    expect(output('shfmt', ['-i', '2', '-ci', '-d', ...scripts])).toBe('');
  });

  test.each(scripts)('%s is strict and says why it exists and what it needs', (path) => {
    const text = read(path);
    expect(text.startsWith('#!/usr/bin/env bash\n# Why: ')).toBe(true);
    expect(text).toMatch(/^# Needs: /m);
    // A library is sourced by a script that is strict already.
    if (!path.startsWith('packer/lib/')) expect(text).toMatch(/^set -[eu]*uo pipefail$/m);
    for (const id of distros) expect(text.split(/[^\w.-]+/)).not.toContain(id);
  });

  test.each(scripts.filter((path) => !path.startsWith('packer/lib/')))('%s can be executed', (path) => {
    expect(statSync(join(PROJECT, path)).mode & 0o111).toBe(0o111);
  });
});

describe.each(folders)('%s', (folder) => {
  test('explains itself and guards itself', () => {
    expect(existsSync(join(PROJECT, folder, 'README.md'))).toBe(true);
    expect(read(`${folder}/README.md`).length).toBeGreaterThan(80);
    expect(read(`${folder}/component.yaml`)).toMatch(/^checks:\n/m);
  });

  test('its README names every parameter', () => {
    const parameters = /^parameters:\n((?: .*\n)+)/m.exec(read(`${folder}/component.yaml`))?.[1] ?? '';
    const names = [...parameters.matchAll(/^ {2}(\w+):/gm)].flatMap(([, name]) => name ?? []);
    for (const name of names) expect(read(`${folder}/README.md`)).toContain(`\`${name}\``);
  });
});

const host = realProject();
const targets = await listTargets(host);
const checksOf = async (target: (typeof targets)[number]): Promise<readonly CheckDeclaration[]> =>
  (await loadSpec(host, target)).spec.components.flatMap(({ checks }) => checks);
const standalone = await checksOf({ image: 'aikovrr', role: 'standalone', distro: 'debian-12', state: 'ready' });

describe('checks of the standalone image', () => {
  test('there are enough of them, and each place is looked at', () => {
    expect(standalone.length).toBeGreaterThanOrEqual(75);
    for (const place of ['sealed', 'guest', 'outside', 'console'] as const) {
      expect(standalone.filter((check) => check[place] !== undefined).length, place).toBeGreaterThanOrEqual(6);
    }
  });

  test.each(standalone)('$id can be broken where it looks, by one line that bash can read', ({ saboteur, ...check }) => {
    const looks = { sealed: check.sealed !== undefined, guest: check.guest !== undefined || check.outside !== undefined || check.console !== undefined };
    expect(looks[saboteur.where], `the saboteur works in ${saboteur.where}, where the check does not look`).toBe(true);
    expect(saboteur.run.trim().split('\n')).toHaveLength(1);
    expect(output('bash', ['-n', '-c', saboteur.run])).toBe('');
    for (const probe of [check.sealed, check.guest, check.outside]) expect(probe === undefined ? '' : output('bash', ['-n', '-c', probe.run])).toBe('');
  });

  test('a sealed probe looks below $ROOT and nowhere else, but for the one that reads what no file owns', () => {
    const elsewhere = standalone.filter(({ sealed }) => sealed !== undefined && sealed.run !== 'free_space_found' && !/\$ROOT|in_root /.test(sealed.run));
    expect(elsewhere.map(({ id }) => id)).toEqual([]);
  });

  test('no probe asks systemctl in a way that the oldest systemd of all distros (239) does not know', () => {
    const asking = standalone.filter((check) => /systemctl show [^|;&]*-P /.test(JSON.stringify([check.sealed, check.guest, check.outside, check.saboteur])));
    expect(asking.map(({ id }) => id)).toEqual([]);
  });

  test.each([
    ['the menu itself', { 'grub/grub.cfg': 'linux /vmlinuz ARGUMENTS ro' }, ''],
    ['an entry', { 'loader/entries/a.conf': 'options root=/dev/sda ARGUMENTS' }, ''],
    ['the environment that an entry names', { 'loader/entries/a.conf': 'options $kernelopts $tuned_params', 'grub2/grubenv': 'kernelopts=ro ARGUMENTS' }, ''],
    ['an environment that no entry names', { 'loader/entries/a.conf': 'options ro', 'grub2/grubenv': 'kernelopts=ro ARGUMENTS' }, 'mce=0'],
    ['an environment without one of them', { 'loader/entries/a.conf': 'options $kernelopts', 'grub2/grubenv': 'kernelopts=ro' }, 'mce=0'],
  ])('the arguments of the kernel are read from %s', (_name, files, missing) => {
    const probe = standalone.find(({ id }) => id === 'base-system.kernel-arguments')?.sealed?.run ?? expect.unreachable();
    const root = mkdtempSync(join(tmpdir(), 'ingot-boot-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, 'boot', path)), { recursive: true });
      writeFileSync(
        join(root, 'boot', path),
        text.replace('ARGUMENTS', 'slab_nomerge=yes page_alloc.shuffle=1 vsyscall=none mce=0 rng_core.default_quality=500'),
      );
    }
    const { stdout } = spawnSync('bash', ['-uo', 'pipefail', '-c', probe], { env: { ...process.env, ROOT: root }, encoding: 'utf8' });
    expect(stdout).toEqual(missing === '' ? '' : expect.stringContaining(missing));
    rmSync(root, { recursive: true });
  });

  test('whoever plants PermitRootLogin is told by exactly one check', () => {
    const reading = standalone.filter((check) => /permitrootlogin/i.test(JSON.stringify([check.sealed, check.guest, check.outside])));
    expect(reading.map(({ id }) => id)).toEqual(['ssh-hardening.root-login']);
    expect(Object.keys(reading[0] ?? {})).toEqual(expect.arrayContaining(['sealed', 'guest', 'outside']));
  });
});

test.each(targets)('$role on $distro has checks for every component', async (target) => {
  const { spec } = await loadSpec(host, target);
  expect(spec.components.filter(({ checks }) => checks.length === 0).map(({ id }) => id)).toEqual([]);
});
