import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { inventoryOf, parseInventory } from '../../scripts/checks/inventory.ts';
import { PROJECT_DIR } from '../support/fake-disks.ts';
import { fakeHost } from '../support/fake-host.ts';

const STATUS = `Package: bash
Status: install ok installed
Version: 5.2
Architecture: amd64

Package: gone
Status: deinstall ok config-files
Version: 1
Architecture: all

Package: libssl3
Status: install ok installed
Source: openssl (3.0.1)
Version: 3.0.2
Architecture: amd64
`;

/** The list of a small root file system, by the very script that reads a disk. */
function listOf(files: Readonly<Record<string, string>>, programs = ''): ReturnType<typeof parseInventory> {
  const { dir } = fakeHost();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
    if (path.endsWith('/su')) chmodSync(join(dir, path), 0o4755);
  }
  mkdirSync(join(dir, 'etc/systemd/system/multi-user.target.wants'), { recursive: true });
  mkdirSync(join(dir, 'usr/local'), { recursive: true });
  symlinkSync('/lib/systemd/system/nginx.service', join(dir, 'etc/systemd/system/multi-user.target.wants/nginx.service'));
  const script = readFileSync(join(PROJECT_DIR, 'packer/read-inventory.sh'), 'utf8');
  const { status, stdout, stderr } = spawnSync('bash', ['-uo', 'pipefail', '-c', `${programs}\n${script}`], {
    encoding: 'utf8',
    // A socket on its standard input would make bash read the start-up files of whoever runs the tests.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ROOT: dir, LC_ALL: 'C' },
  });
  expect([status, stderr]).toEqual([0, '']);
  return parseInventory(stdout);
}

test('a disk is listed: packages of every kind with their sources, privileged files, units, configuration', () => {
  const found = listOf({
    'var/lib/dpkg/status': STATUS,
    'usr/bin/su': 'x',
    'etc/nginx.conf': 'x',
    'etc/ld.so.cache': 'x',
    'opt/app/venv/lib/python3.11/site-packages/django-5.dist-info/METADATA': 'Metadata-Version: 2.1\nName: Django\nVersion: 5.0.1\n\nName: not this\n',
    'usr/lib/python3/dist-packages/apt-1.dist-info/METADATA': 'Name: the-systems-own\nVersion: 1\n',
    'opt/app/node_modules/@scope/a/package.json': '{\n  "name": "@scope/a",\n  "version": "1.2.3"\n}\n',
    'opt/app/node_modules/@scope/a/node_modules/b/package.json': '{"name":"b","version":"0.1.0"}',
    'opt/app/node_modules/b/dist/package.json': '{"version":"9"}',
  });
  expect(found).toEqual({
    packages: [
      { type: 'deb', name: 'bash', version: '5.2', source: 'bash', arch: 'amd64' },
      { type: 'deb', name: 'libssl3', version: '3.0.2', source: 'openssl', arch: 'amd64' },
      { type: 'npm', name: '@scope/a', version: '1.2.3', source: 'opt/app/node_modules/@scope/a/package.json' },
      { type: 'npm', name: 'b', version: '0.1.0', source: 'opt/app/node_modules/@scope/a/node_modules/b/package.json' },
      { type: 'pip', name: 'Django', version: '5.0.1', source: 'opt/app/venv/lib/python3.11/site-packages/django-5.dist-info/METADATA' },
    ],
    privileged: { 'usr/bin/su': '4755' },
    units: ['multi-user.target.wants/nginx.service'],
    files: { 'etc/nginx.conf': '2d711642b726b044' },
  });
});

test.each(['var/lib/rpm', 'usr/lib/sysimage/rpm'])('the rpms of %s are read by its path, from a copy that can be written to', (database) => {
  const rpm = `rpm() { [[ $1 == --dbpath && -w $2 ]] && touch "$2/lock" && printf 'rpm\\t%s\\t2:1-3.el8\\tnoarch\\ttin-1-3.src.rpm\\n' "$(<"$2/rpmdb.sqlite")"; }`;
  const { packages, files } = listOf({ [`${database}/rpmdb.sqlite`]: 'tin' }, rpm);
  expect(packages).toEqual([{ type: 'rpm', name: 'tin', version: '2:1-3.el8', source: 'tin-1-3.src.rpm', arch: 'noarch' }]);
  expect(files).toEqual({});
});

test('rpms carry their source package; lines that are nothing known count for nothing', () => {
  expect(parseInventory('rpm\tbash\t5.1-2.el8\tx86_64\tbash-5.1-2.src.rpm\nsetuid\t4755\nnoise\ndeb\tonly\ttwo\n').packages).toEqual([
    { type: 'rpm', name: 'bash', version: '5.1-2.el8', source: 'bash-5.1-2.src.rpm', arch: 'x86_64' },
  ]);
});

test('what could not be read is not an empty disk', () => {
  expect(inventoryOf(new Map())).toBeUndefined();
  expect(inventoryOf(new Map([['inventory', { exitCode: 124, stdout: 'deb\ta\t1\tall\ta\n', stderr: '', seconds: 20, timedOut: true }]]))).toBeUndefined();
});
