import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Event } from '../../scripts/model/event.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';

export const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKc0nfQ1m me@example';

/** A project with its own folder, real processes and clocks, and QEMU's part played by fake-qemu.mjs. */
export interface VmDesk {
  readonly desk: Desk;
  readonly host: Host;
  readonly commands: FakeHost['commands'];
  /** Sent to processes that are not our children. */
  readonly signals: string[];
  readonly events: Event[];
  readonly dir: string;
  readonly vmsDir: string;
  readonly storeLocation: string;
  /** The same with a stand-in that behaves otherwise. */
  readonly as: (mode: string) => Desk;
}

/** Makes one; `interrupted` stands for Ctrl-C. */
export function vmDesk(interrupted = new AbortController().signal): VmDesk {
  const fake = fakeHost([
    { command: 'qemu-img create', effect: (argv) => writeFileSync(argv.at(-2) ?? '', 'overlay') },
    { command: 'xorriso', effect: (argv) => writeFileSync(argv[argv.indexOf('-output') + 1] ?? '', readFileSync(join(argv.at(-1) ?? '', 'user-data'))) },
    { command: 'ssh-keygen -q', effect: (argv) => makeKey(argv.at(-1) ?? '') },
    { command: 'ssh-keygen -y', stdout: `${PUBLIC_KEY}\n` },
    { command: 'ssh -F /dev/null' },
  ]);
  const { dir } = fake;
  // Its folder must be one: a link would be no component.
  cpSync(join(process.cwd(), 'cloud-init'), join(dir, 'cloud-init'), { recursive: true });
  for (const room of ['config', 'templates', 'packer']) symlinkSync(join(process.cwd(), room), join(dir, room));
  const real = localHost({ interrupted, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } });
  const events: Event[] = [];
  const signals: string[] = [];
  const hostOf = (mode: string): Host => ({
    ...real,
    facts: { ...real.facts, homeDir: join(dir, 'home') },
    run: async (...args) => (interrupted.throwIfAborted(), fake.run(...args)),
    sendSignal: (pid, signal) => {
      signals.push(signal);
      real.sendSignal(pid, signal);
    },
    start: ([, ...options], settings) =>
      real.start([join(process.cwd(), 'node_modules/.bin/node'), join(import.meta.dirname, 'fake-qemu.mjs'), ...options], {
        ...settings,
        env: { FAKE_QEMU: mode },
      }),
  });
  const deskOf = (mode: string): Desk => ({ host: hostOf(mode), say: (event) => void events.push(event) });
  return {
    desk: deskOf('good'),
    host: hostOf('good'),
    commands: fake.commands,
    signals,
    events,
    dir,
    vmsDir: join(dir, 'build', 'vms'),
    storeLocation: join(dir, 'published'),
    as: deskOf,
  };
}

/** Every process whose command line names a folder. */
export function processesNaming(dir: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${dir}/`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
      } catch {
        return false;
      }
    });
}

export function giveHomeKey(dir: string, name: string, text = PUBLIC_KEY): void {
  mkdirSync(join(dir, 'home', '.ssh'), { recursive: true });
  writeFileSync(join(dir, 'home', '.ssh', `${name}.pub`), `${text}\n`);
}

function makeKey(path: string): void {
  writeFileSync(path, 'private');
  writeFileSync(`${path}.pub`, `${PUBLIC_KEY}\n`);
}
