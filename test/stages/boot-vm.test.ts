import { createServer, type Server } from 'node:net';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Argv, Child, Host } from '../../scripts/host/host.ts';
import { withScope } from '../../scripts/host/scope.ts';
import { bootAgain, bootVm, type BootInput } from '../../scripts/stages/boot-vm.ts';
import { loadTemplates } from '../../scripts/stages/load-templates.ts';
import { fakeHost } from '../support/fake-host.ts';
import { realProject } from '../support/real-project.ts';

const USERNET = '  TCP[HOST_FORWARD]  13       127.0.0.1 40577    203.0.113.15    22     0     0\r\n';
let server: Server | undefined;
let dir = '';

/** This process stands for QEMU's: its working folder is where the control socket is. */
const home = process.cwd();
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ingot-boot-'));
  mkdirSync(join(dir, 'guest'));
  process.chdir(dir);
});
afterEach(() => {
  process.chdir(home);
  server?.close();
});

/** Answers on the control socket below this folder. */
async function answerAt(path: string): Promise<void> {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => socket.write(`{"return": ${JSON.stringify(bytes.toString().includes('usernet') ? USERNET : {})}}\r\n`));
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
}

interface Scene {
  readonly dies?: boolean;
  readonly firmware?: BootInput['firmware'];
}

async function boot({ dies = false, firmware = 'bios' }: Scene) {
  const fake = fakeHost([
    { command: 'qemu-img create' },
    { command: 'ssh-keygen', effect: (argv) => fake.files.writeText(`${argv.at(-1)}.pub`, 'ssh-ed25519 KEY ingot\n') },
    { command: 'xorriso' },
  ]);
  const started: Argv[] = [];
  const killed: (string | undefined)[] = [];
  const ended: Child['ended'] = dies
    ? Promise.resolve({ exitCode: 1, signal: undefined, stderr: 'qemu: could not open disk\n' })
    : new Promise(() => undefined);
  let end: (how: Awaited<Child['ended']>) => void = () => undefined;
  const killable = new Promise<Awaited<Child['ended']>>((resolve) => (end = resolve));
  const child: Child = {
    pid: process.pid,
    ended: Promise.race([ended, killable]),
    kill: (signal) => {
      killed.push(signal);
      end({ exitCode: undefined, signal, stderr: '' });
    },
  };
  const start: Host['start'] = (argv) => {
    started.push(argv);
    return child;
  };
  const host: Host = { ...fake, start, clock: { ...fake.clock, sleep: () => new Promise((resolve) => setImmediate(resolve)) } };
  const disk = { path: '/images/disk.raw', format: 'raw', fileSizeBytes: 9, virtualSizeBytes: 2 ** 30, root: undefined, partitions: [], sha256: 'a' } as const;
  const templates = await loadTemplates(realProject());
  const input: BootInput = {
    disk,
    guestDir: join(dir, 'guest'),
    accelerator: 'tcg',
    cpus: 2,
    memoryMiB: 512,
    firmware,
    loginUser: 'tess',
    family: 'debian',
    templates,
    slowness: 2,
  };
  const say = (): void => undefined;
  return { fake, started, killed, booted: withScope((scope) => bootVm.run(input, { host, scope, say })), host };
}

describe('bootVm', () => {
  test('boots a larger overlay of the disk with a fresh key, and learns its ports from QEMU', async () => {
    await answerAt(join(dir, 'qmp.sock'));
    const { fake, booted, killed, started } = await boot({});
    const guest = await booted;
    expect(fake.commands[0]).toBe(`qemu-img create -q -f qcow2 -b /images/disk.raw -F raw ${dir}/guest/overlay.qcow2 ${3 * 2 ** 30}`);
    expect(guest.hostPorts).toEqual(new Map([[22, 40_577]]));
    expect(guest.ssh).toEqual({ port: 40_577, user: 'tess', keyPath: `${dir}/guest/key`, connectTimeoutSeconds: 40 });
    expect(started[0]?.join(' ')).toContain(`file=${dir}/guest/overlay.qcow2,if=none,id=disk,format=qcow2,cache=unsafe`);
    expect(started[0]?.join(' ')).toContain('restrict=on,hostfwd=tcp:127.0.0.1:0-:22,hostfwd=tcp:127.0.0.1:0-:80,hostfwd=tcp:127.0.0.1:0-:443');
    expect(killed).toEqual(['SIGKILL']);
  });

  test('the seed has the key, the user and an identity made from the key', async () => {
    await answerAt(join(dir, 'qmp.sock'));
    const { fake, booted } = await boot({});
    await booted;
    const read = (name: string): Promise<string> => fake.files.readText(`${dir}/guest/seed/${name}`);
    expect(await read('user-data')).toContain('ssh-ed25519 KEY ingot');
    expect(await read('meta-data')).toMatch(/instance-id: "?ingot-[0-9a-f]{16}"?/);
  });

  test('once more: on the same disk, with the same identity, behind new ports, and its console goes on', async () => {
    await answerAt(join(dir, 'qmp.sock'));
    const { host, booted, started, killed } = await boot({});
    const guest = await booted;
    const before = { ...guest, ssh: { ...guest.ssh, port: 1 } };
    const again = await withScope((scope) => bootAgain(before, 2, { host, scope, say: () => undefined }));
    const changes = started[1]?.filter((word) => !started[0]?.includes(word));
    expect(changes).toEqual([`file,id=serial,path=${dir}/guest/serial.log,append=on`]);
    expect(again.ssh).toEqual(guest.ssh);
    expect(killed).toEqual(['SIGKILL', 'SIGKILL']);
  });

  test('a QEMU that ends before it listens is an error with its own words', async () => {
    const { booted } = await boot({ dies: true });
    await expect(booted).rejects.toMatchObject({ code: 'TOOL_FAILED', what: 'QEMU ended before its guest began', details: ['qemu: could not open disk'] });
  });
});
