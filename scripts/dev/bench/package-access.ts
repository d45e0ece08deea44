import { join } from 'node:path';
import { loadSpec } from '../../config/load-spec.ts';
import { asSeenFromGuest, bakeAptConf, sourcesList } from '../../plan/package-access.ts';
import { hostAptSettings } from '../../stages/package-access.ts';
import { BENCH_IMAGE } from './bench-project.ts';
import type { Lab } from './lab.ts';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** Where every peer has this folder in its guest. */
const GUEST_DIR = '/run/bench';

/** Gives a peer the same way to the same packages as we have: a slower mirror would be no slower tool. Fills a folder with sources.list, apt.conf and certificates. */
export async function writePeerAccess({ desk, payload }: Lab, dir: string, where: 'chroot' | 'vm'): Promise<void> {
  const { host } = desk;
  const { spec } = await loadSpec(host, { distro: payload.distro, image: BENCH_IMAGE });
  const withCertificates = await host.files.exists(CERTIFICATES);
  const seen = where === 'vm' ? asSeenFromGuest : (text: string): string => text;
  await host.files.makeDir(dir);
  await host.files.writeUnsynced(join(dir, 'sources.list'), seen(sourcesList(spec, 'bakeUrl')));
  await host.files.writeUnsynced(join(dir, 'apt.conf'), seen(aptConf(await hostAptSettings(host), withCertificates)));
  if (withCertificates) await host.files.copy(CERTIFICATES, join(dir, 'ca.crt'));
}

/** Of our own settings only those about the way; those about where a bake keeps its files are ours alone. */
export function aptConf(hostDump: string, withCertificates: boolean): string {
  const carried = bakeAptConf({ hostDump, withCertificates: false })
    .split('\n')
    .filter((line) => line.startsWith('Acquire::'));
  return [
    `Dir::Etc::sourcelist "${GUEST_DIR}/sources.list";`,
    'Dir::Etc::sourceparts "-";',
    'APT::Sandbox::User "root";',
    ...(withCertificates ? [`Acquire::https::CaInfo "${GUEST_DIR}/ca.crt";`] : []),
    ...carried,
    '',
  ].join('\n');
}
