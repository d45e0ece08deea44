import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { interruptedError } from '../../scripts/errors.ts';
import { launchTopology, type TopologyRequest } from '../../scripts/pipelines/launch-topology.ts';
import { stopVm } from '../../scripts/pipelines/manage-vms.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { addRelease, artifactOf } from '../store/fixtures.ts';
import { giveHomeKey, processesNaming, vmDesk, type VmDesk } from './vm-desk.ts';

const ROLES = ['db', 'app', 'lb'];
const places: VmDesk[] = [];
afterEach(async () => {
  for (const { desk, vmsDir } of places.splice(0)) {
    await stopVm(desk, { all: true });
    if (processesNaming(vmsDir).length > 0) throw new Error('a process was left');
  }
});

async function setUp(roles: readonly string[] = ROLES, interrupted?: AbortSignal): Promise<VmDesk> {
  const place = vmDesk(interrupted);
  // What tidies up is not interrupted.
  places.push({ ...place, desk: { ...place.desk, host: { ...vmDesk().host, facts: place.host.facts } } });
  giveHomeKey(place.dir, 'id_ed25519');
  for (const role of roles)
    await addRelease(openStore(place.host, place.storeLocation), artifactOf(place.dir, role, `aikovrr-${role}-debian-12`), '2026.11.22-1');
  return place;
}

const namesIn = ({ vmsDir }: VmDesk): readonly string[] => readdirSync(vmsDir).filter((name) => !name.startsWith('.'));

const request = (place: VmDesk, change: Partial<TopologyRequest> = {}): TopologyRequest => ({
  ...{ storeLocation: place.storeLocation, topology: 'ha', wait: false, accelerator: 'tcg' },
  ...change,
});

/** What a machine was told about itself, read back from its seed. */
function told(place: VmDesk, name: string): unknown {
  const userData = parse(readFileSync(join(place.vmsDir, name, 'seed.iso'), 'utf8')) as { readonly write_files: readonly { readonly content: string }[] };
  return parse(Buffer.from(userData.write_files[0]?.content ?? '', 'base64').toString('utf8'));
}

describe('launchTopology', () => {
  test('one command starts every machine, each told who the others are', async () => {
    const place = await setUp();
    const { name, vms } = await launchTopology(place.desk, request(place));
    expect(name).toBe('ha');
    expect(vms.map((vm) => [vm.name, vm.state, vm.reference, vm.privateNetwork])).toEqual([
      ['ha-db', 'running', 'aikovrr-db-debian-12@2026.11.22-1', { network: 'ha', address: '10.77.0.10/24' }],
      ['ha-app1', 'running', 'aikovrr-app-debian-12@2026.11.22-1', { network: 'ha', address: '10.77.0.11/24' }],
      ['ha-app2', 'running', 'aikovrr-app-debian-12@2026.11.22-1', { network: 'ha', address: '10.77.0.12/24' }],
      ['ha-lb', 'running', 'aikovrr-lb-debian-12@2026.11.22-1', { network: 'ha', address: '10.77.0.13/24' }],
    ]);
    const [db, app, lb] = ['ha-db', 'ha-app2', 'ha-lb'].map((each) => told(place, each));
    const password = (db as { readonly database: { readonly password: string } }).database.password;
    expect(password).toMatch(/^[\w-]{32}$/);
    expect(app).toEqual({ internal_range: '10.77.0.0/24', database: { host: '10.77.0.10', password } });
    expect(lb).toEqual({ internal_range: '10.77.0.0/24', backends: ['10.77.0.11', '10.77.0.12'] });
    expect(place.commands.some((line) => line.includes(password))).toBe(false);
  });

  test('is stopped by its name, those that need others first; a second one has names and passwords of its own', async () => {
    const place = await setUp();
    await launchTopology(place.desk, request(place));
    const { name, vms } = await launchTopology(place.desk, request(place, { prefix: 'other' }));
    expect([name, vms.length]).toEqual(['other', 4]);
    expect(told(place, 'ha-db')).not.toEqual(told(place, 'other-db'));
    await expect(launchTopology(place.desk, request(place))).rejects.toMatchObject({
      code: 'BUSY',
      fix: expect.stringContaining('npm run stop -- ha') as string,
    });
    expect((await stopVm(place.desk, { name: 'ha' })).toSorted()).toEqual(['ha-app1', 'ha-app2', 'ha-db', 'ha-lb']);
    expect(namesIn(place)).toEqual(['other-app1', 'other-app2', 'other-db', 'other-lb']);
  });

  test('nothing is started when a release is missing', async () => {
    const place = await setUp(['db', 'app']);
    await expect(launchTopology(place.desk, request(place))).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
    expect(existsSync(place.vmsDir)).toBe(false);
  });

  test('who waits for them lets no more boot at a time than there are processors', async () => {
    const place = await setUp();
    // Without a key of the caller's there is one that it can log in with.
    rmSync(join(place.dir, 'home'), { recursive: true });
    const desk = { ...place.desk, host: { ...place.desk.host, facts: { ...place.desk.host.facts, cpus: 2 } } };
    expect((await launchTopology(desk, request(place, { wait: true, cpus: 2 }))).vms).toHaveLength(4);
    const booting = place.events.flatMap((event) => {
      if (event.type === 'started' && event.stage.endsWith(' start-vm')) return [1];
      return event.type === 'finished' && event.stage.endsWith(' wait') ? [-1] : [];
    });
    expect(booting).toEqual([1, -1, 1, -1, 1, -1, 1, -1]);
  });

  test('when one machine does not start, none is left', async () => {
    const place = await setUp();
    await expect(launchTopology(place.as('dies'), request(place))).rejects.toMatchObject({ code: 'GUEST_FAILED' });
    expect(namesIn(place)).toEqual([]);
    expect(processesNaming(place.vmsDir)).toEqual([]);
  });

  test('interrupted while some are ready and one boots, none is left', async () => {
    const interruption = new AbortController();
    const place = await setUp(ROLES, interruption.signal);
    rmSync(join(place.dir, 'home'), { recursive: true });
    const { desk } = place;
    const ready: string[] = [];
    const pressing: Desk = {
      host: { ...desk.host, facts: { ...desk.host.facts, cpus: 1 } },
      say: (event) => {
        if (event.type === 'finished' && event.stage.endsWith(' wait')) ready.push(event.stage);
        if (event.type === 'started' && event.stage === 'ha-app2 wait') interruption.abort(interruptedError());
      },
    };
    await expect(launchTopology(pressing, request(place, { wait: true, cpus: 1 }))).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(ready).toEqual(['ha-db wait', 'ha-app1 wait']);
    expect(processesNaming(place.vmsDir)).toEqual([]);
    expect(namesIn(place)).toEqual([]);
  });

  test('one that cannot be removed is named, and spares none of the others', async () => {
    const place = await setUp(['db', 'app', 'lb']);
    const { desk } = place;
    const stuck: Desk = {
      ...desk,
      host: {
        ...desk.host,
        start: (argv, options) => (options?.cwd?.endsWith('ha-lb') === true ? place.as('dies') : desk).host.start(argv, options),
        files: {
          ...desk.host.files,
          remove: (path) => (path.endsWith('/ha-db') && existsSync(path) ? Promise.reject(new Error('EBUSY: held')) : desk.host.files.remove(path)),
        },
      },
    };
    await expect(launchTopology(stuck, request(place))).rejects.toMatchObject({ code: 'GUEST_FAILED' });
    expect(processesNaming(place.vmsDir)).toEqual([]);
    expect(namesIn(place)).toEqual(['ha-db']);
    const notes = place.events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
    expect(notes).toContainEqual('ha-db could not be removed (EBUSY: held): do it with `npm run stop -- ha-db`');
  });

  test('a distro and a channel can be named, and a size for all', async () => {
    const place = await setUp();
    const { vms } = await launchTopology(place.desk, request(place, { reference: 'debian@2026.11.22-1', profile: 'minimum', cpus: 1, memoryMiB: 1024 }));
    expect(vms).toHaveLength(4);
    await expect(launchTopology(place.desk, request(place, { prefix: 'b', reference: 'debian@stable' }))).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
  });
});
