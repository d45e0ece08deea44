import { loadInstance } from '../config/load-instance.ts';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { VM_NAME_PATTERN } from '../model/release-name.ts';
import type { Release } from '../model/release.ts';
import { LAUNCH_TARGETS } from '../plan/launch-targets.ts';
import { planLaunch } from '../plan/launch-plan.ts';
import { renderLaunchFiles, renderPasted, type LaunchFilesRequest } from '../render/launch-files.ts';
import { renderSeed } from '../render/seed.ts';
import { findLoginKey } from '../stages/choose-login-key.ts';
import { loadTemplates } from '../stages/load-templates.ts';
import { replaceFolder } from '../stages/replace-folder.ts';
import type { Desk } from '../stages/stage.ts';
import { ociAddress } from '../store/oci/address.ts';
import { findContainerDisk } from '../store/oci/container-disk.ts';
import { openStore } from '../store/open-store.ts';
import { chooseSize } from './choose-size.ts';
import { defaultVmName } from './describe-vm.ts';
import { heedMarks } from './heed-marks.ts';
import { resolveReference } from './resolve-reference.ts';

export interface ElsewhereRequest {
  readonly storeLocation: string;
  readonly reference: string;
  /** Also one that was taken back. */
  readonly yanked?: boolean;
  /** One of LAUNCH_TARGETS. */
  readonly target: string;
  /** `oci://host/repository` where the release lies as a containerDisk: the machine starts from that. */
  readonly containerDisk?: string;
  readonly name?: string;
  readonly profile?: string;
  readonly cpus?: number;
  readonly memoryMiB?: number;
  readonly instancePath?: string;
  readonly sshKeyPath?: string;
  /** Folder for the files; without it they are only printed. */
  readonly outDir?: string;
}

/** What launches a release on somebody else's hypervisor or cloud. */
export interface LaunchFiles {
  readonly target: string;
  readonly reference: string;
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** All of it as one script. */
  readonly script: string;
  readonly written: readonly string[];
}

/** Writes down how a published release is launched elsewhere, from the release itself, a size and what the machine is told. */
export async function launchElsewhere(desk: Desk, request: ElsewhereRequest): Promise<LaunchFiles> {
  const filesRequest = await gather(desk, request);
  const files = renderLaunchFiles(filesRequest);
  const written = request.outDir === undefined ? [] : await replaceFolder(desk.host, request.outDir, files);
  const { target, values } = filesRequest.plan;
  return { target, reference: String(values['reference']), name: String(values['name']), files, script: renderPasted(filesRequest), written };
}

async function gather(desk: Desk, request: ElsewhereRequest): Promise<LaunchFilesRequest> {
  const { host } = desk;
  const target = LAUNCH_TARGETS.find(({ id }) => id === request.target);
  if (target === undefined)
    throw new BakeError('USAGE', {
      what: `${request.target} is not a place to launch at`,
      fix: `Choose one of: ${LAUNCH_TARGETS.map(({ id }) => id).join(', ')}`,
    });
  if (request.containerDisk !== undefined && !target.pullsImages) throw pullsNone(target.id);
  const instanceData = request.instancePath === undefined ? undefined : await loadInstance(host, request.instancePath);
  const store = openStore(host, request.storeLocation);
  const { release, entry } = await store.find(await resolveReference(desk, store, request.reference));
  heedMarks(desk, entry, request.yanked);
  const name = checkedName(request.name ?? defaultVmName(release));
  const templates = await loadTemplates(host, ['cloud-init', 'launch/parts', `launch/${target.id}`]);
  const seed = renderSeed({
    instanceId: `${name}-${release.version}`,
    hostname: name.replaceAll('.', '-'),
    user: release.loginUser,
    family: release.family ?? 'debian',
    sshPublicKeys: [await publicKeyOf(desk, request)],
    templates,
    ...(instanceData === undefined ? {} : { instanceData }),
  });
  const profile = await chooseSize(desk, { profile: request.profile ?? release.defaultProfile, cpus: request.cpus, memoryMiB: request.memoryMiB });
  const pulled = request.containerDisk === undefined ? {} : { containerDisk: await imageOf(host, request.containerDisk, release) };
  const plan = planLaunch({ target, release, profile, name, projectDir: host.facts.projectDir, storeLocation: request.storeLocation, ...pulled });
  return { plan, seed, templates };
}

/** The image by its digest, from the registry itself: what is printed means the same image for ever. */
async function imageOf(host: Host, location: string, release: Release): Promise<string> {
  return (await findContainerDisk(host, ociAddress(location, '--container-disk'), release)).image;
}

function pullsNone(target: string): BakeError {
  const others = LAUNCH_TARGETS.filter(({ pullsImages }) => pullsImages).map(({ id }) => id);
  return new BakeError('USAGE', {
    what: `--container-disk: no machine of ${target} starts from an image that is pulled`,
    fix: `It goes with --print ${others.join(', ')}`,
  });
}

/** A key that is made here would be lost with this command: only one that its owner has will do. */
async function publicKeyOf({ host }: Desk, { sshKeyPath }: ElsewhereRequest): Promise<string> {
  const key = await findLoginKey(host, sshKeyPath);
  if (key !== undefined) return key.publicKey;
  throw new BakeError('USAGE', {
    what: 'There is no SSH key of yours that could log in to the machine',
    fix: 'Give --ssh-key FILE; `ssh-keygen -t ed25519` makes a pair',
  });
}

function checkedName(name: string): string {
  if (VM_NAME_PATTERN.test(name)) return name;
  throw new BakeError('USAGE', {
    what: `${JSON.stringify(name.slice(0, 80))} is not a name that a machine can have`,
    fix: 'Use up to 63 small letters, digits, dots and dashes, such as --name web-1',
  });
}
