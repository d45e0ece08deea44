import { createServer } from 'node:net';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { launch, type LaunchRequest } from '../../scripts/pipelines/launch.ts';
import type { RunningVm } from '../../scripts/pipelines/describe-vm.ts';
import { stopVm } from '../../scripts/pipelines/manage-vms.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { ownIdentity } from '../../scripts/store/process-identity.ts';
import type { VmRecord } from '../../scripts/store/vm-folders.ts';
import { addRelease, artifactOf, IMAGE_ID } from '../store/fixtures.ts';
import { giveHomeKey, processesNaming, PUBLIC_KEY, vmDesk, type VmDesk } from './vm-desk.ts';

const VERSION = '2026.11.22-1';
const places: VmDesk[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) {
    await stopVm(place.desk, { all: true });
    if (processesNaming(place.vmsDir).length > 0) throw new Error('a process was left');
  }
});

async function setUp(signal?: AbortSignal): Promise<VmDesk> {
  const place = vmDesk(signal);
  places.push(vmDeskWithout(place, signal));
  await addRelease(openStore(place.host, place.storeLocation), artifactOf(place.dir, 'disk one'), VERSION);
  return place;
}

/** The same place without the interruption, for tidying up. */
function vmDeskWithout(place: VmDesk, signal: AbortSignal | undefined): VmDesk {
  if (signal === undefined) return place;
  const { desk } = vmDesk();
  return { ...place, desk: { ...desk, host: { ...desk.host, facts: place.host.facts } } };
}

const request = (place: VmDesk, change: Partial<LaunchRequest> = {}): LaunchRequest => ({
  storeLocation: place.storeLocation,
  reference: IMAGE_ID,
  forwards: [],
  wait: false,
  accelerator: 'tcg',
  ...change,
});
const go = (place: VmDesk, change: Partial<LaunchRequest> = {}, mode = 'good'): Promise<RunningVm> => launch(place.as(mode), request(place, change));
const recordOf = (place: VmDesk, name: string): VmRecord => JSON.parse(readFileSync(join(place.vmsDir, name, 'vm.json'), 'utf8')) as VmRecord;
const namesIn = (place: VmDesk): readonly string[] => (existsSync(place.vmsDir) ? readdirSync(place.vmsDir) : []);

describe('launch', () => {
  test('gives a VM that outlives the command, with ports that QEMU chose and a line to paste', async () => {
    const place = await setUp();
    giveHomeKey(place.dir, 'id_rsa');
    giveHomeKey(place.dir, 'id_ecdsa', PUBLIC_KEY.replace('me@', 'first@'));
    const vm = await go(place);
    expect(vm).toMatchObject({
      name: IMAGE_ID,
      reference: `${IMAGE_ID}@${VERSION}`,
      state: 'running',
      forwards: [{ guest: 22 }, { guest: 80 }, { guest: 443 }],
    });
    expect(vm.forwards.every(({ host }) => host > 0)).toBe(true);
    expect(vm.urls).toEqual([`http://127.0.0.1:${vm.forwards[1]?.host}/`, `https://127.0.0.1:${vm.forwards[2]?.host}/`]);
    expect(vm.sshCommand).toBe(
      `ssh -p ${vm.sshPort} -i ${place.dir}/home/.ssh/id_ecdsa.pub -o UserKnownHostsFile=${place.vmsDir}/${IMAGE_ID}/known_hosts -o StrictHostKeyChecking=accept-new debian@127.0.0.1`,
    );
    expect(processesNaming(place.vmsDir)).toEqual([vm.pid]);
    expect(recordOf(place, IMAGE_ID)).toMatchObject({ process: { pid: vm.pid }, launcher: { pid: process.pid } });
    expect(readFileSync(join(place.vmsDir, IMAGE_ID, 'seed.iso'), 'utf8')).toContain('first@example');
    expect(statSync(join(place.vmsDir, IMAGE_ID)).mode & 0o777).toBe(0o700);
  });

  test('puts an overlay as large as the profile says over the disk whose digest it has checked', async () => {
    const place = await setUp();
    await go(place, { profile: 'ha-db', name: 'db' });
    const created = place.commands.find((line) => line.startsWith('qemu-img create')) ?? '';
    expect(created).toMatch(new RegExp(`-b ${place.vmsDir}/db/base.qcow2 -F qcow2 ${place.vmsDir}/db/overlay.qcow2 \\d+$`));
    expect(Number(created.split(' ').at(-1))).toBeGreaterThanOrEqual(20 * 2 ** 30);
  });

  test('refuses a disk that was written to since it was published, and leaves nothing', async () => {
    const place = await setUp();
    await go(place, { name: 'good' });
    const found = await openStore(place.host, place.storeLocation).find({ imageId: IMAGE_ID, selector: { kind: 'version', version: VERSION } });
    const diskPath = await found.bringDisk();
    const { atime, mtime } = statSync(diskPath);
    writeFileSync(diskPath, 'disk two');
    utimesSync(diskPath, atime, mtime);
    await expect(go(place, { name: 'bad' })).rejects.toMatchObject({ code: 'DISK_CHANGED' });
    expect(namesIn(place)).toEqual(['good']);
  });

  test('two of the same name are BUSY, and the first is not touched; without a name a number is added', async () => {
    const place = await setUp();
    const [first, second] = await Promise.allSettled([go(place, { name: 'web' }), go(place, { name: 'web' })]);
    const [won, lost] = first.status === 'fulfilled' ? [first, second] : [second, first];
    expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'BUSY', what: expect.stringContaining('web') } });
    expect(won).toMatchObject({ status: 'fulfilled', value: { pid: recordOf(place, 'web').process?.pid } });
    const unnamed = await Promise.all([go(place), go(place)]);
    expect(unnamed.map(({ name }) => name).toSorted()).toEqual([IMAGE_ID, `${IMAGE_ID}-2`]);
  });

  test.each(['../x', '-rf', 'A', '', 'a/b', 'a..b', 'x'.repeat(64), 'a\nb', '.lock'])('refuses the name %j', async (name) => {
    const place = await setUp();
    await expect(go(place, { name })).rejects.toMatchObject({ code: 'USAGE' });
    expect(processesNaming(place.vmsDir)).toEqual([]);
  });

  test('a forwarded port is honoured; a taken one is BUSY, named, and nothing is left', async () => {
    const place = await setUp();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(go(place, { forwards: [{ host: port, guest: 80 }] })).rejects.toMatchObject({ code: 'BUSY', what: expect.stringContaining(`Port ${port} `) });
    expect(namesIn(place)).toEqual([]);
    expect(processesNaming(place.vmsDir)).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
    const vm = await go(place, { forwards: [{ host: port, guest: 80 }] });
    expect(vm.forwards).toContainEqual({ host: port, guest: 80 });
    expect(vm.urls[0]).toBe(`http://127.0.0.1:${port}/`);
  });

  test.each([
    [[{ host: 80, guest: 0 }]],
    [[{ host: 70_000, guest: 80 }]],
    [
      [
        { host: 8080, guest: 80 },
        { host: 8080, guest: 443 },
      ],
    ],
  ])('refuses the forwards %j before anything is done', async (forwards) => {
    const place = await setUp();
    await expect(go(place, { forwards })).rejects.toMatchObject({ code: 'USAGE' });
    expect(namesIn(place)).toEqual([]);
  });

  test('a QEMU that dies at once ends it with its last words, and leaves nothing', async () => {
    const place = await setUp();
    await expect(go(place, {}, 'dies')).rejects.toMatchObject({
      code: 'GUEST_FAILED',
      what: expect.stringContaining('status 1'),
      details: [expect.stringContaining('Cannot allocate memory')],
    });
    expect(namesIn(place)).toEqual([]);
  });

  test('a QEMU that is not there is HOST_NOT_READY', async () => {
    const place = await setUp();
    const desk = {
      ...place.desk,
      host: { ...place.host, start: (_: unknown, options: Parameters<typeof place.host.start>[1]) => startNothing(place, options) },
    };
    await expect(launch(desk, request(place))).rejects.toMatchObject({ code: 'HOST_NOT_READY' });
    expect(namesIn(place)).toEqual([]);
  });

  test('--wait logs in and waits for cloud-init; a QEMU that dies meanwhile ends it at once', async () => {
    const place = await setUp();
    await go(place, { wait: true, name: 'ready' });
    const logins = place.commands.filter((line) => line.startsWith('ssh -F'));
    expect(logins.map((line) => line.split('127.0.0.1 ')[1])).toEqual(['true', 'cloud-init status --wait --long']);
    const never = {
      ...place.as('dies-later'),
      host: {
        ...place.as('dies-later').host,
        run: async (...[argv, options]: Parameters<typeof place.host.run>) => ({
          ...(await place.host.run(argv, options)),
          exitCode: argv[0] === 'ssh' ? 255 : 0,
        }),
      },
    };
    await expect(launch(never, request(place, { wait: true, name: 'dies' }))).rejects.toMatchObject({
      code: 'GUEST_FAILED',
      what: expect.stringContaining('status 3'),
    });
    expect(namesIn(place)).toEqual(['ready']);
  });

  test('interrupted while it waits, it takes the VM down again', async () => {
    const controller = new AbortController();
    const place = await setUp(controller.signal);
    const host = {
      ...place.host,
      run: (...[argv, options]: Parameters<typeof place.host.run>) =>
        argv[0] === 'ssh' ? (controller.abort(), Promise.reject(new Error('aborted'))) : place.host.run(argv, options),
    };
    await expect(launch({ ...place.desk, host }, request(place, { wait: true }))).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(namesIn(place)).toEqual([]);
    expect(processesNaming(place.vmsDir)).toEqual([]);
  });

  test('what a killed launch left is cleared away by the next one', async () => {
    const place = await setUp();
    const vm = await go(place, { name: 'killed' });
    const dead = { ...(await ownIdentity(place.host)), startTime: '1' };
    writeFileSync(join(place.vmsDir, 'killed', 'vm.json'), JSON.stringify({ ...recordOf(place, 'killed'), process: null, launcher: dead }));
    await go(place, { name: 'next' });
    expect(namesIn(place)).toEqual(['next']);
    expect(processesNaming(place.vmsDir)).not.toContain(vm.pid);
  });

  test('a VM that died keeps its disk until somebody removes it', async () => {
    const place = await setUp();
    mkdirSync(join(place.vmsDir, 'old'), { recursive: true });
    const me = await ownIdentity(place.host);
    writeFileSync(
      join(place.vmsDir, 'old', 'vm.json'),
      JSON.stringify({ kind: 'Vm', name: 'old', launcher: me, process: { ...me, startTime: '1' }, forwards: [], keyPath: null }),
    );
    await expect(go(place, { name: 'old' })).rejects.toMatchObject({ code: 'BUSY', fix: expect.stringContaining('npm run stop -- old') });
    expect(existsSync(join(place.vmsDir, 'old'))).toBe(true);
  });

  test.each(['nope', `${IMAGE_ID}@2020.01.01-1`, 'debian-11'])('there is no release for %s', async (reference) => {
    const place = await setUp();
    await expect(go(place, { reference })).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
  });

  test('a short name means the default image and role', async () => {
    const place = await setUp();
    expect(await go(place, { reference: 'debian' })).toMatchObject({ reference: `${IMAGE_ID}@${VERSION}` });
  });

  test('the machine’s own settings reach it through its seed, and neither a command line nor the record', async () => {
    const place = await setUp();
    const instancePath = join(place.dir, 'instance.yaml');
    writeFileSync(instancePath, 'database: {password: hunter2hunter2}\n');
    const vm = await go(place, { name: 'db', instancePath });
    const dir = join(place.vmsDir, 'db');
    const seed = readFileSync(join(dir, 'seed/user-data'), 'utf8');
    expect(Buffer.from(/content: "([^"]*)"/.exec(seed)?.[1] ?? '', 'base64').toString()).toBe('database: {password: hunter2hunter2}\n');
    expect(['seed', 'seed.iso', 'seed/user-data'].map((path) => statSync(join(dir, path)).mode & 0o777)).toEqual([0o700, 0o600, 0o600]);
    const said = [...place.commands, ...place.events.map((event) => JSON.stringify(event)), readFileSync(`/proc/${vm.pid}/cmdline`, 'utf8')];
    expect([...said, readFileSync(join(dir, 'vm.json'), 'utf8')].join('\n')).not.toMatch(/hunter2|aHVudGVy/);
  });

  test.each([
    [{ instancePath: '/no/such/file' }, 'USAGE'],
    [{ privateNetwork: { network: 'De mo', address: '10.77.0.11/24' } }, 'USAGE'],
    [{ privateNetwork: { network: 'demo', address: '203.0.113.20/24' } }, 'USAGE'],
    [{ cpus: 0 }, 'USAGE'],
  ])('refuses %j before anything is started', async (change, code) => {
    const place = await setUp();
    await expect(go(place, change)).rejects.toMatchObject({ code });
    expect(namesIn(place)).toEqual([]);
    expect(place.commands.filter((line) => line.startsWith('qemu'))).toEqual([]);
  });

  test('wrong settings are refused with every problem before anything is started', async () => {
    const place = await setUp();
    const instancePath = join(place.dir, 'instance.yaml');
    writeFileSync(instancePath, 'domian: a.example\nworkers: 0\n');
    await expect(go(place, { instancePath })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: [expect.stringContaining('did you mean "domain"?'), expect.stringContaining('instance.yaml:2: workers: ')],
    });
    expect(namesIn(place)).toEqual([]);
  });

  test('a private network is a second card, told to the guest and shown; each address is had once', async () => {
    const place = await setUp();
    const on = (address: string, network = 'demo'): Partial<LaunchRequest> => ({ privateNetwork: { network, address } });
    const [a, b] = [await go(place, { name: 'a', ...on('10.77.0.11/24') }), await go(place, { name: 'b', ...on('10.77.0.12/24') })];
    expect(a.privateNetwork).toEqual({ network: 'demo', address: '10.77.0.11/24' });
    const cardOf = (pid: number): readonly string[] => /mcast=[^,]*|mac=02[0-9a-f:]*/g[Symbol.match](readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? [];
    expect(cardOf(a.pid)[0]).toBe(cardOf(b.pid)[0]);
    expect(cardOf(a.pid)[1]).not.toBe(cardOf(b.pid)[1]);
    const told = readFileSync(join(place.vmsDir, 'a', 'seed/network-config'), 'utf8');
    for (const part of [cardOf(a.pid)[1]?.slice(4), '10.77.0.11/24']) expect(told).toContain(part);
    await expect(go(place, { name: 'c', ...on('10.77.0.12/24') })).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining('VM b') });
    await expect(go(place, { name: 'c', ...on('10.78.0.12/24') })).rejects.toMatchObject({ code: 'USAGE' });
    await go(place, { name: 'c', ...on('10.77.0.12/24', 'other') });
    await stopVm(place.desk, { name: 'b' });
    await go(place, { name: 'b', ...on('10.77.0.12/24') });
  });

  test('of two VMs that want the same address at once, one gets it', async () => {
    const place = await setUp();
    const privateNetwork = { network: 'demo', address: '10.77.0.11/24' };
    const settled = await Promise.allSettled(['a', 'b'].map((name) => go(place, { name, privateNetwork })));
    expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(namesIn(place)).toHaveLength(1);
  });

  test('an unknown profile is answered with the nearest', async () => {
    const place = await setUp();
    await expect(go(place, { profile: 'recomended' })).rejects.toMatchObject({ code: 'USAGE', fix: expect.stringContaining('recommended') });
  });
});

/** What Node says of a program that is not there. */
function startNothing(place: VmDesk, options: Parameters<VmDesk['host']['start']>[1]): ReturnType<VmDesk['host']['start']> {
  const child = place.host.start(['unused', 'x'], options);
  child.kill('SIGKILL');
  return { ...child, ended: child.ended.then(() => ({ exitCode: undefined, signal: undefined, stderr: 'spawn qemu-system-x86_64 ENOENT' })) };
}
