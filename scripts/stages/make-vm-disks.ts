import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Profile } from '../model/image-spec.ts';
import type { PrivateCard } from '../plan/private-network.ts';
import { renderSeed } from '../render/seed.ts';
import { createOverlayArgv } from '../tools/qemu-img.ts';
import { GUEST_NETWORK } from '../tools/qemu-system.ts';
import { writeSeedIso } from '../tools/seed-iso.ts';
import type { CheckedRelease } from './check-release.ts';
import { loadTemplates } from './load-templates.ts';
import type { Stage } from './stage.ts';

const GIB = 2 ** 30;

export interface VmDisksRequest extends CheckedRelease {
  readonly dir: string;
  readonly name: string;
  readonly profile: Profile;
  readonly publicKey: string;
  readonly instanceData: string | undefined;
  readonly privateCard: PrivateCard | undefined;
}

export interface VmDisks {
  readonly overlayPath: string;
  readonly seedPath: string;
}

/** Gives a VM a disk of its own over the release's, as large as its profile says, and a seed that tells it who it is. */
export const makeVmDisks: Stage<VmDisksRequest, VmDisks> = {
  name: 'vm-disks',
  title: 'Make the disk and the seed of the VM',
  run: async ({ release, diskPath, dir, name, profile, publicKey, instanceData, privateCard }, { host }) => {
    const overlayPath = join(dir, 'overlay.qcow2');
    // A disk is never smaller than its image: what lies beyond the end would be lost.
    const sizeBytes = Math.max(profile.diskGiB * GIB, release.disk.virtualSizeBytes);
    await host.run(createOverlayArgv({ path: overlayPath, backing: diskPath, backingFormat: 'qcow2', sizeBytes }));
    const files = renderSeed({
      instanceId: `${name}-${randomBytes(6).toString('hex')}`,
      hostname: name.replaceAll('.', '-'),
      user: release.loginUser,
      family: release.family ?? 'debian',
      sshPublicKeys: [publicKey],
      templates: await loadTemplates(host),
      ...(instanceData === undefined ? {} : { instanceData }),
      ...(privateCard === undefined ? {} : { cards: { mac: GUEST_NETWORK.mac, privateMac: privateCard.mac, privateAddress: privateCard.address } }),
    });
    return { overlayPath, seedPath: await writeSeedIso(host, { dir, files }) };
  },
};
