import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Accelerator, Driver } from '../model/build-plan.ts';
import { detectAccelerator } from '../tools/accelerator.ts';
import type { Stage } from './stage.ts';

export interface DriverWish {
  readonly driver: 'auto' | Driver;
  readonly accel: 'auto' | Accelerator;
}

export interface ChosenDriver {
  readonly driver: Driver;
  readonly accelerator: Accelerator;
  readonly packerVersion: string;
}

/** Decides how this host bakes: in VMs where they are fast, natively where they are not and the host allows it. */
export const chooseDriver: Stage<DriverWish, ChosenDriver> = {
  name: 'driver',
  title: 'Driver',
  run: async (wish, { host, say }) => {
    const { accelerator, reason } = await detectAccelerator(host, wish.accel);
    const driver = wish.driver === 'auto' ? automatic(accelerator, host) : wish.driver;
    if (driver === 'native') refuseUnableToBakeNatively(host);
    say({ type: 'note', message: `Baking with the ${driver} driver; guests run with ${accelerator} (${reason})` });
    const { stdout } = await host.run(['packer', 'version']);
    return { driver, accelerator, packerVersion: /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? '1.7.0' };
  },
};

function automatic(accelerator: Accelerator, host: Host): Driver {
  return accelerator === 'tcg' && bakesNatively(host) ? 'native' : 'vm';
}

function bakesNatively({ facts }: Host): boolean {
  return facts.platform === 'linux' && facts.isRoot && facts.arch === 'x64';
}

function refuseUnableToBakeNatively(host: Host): void {
  if (bakesNatively(host)) return;
  throw new BakeError('HOST_NOT_READY', { what: 'The native driver needs Linux on x86_64 and root', fix: 'Run it as root (sudo), or use --driver vm' });
}
