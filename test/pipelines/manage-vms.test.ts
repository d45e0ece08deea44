import { existsSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { launch } from '../../scripts/pipelines/launch.ts';
import { listVms, sshInto, stopVm } from '../../scripts/pipelines/manage-vms.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { addRelease, artifactOf, IMAGE_ID } from '../store/fixtures.ts';
import { processesNaming, vmDesk, type VmDesk } from './vm-desk.ts';

const places: VmDesk[] = [];
afterEach(async () => {
  for (const { desk } of places.splice(0)) await stopVm(desk, { all: true });
});

async function setUp(names: readonly string[], mode = 'good'): Promise<VmDesk> {
  const place = vmDesk();
  places.push(place);
  await addRelease(openStore(place.host, place.storeLocation), artifactOf(place.dir, 'disk'), '2026.11.22-1');
  for (const name of names)
    await launch(place.as(mode), { storeLocation: place.storeLocation, reference: IMAGE_ID, name, forwards: [], wait: false, accelerator: 'tcg' });
  return place;
}

/** A host whose deadlines for the guest pass at once, and whose others do not. */
function impatient({ host, events }: VmDesk): Host {
  let nowMs = 0;
  const isAsking = (): boolean => !events.some((event) => event.type === 'note' && event.message.includes('its power is cut'));
  return { ...host, clock: { ...host.clock, monotonicMs: () => (isAsking() ? (nowMs += 5000) : nowMs + host.clock.monotonicMs()) } };
}

function changeRecord(place: VmDesk, name: string, change: (record: { process: object | null }) => object): void {
  const path = join(place.vmsDir, name, 'vm.json');
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as { process: object | null })));
}

describe('listVms', () => {
  test('tells a VM that runs from one whose pid another process has by now', async () => {
    const place = await setUp(['a', 'b']);
    expect((await listVms(place.desk)).map(({ name, state }) => [name, state])).toEqual([
      ['a', 'running'],
      ['b', 'running'],
    ]);
    const pids = processesNaming(place.vmsDir);
    changeRecord(place, 'a', (record) => ({ ...record, process: { ...record.process, startTime: '1' } }));
    expect((await listVms(place.desk)).map(({ name, state }) => [name, state])).toEqual([
      ['a', 'dead'],
      ['b', 'running'],
    ]);
    // Its folder is removed with what still names it.
    await stopVm(place.desk, { name: 'a' });
    expect(processesNaming(place.vmsDir)).toHaveLength(pids.length - 1);
  });

  test('ignores what is no VM', async () => {
    const place = await setUp([]);
    await place.host.files.makeDir(join(place.vmsDir, 'torn'));
    writeFileSync(join(place.vmsDir, 'torn', 'vm.json'), '{"kind":"V');
    expect(await listVms(place.desk)).toEqual([]);
  });
});

describe('sshInto', () => {
  test('is a command with the VM’s port, key and own known_hosts; words of the caller travel as they are', async () => {
    const place = await setUp(['web']);
    const [vm] = await listVms(place.desk);
    const argv = await sshInto(place.desk, { name: 'web', command: ['uname', '-a; id'] });
    expect(argv).toEqual([
      'ssh',
      '-p',
      String(vm?.sshPort),
      '-i',
      join(place.vmsDir, 'web', 'id_ed25519'),
      '-o',
      `UserKnownHostsFile=${join(place.vmsDir, 'web', 'known_hosts')}`,
      '-o',
      'StrictHostKeyChecking=accept-new',
      'debian@127.0.0.1',
      '--',
      'uname',
      '-a; id',
    ]);
    expect(await sshInto(place.desk, { command: [] })).toEqual(argv.slice(0, 10));
  });

  test('without a name only one VM can be meant', async () => {
    const place = await setUp(['a', 'b']);
    await expect(sshInto(place.desk, { command: [] })).rejects.toMatchObject({ code: 'USAGE', fix: 'Name one of a, b' });
  });

  test.each(['none', '../a', '-oProxyCommand=x'])('there is no VM %s', async (name) => {
    const place = await setUp([]);
    await expect(sshInto(place.desk, { name, command: [] })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('stopVm', () => {
  test('presses the power button, waits for the end, and removes all that belongs to the VM', async () => {
    const place = await setUp(['a', 'b']);
    expect(await stopVm(place.desk, { name: 'a' })).toEqual(['a']);
    expect(existsSync(join(place.vmsDir, 'a'))).toBe(false);
    expect(place.signals).toEqual([]);
    expect((await listVms(place.desk)).map(({ name }) => name)).toEqual(['b']);
    expect(await stopVm(place.desk, {})).toEqual(['b']);
    expect(processesNaming(place.vmsDir)).toEqual([]);
  });

  test('cuts the power of a guest that does not hear: asked to end first, then killed', async () => {
    const place = await setUp(['deaf'], 'deaf');
    // The deadline passes at once.
    const host = impatient(place);
    await stopVm({ ...place.desk, host }, { name: 'deaf' });
    expect(place.events).toContainEqual({ type: 'note', message: expect.stringContaining('its power is cut') });
    expect(processesNaming(place.vmsDir)).toEqual([]);
  });

  test('of a VM whose control socket is gone still ends it', async () => {
    const place = await setUp(['mute']);
    await place.host.files.remove(join(place.vmsDir, 'mute', 'qmp.sock'));
    const host = impatient(place);
    await stopVm({ ...place.desk, host }, { name: 'mute' });
    expect(processesNaming(place.vmsDir)).toEqual([]);
    expect(existsSync(join(place.vmsDir, 'mute'))).toBe(false);
  });

  test('refuses a VM that is being launched', async () => {
    const place = await setUp(['a']);
    changeRecord(place, 'a', (record) => ({ ...record, process: null }));
    await expect(stopVm(place.desk, { name: 'a' })).rejects.toMatchObject({ code: 'BUSY' });
    changeRecord(place, 'a', (record) => ({ ...record, launcher: { pid: 1, startTime: '0', bootId: 'x' } }));
  });
});
