import { join } from 'node:path';
import type { Child, Host } from '../../scripts/host/host.ts';
import type { RunningGuest } from '../../scripts/stages/boot-vm.ts';
import type { Context } from '../../scripts/stages/stage.ts';

type End = Awaited<Child['ended']>;

export interface FakeGuest extends RunningGuest {
  /** Ends the VM, as if by itself. */
  readonly end: (how?: Partial<End>) => void;
}

/** A VM that is only its handles: what it says comes from the host's table of answers. */
export function fakeGuest(host: Host & { readonly dir: string }): FakeGuest {
  let resolve: (end: End) => void = () => undefined;
  const ended = new Promise<End>((done) => (resolve = done));
  const end = (how: Partial<End> = {}): void => resolve({ exitCode: 0, signal: undefined, stderr: '', ...how });
  const vm = {
    ...({ accelerator: 'tcg', cpus: 2, memoryMiB: 2048, firmware: 'bios', qmpPath: 'qmp.sock' } as const),
    ...{ diskPath: join(host.dir, 'overlay.qcow2'), seedPath: join(host.dir, 'seed.iso'), serialPath: join(host.dir, 'serial.log') },
    network: { forwards: [] },
  };
  return {
    vm,
    end,
    child: { pid: 4242, ended, kill: () => end({ exitCode: undefined, signal: 'SIGKILL' }) },
    qmp: { execute: () => Promise.resolve({}), shutdownReason: Promise.resolve('guest-reset'), close: () => undefined },
    hostPorts: new Map([[22, 40_022]]),
    ssh: { port: 40_022, user: 'tess', keyPath: join(host.dir, 'key'), connectTimeoutSeconds: 20 },
    startedMs: 0,
  };
}

/** What a stage gets besides its input, for stages that register no clean-up. */
export function contextOf(host: Host): Context {
  return { host, say: () => undefined, scope: { always: () => undefined, onFailure: () => undefined } };
}
