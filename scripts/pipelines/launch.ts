import { join } from 'node:path';
import { loadInstance } from '../config/load-instance.ts';
import { withScope } from '../host/scope.ts';
import type { Accelerator } from '../model/build-plan.ts';
import type { Release } from '../model/release.ts';
import { checkNeighbours, checkPrivateAddress, privateCard, type PrivateAddress } from '../plan/private-network.ts';
import { formatReference } from '../plan/reference.ts';
import { checkRelease } from '../stages/check-release.ts';
import { chooseLoginKey } from '../stages/choose-login-key.ts';
import { makeVmDisks } from '../stages/make-vm-disks.ts';
import { runStageIn, type Context, type Desk } from '../stages/stage.ts';
import { startVm } from '../stages/start-vm.ts';
import { waitForVm } from '../stages/wait-for-vm.ts';
import { openStore } from '../store/open-store.ts';
import { claimVmFolder, removeVm, vmsDir, type FoundVm } from '../store/vm-folders.ts';
import { detectAccelerator } from '../tools/accelerator.ts';
import { GUEST_NETWORK } from '../tools/qemu-system.ts';
import { chooseSize } from './choose-size.ts';
import { completeForwards, defaultVmName, describeVm, type ForwardWish, type RunningVm } from './describe-vm.ts';
import { heedMarks } from './heed-marks.ts';
import { resolveReference } from './resolve-reference.ts';

export interface LaunchRequest {
  readonly storeLocation: string;
  readonly reference: string;
  /** Also one that was taken back. */
  readonly yanked?: boolean;
  /** Default: the image's id, with a number when that is taken. */
  readonly name?: string;
  /** Default: what the release recommends. */
  readonly profile?: string;
  /** Instead of the profile's. */
  readonly cpus?: number;
  readonly memoryMiB?: number;
  /** YAML with the settings of this one machine. */
  readonly instancePath?: string;
  /** The same as a text that was checked before. */
  readonly instanceData?: string;
  /** What it is launched and stopped together with. */
  readonly topology?: string;
  /** How many are, this one among them: what it is waited for is measured by that. */
  readonly startedTogether?: number;
  readonly privateNetwork?: PrivateAddress;
  readonly sshKeyPath?: string;
  /** Host port 0 lets one be chosen. 22, 80 and 443 are always forwarded. */
  readonly forwards: readonly ForwardWish[];
  readonly wait: boolean;
  readonly accelerator: 'auto' | Accelerator;
}

const MOST_NAMES = 100;

/** From a published release to a running VM of the caller's own; what fails on the way leaves nothing behind. */
export async function launch(desk: Desk, request: LaunchRequest): Promise<RunningVm> {
  const forwards = completeForwards(request.forwards);
  const { privateNetwork } = request;
  if (privateNetwork !== undefined) checkPrivateAddress(privateNetwork, [GUEST_NETWORK.network]);
  const instanceData = request.instancePath === undefined ? request.instanceData : await loadInstance(desk.host, request.instancePath);
  const store = openStore(desk.host, request.storeLocation);
  const wanted = await resolveReference(desk, store, request.reference);
  const { release, entry } = await store.find(wanted);
  heedMarks(desk, entry, request.yanked);
  const profile = await chooseSize(desk, { profile: request.profile ?? release.defaultProfile, cpus: request.cpus, memoryMiB: request.memoryMiB });
  const { accelerator, reason } = await detectAccelerator(desk.host, request.accelerator);
  if (accelerator === 'tcg') desk.say({ type: 'note', message: `${reason}: the VM is emulated, and slow` });
  return withScope(async (scope) => {
    const context: Context = { ...desk, scope };
    const { dir, record } = await claimName(context, { request, release, accelerator });
    const exact = { imageId: release.imageId, selector: { kind: 'version', version: release.version } } as const;
    const checked = await runStageIn(context, checkRelease, { store, reference: exact, diskPath: join(dir, 'base.qcow2') });
    const key = await runStageIn(context, chooseLoginKey, { sshKeyPath: request.sshKeyPath, dir });
    const card = privateNetwork === undefined ? undefined : privateCard(privateNetwork, vmsDir(desk.host));
    const own = { dir, profile, privateCard: card };
    const disks = await runStageIn(context, makeVmDisks, { ...checked, ...own, name: record.name, publicKey: key.publicKey, instanceData });
    const started = await runStageIn(context, startVm, { ...disks, ...own, record: { ...record, keyPath: key.keyPath }, release, forwards });
    const loginPath = key.usable ? key.keyPath : undefined;
    const awaited = { ...started, logPath: join(dir, 'qemu.log'), keyPath: loginPath, startedTogether: request.startedTogether ?? 1 };
    if (request.wait) await runStageIn(context, waitForVm, awaited);
    return describeVm({ dir, record: started.record, state: 'running' });
  });
}

interface Claim {
  readonly request: LaunchRequest;
  readonly release: Release;
  readonly accelerator: Accelerator;
}

async function claimName({ host, scope }: Context, { request, release, accelerator }: Claim): Promise<FoundVm> {
  const names =
    request.name === undefined
      ? Array.from({ length: MOST_NAMES }, (_, at) => (at === 0 ? defaultVmName(release) : `${defaultVmName(release)}-${at + 1}`))
      : [request.name];
  const { privateNetwork } = request;
  const vm = await claimVmFolder(host, names, (name, others) => {
    if (privateNetwork !== undefined) checkNeighbours(privateNetwork, others);
    return {
      kind: 'Vm',
      schemaVersion: 1,
      name,
      reference: formatReference({ imageId: release.imageId, selector: { kind: 'version', version: release.version } }),
      imageId: release.imageId,
      sha256: release.disk.sha256,
      loginUser: release.loginUser,
      process: null,
      forwards: [],
      ...(privateNetwork === undefined ? {} : { privateNetwork }),
      ...(request.topology === undefined ? {} : { topology: request.topology }),
      keyPath: null,
      accelerator,
      startedAt: host.clock.now().toISOString(),
    };
  });
  scope.onFailure('vm folder', () => removeVm(host, vm));
  return vm;
}
