import { BakeError } from '../errors.ts';
import type { ImageSpec } from '../model/image-spec.ts';

/** The one-line sources of the distro's own repositories: at the public places (kept in the image) or at this build's (used while baking). */
export function sourcesList(spec: ImageSpec, place: 'url' | 'bakeUrl', signed = true): string {
  const lines = spec.distro.repositories
    .filter(({ base }) => base)
    .map(({ mirror, suite, components, signedBy }) => {
      const url = oneLineSafe(mirrorOf(spec, mirror)[place]);
      const options = signed ? `[signed-by=${oneLineSafe(signedBy)}] ` : '';
      return `deb ${options}${url} ${oneLineSafe(suite)} ${components.map(oneLineSafe).join(' ')}`;
    });
  return `${lines.join('\n')}\n`;
}

export interface AptSettings {
  /** Lines of `apt-config dump` on the host; empty when the host has no apt. */
  readonly hostDump: string;
  /** True when the host's certificates lie beside the settings as ca.crt. */
  readonly withCertificates: boolean;
}

const CARRIED =
  /^(Acquire::(?:http|https|ftp)::(?:[^:"\s]+::)?(?:Proxy(?:::[^:"\s]+)?|Timeout|Pipeline-Depth|User-Agent|Verify-Peer|Verify-Host)|Acquire::(?:Retries|ForceIPv4|ForceIPv6)) "(.*)";$/;
const PAYLOAD = '/run/ingot/payload/bake';

/** apt.conf for one bake: this host's way to the mirrors, and nothing written where the image would keep it. */
export function bakeAptConf({ hostDump, withCertificates }: AptSettings): string {
  const carried = hostDump.split('\n').filter((line) => CARRIED.test(line));
  return [
    `Dir::Etc::sourcelist "${PAYLOAD}/sources.list";`,
    'Dir::Etc::sourceparts "-";',
    'Dir::Cache::pkgcache "/run/ingot/pkgcache.bin";',
    'Dir::Cache::srcpkgcache "/run/ingot/srcpkgcache.bin";',
    'APT::Sandbox::User "root";',
    'APT::Keep-Downloaded-Packages "true";',
    'Binary::apt::APT::Keep-Downloaded-Packages "true";',
    'Acquire::Languages "none";',
    ...(withCertificates ? [`Acquire::https::CaInfo "${PAYLOAD}/ca.crt";`] : []),
    ...carried,
    '',
  ].join('\n');
}

/** A loopback address means the host; inside a guest on QEMU's user network the host has another one. */
export function asSeenFromGuest(text: string): string {
  return text.replaceAll(/\b(https?:\/\/(?:[^/@\s"]*@)?)(?:localhost|127\.0\.0\.1)(?=[:/"\s]|$)/g, (_match, scheme: string) => `${scheme}10.0.2.2`);
}

function mirrorOf(spec: ImageSpec, id: string): ImageSpec['mirrors'][number] {
  const mirror = spec.mirrors.find((candidate) => candidate.id === id);
  if (mirror !== undefined) return mirror;
  throw new BakeError('CONFIG_INVALID', { what: `${spec.distro.id} names the mirror ${id}, which config/mirrors.yaml does not have`, fix: 'Add it there' });
}

function oneLineSafe(word: string): string {
  if (/^[^\s[\]"#]+$/.test(word)) return word;
  throw new BakeError('CONFIG_INVALID', {
    what: `${JSON.stringify(word)} cannot stand in a sources.list`,
    fix: 'Remove blanks, quotes, brackets and # from it',
  });
}
