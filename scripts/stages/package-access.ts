import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { Driver } from '../model/build-plan.ts';
import { asSeenFromGuest, bakeAptConf, sourcesList } from '../plan/package-access.ts';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** What the host's apt says of itself; empty on a host without apt. */
export async function hostAptSettings(host: Host): Promise<string> {
  if (!(await host.files.exists('/usr/bin/apt-config'))) return '';
  return (await host.run(['apt-config', 'dump'])).stdout;
}

export interface AccessRequest {
  readonly spec: ImageSpec;
  readonly driver: Driver;
  readonly hostAptDump: string;
  /** The payload's bake/ folder. */
  readonly dir: string;
}

/** Writes this host's way to the packages into a payload: used while baking, never kept in the image. */
export async function writePackageAccess(host: Host, { spec, driver, hostAptDump, dir }: AccessRequest): Promise<void> {
  await host.files.makeDir(dir);
  if (spec.distro.family !== 'debian') return;
  const withCertificates = await host.files.exists(CERTIFICATES);
  const seen = driver === 'vm' ? asSeenFromGuest : (text: string): string => text;
  await host.files.writeText(join(dir, 'sources.list'), seen(sourcesList(spec, 'bakeUrl')));
  await host.files.writeText(join(dir, 'apt.conf'), seen(bakeAptConf({ hostDump: hostAptDump, withCertificates })));
  if (withCertificates) await host.files.copy(CERTIFICATES, join(dir, 'ca.crt'));
}
