import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { buildCurrentPacker, PACKER, QEMU_PLUGIN } from '../../../scripts/dev/packer/current-packer.ts';
import type { Event } from '../../../scripts/model/event.ts';
import { fakeHost, type Answer, type FakeHost } from '../../support/fake-host.ts';

const downloaded = (module: string, dir: string): Answer => ({ command: `go mod download -json ${module}@`, stdout: JSON.stringify({ Dir: dir }) });
const SOURCES = [downloaded(PACKER.module, '/sources/packer'), downloaded(QEMU_PLUGIN.module, '/sources/plugin')];
/** Writes what `-o` names, as Go does. */
const BUILD: Answer = {
  command: 'go build',
  effect: (argv) => {
    const path = argv[argv.indexOf('-o') + 1] ?? '';
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  },
};
const INSTALL: Answer = {
  command: /\/bin\/packer plugins install --path \S+\/packer-plugin-qemu github\.com\/hashicorp\/qemu$/,
  effect: (_, { env }) => void mkdirSync(env?.['PACKER_PLUGIN_PATH'] ?? '', { recursive: true }),
};

async function build(host: FakeHost): Promise<{ readonly binDir: string; readonly pluginDir: string; readonly said: readonly Event[] }> {
  const said: Event[] = [];
  return { ...(await buildCurrentPacker({ host, say: (event) => void said.push(event) }, join(host.dir, 'cache'))), said };
}

test('a Packer and the plugin that it has no builder without lie in the cache', async () => {
  const host = fakeHost([...SOURCES, BUILD, INSTALL]);
  const { binDir, pluginDir, said } = await build(host);
  expect(existsSync(join(binDir, 'packer'))).toBe(true);
  expect(existsSync(pluginDir)).toBe(true);
  expect(readdirSync(join(host.dir, 'cache'))).toEqual([`packer-${PACKER.version}-qemu-${QEMU_PLUGIN.version}`]);
  expect(said).toMatchObject([{ message: `Building Packer ${PACKER.version}` }, { message: `Building its QEMU plugin ${QEMU_PLUGIN.version}` }]);
});

test('each is built where its own go.mod lies, as the release that it is', async () => {
  const folders: (string | undefined)[] = [];
  const host = fakeHost([...SOURCES, { ...BUILD, effect: (argv, options) => (folders.push(options.cwd), BUILD.effect?.(argv, options)) }, INSTALL]);
  await build(host);
  expect(folders).toEqual(['/sources/packer', '/sources/plugin']);
  const [packer, plugin] = host.commands.filter((line) => line.startsWith('go build'));
  expect(packer).toMatch(/ -ldflags -s -w -o \S+\/bin\/packer \.$/);
  expect(plugin).toMatch(/ -ldflags -s -w -X github\.com\/hashicorp\/packer-plugin-qemu\/version\.VersionPrerelease= -o \S+\/packer-plugin-qemu \.$/);
});

test('two that are built at once: the first stays, and serves both', async () => {
  const host = fakeHost([...SOURCES, BUILD, INSTALL]);
  const [first, second] = await Promise.all([build(host), build(host)]);
  expect(second.binDir).toBe(first.binDir);
  expect(readdirSync(join(host.dir, 'cache'))).toEqual([`packer-${PACKER.version}-qemu-${QEMU_PLUGIN.version}`]);
});

test('one that is there is not built again', async () => {
  const host = fakeHost([...SOURCES, BUILD, INSTALL]);
  const { binDir } = await build(host);
  const before = host.commands.length;
  expect(await build(host)).toMatchObject({ binDir, said: [] });
  expect(host.commands).toHaveLength(before);
});

test('a module that may not be had is named before anything is built, with the ways out', async () => {
  const [packer] = SOURCES;
  const refused: Answer = {
    command: `go mod download -json ${QEMU_PLUGIN.module}@`,
    exitCode: 1,
    stdout: `{\n\t"Path": "${QEMU_PLUGIN.module}",\n\t"Error": "reading v1.zip: 403 Forbidden\\n\\tserver response: no"\n}\n`,
  };
  const host = fakeHost(packer === undefined ? [] : [packer, refused, BUILD]);
  await expect(build(host)).rejects.toMatchObject({
    ...{ code: 'HOST_NOT_READY', what: `Go cannot have ${QEMU_PLUGIN.module}@${QEMU_PLUGIN.version}` },
    ...{ fix: expect.stringContaining('GOPROXY') as string, details: ['reading v1.zip: 403 Forbidden', 'server response: no'] },
  });
  expect(host.commands.filter((line) => line.startsWith('go build'))).toEqual([]);
  expect(readdirSync(join(host.dir, 'cache'))).toEqual([]);
});

test('nothing half-built stays', async () => {
  const host = fakeHost([...SOURCES, BUILD, { command: /plugins install/, exitCode: 1, stderr: 'no' }]);
  await expect(build(host)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  expect(readdirSync(join(host.dir, 'cache'))).toEqual([]);
});
