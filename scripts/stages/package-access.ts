import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import type { Driver } from '../model/build-plan.ts';
import { asSeenFromGuest, bakeAptConf, bakeDnfOptions, bakeRepoFile, bakeSourcesList, passingKeys } from '../plan/package-access.ts';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** What the host's apt says of itself; empty on a host without apt. */
export async function hostAptSettings(host: Host): Promise<string> {
  if (!(await host.files.exists('/usr/bin/apt-config'))) return '';
  return (await host.run(['apt-config', 'dump'])).stdout;
}

export interface AccessRequest {
  readonly spec: ImageSpec;
  /** Has the texts of third parties' keys. */
  readonly texts: SourceTexts;
  readonly driver: Driver;
  readonly hostAptDump: string;
  /** The payload's bake/ folder. */
  readonly dir: string;
}

/** Writes this host's way to the packages into a payload: used while baking, never kept in the image. */
export async function writePackageAccess(host: Host, { spec, texts, driver, hostAptDump, dir }: AccessRequest): Promise<void> {
  const withCertificates = await host.files.exists(CERTIFICATES);
  const seen = driver === 'vm' ? asSeenFromGuest : (text: string): string => text;
  const write = (name: string, text: string): Promise<void> => host.files.writeText(join(dir, name), text);
  await host.files.makeDir(join(dir, 'keys'));
  for (const { id, file } of spec.keys ?? []) await write(`keys/${id}.asc`, texts.get(file?.source ?? '') ?? '');
  if (spec.distro.family === 'debian') {
    await write('sources.list', seen(bakeSourcesList(spec)));
    await write('apt.conf', seen(bakeAptConf({ hostDump: hostAptDump, withCertificates })));
  } else {
    await host.files.makeDir(join(dir, 'yum.repos.d'));
    await write('yum.repos.d/ingot.repo', seen(bakeRepoFile(spec)));
    await write('dnf.options', bakeDnfOptions(spec, withCertificates));
    await write('passing-keys', passingKeys(spec));
  }
  if (withCertificates) await host.files.copy(CERTIFICATES, join(dir, 'ca.crt'));
}
