import { deadlines } from '../checks/slowness.ts';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { waitForEnd } from '../store/end-process.ts';
import type { ProcessIdentity } from '../store/process-identity.ts';
import { qmpPathOf, removeVm, type FoundVm } from '../store/vm-folders.ts';
import { connectQmp } from '../tools/qmp.ts';
import type { Stage } from './stage.ts';

/** A guest that still boots does not hear the button: it is pressed again. */
const PRESS_AGAIN_MS = 10_000;

/** Ends a VM: its power button first, so that the guest can write what it holds; force only when it does not hear. */
export const stopMachine: Stage<FoundVm, void> = {
  name: 'stop-vm',
  title: 'Shut the VM down',
  run: async (vm, { host, say }) => {
    const { record, state } = vm;
    if (state === 'starting')
      throw new BakeError('BUSY', {
        what: `The VM ${record.name} is being launched by process ${record.launcher.pid}`,
        fix: 'Wait until that has ended, or interrupt it',
      });
    if (state === 'running' && record.process !== null) {
      const isDown = await powerOff(host, record.process, deadlines(record.accelerator, 1).shutDownMs);
      if (!isDown) say({ type: 'note', message: `${record.name} did not shut itself down: its power is cut` });
    }
    await removeVm(host, vm);
  },
};

async function powerOff(host: Host, process: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += PRESS_AGAIN_MS) {
    // A socket that does not answer is a guest that cannot be asked; unless it has just ended, force is left.
    if (!(await pressPowerButton(qmpPathOf(process)))) return waitForEnd(host, process, PRESS_AGAIN_MS);
    if (await waitForEnd(host, process, PRESS_AGAIN_MS)) return true;
  }
  return false;
}

async function pressPowerButton(qmpPath: string): Promise<boolean> {
  try {
    const qmp = await connectQmp(qmpPath);
    try {
      await qmp.execute('system_powerdown');
      return true;
    } finally {
      qmp.close();
    }
  } catch {
    return false;
  }
}
