import { BakeError } from '../errors.ts';
import type { Repository } from '../model/distro.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import { dnfSection, keyOf, placeUrl, usedRepositories } from './repository-files.ts';

const PAYLOAD = '/run/ingot/payload/bake';

/** The one-line sources of the distro's own repositories: at the public places (kept in the image) or at this build's (used while baking). */
export function sourcesList(spec: ImageSpec, place: 'url' | 'bakeUrl', keyringOf: (repository: Repository) => string = ({ signedBy }) => signedBy): string {
  const lines = spec.distro.repositories
    .filter(({ base }) => base)
    .map((repository) => {
      const { suite, components, frozen } = repository;
      const url = oneLineSafe(placeUrl(spec, repository, place));
      const options = [`signed-by=${oneLineSafe(keyringOf(repository))}`, ...(frozen === true ? ['check-valid-until=no'] : [])];
      return `deb [${options.join(' ')}] ${url} ${oneLineSafe(suite)} ${components.map(oneLineSafe).join(' ')}`;
    });
  return `${lines.join('\n')}\n`;
}

/** What apt is given for one bake: the distro's own repositories and the third parties' that this image takes packages from. */
export function bakeSourcesList(spec: ImageSpec): string {
  const lines = usedRepositories(spec)
    .filter(({ base }) => !base)
    .map((repository) => {
      const options = `signed-by=${PAYLOAD}/keys/${oneLineSafe(repository.key ?? '')}.asc${repository.frozen === true ? ' check-valid-until=no' : ''}`;
      const url = oneLineSafe(placeUrl(spec, repository, 'bakeUrl'));
      return `deb [${options}] ${url} ${oneLineSafe(repository.suite)} ${repository.components.map(oneLineSafe).join(' ')}\n`;
    });
  // The guest has its distro's own key ring, in which a key that was put in for this build is not.
  const keyringOf = (repository: Repository): string =>
    keyOf(spec, repository)?.substitutePath === undefined ? repository.signedBy : `${PAYLOAD}/keys/${oneLineSafe(repository.key ?? '')}.asc`;
  return `${sourcesList(spec, 'bakeUrl', keyringOf)}${lines.join('')}`;
}

/** What dnf is given for one bake: the same in one .repo file, for a folder that is read instead of /etc/yum.repos.d. */
export function bakeRepoFile(spec: ImageSpec): string {
  return usedRepositories(spec)
    .filter(({ subscription }) => subscription !== true)
    .map((repository) => {
      const keyUrl = repository.key === undefined ? `file://${repository.signedBy}` : `file://${PAYLOAD}/keys/${repository.key}.asc`;
      return dnfSection(repository, oneLineSafe(placeUrl(spec, repository, 'bakeUrl')), keyUrl);
    })
    .join('\n');
}

/** Options of every dnf call of a bake, a line each. The vendor's subscription writes its repositories into the guest itself. */
export function bakeDnfOptions({ distro }: ImageSpec, withCertificates: boolean): string {
  const dirs = [`${PAYLOAD}/yum.repos.d`, ...(distro.repositories.some(({ subscription }) => subscription === true) ? ['/etc/yum.repos.d'] : [])];
  const certificates = withCertificates ? [`--setopt=sslcacert=${PAYLOAD}/ca.crt`] : [];
  return [`--setopt=reposdir=${dirs.join(',')}`, ...certificates].map((option) => `${option}\n`).join('');
}

/** Keys that were put in for this build alone, as rpm names them in its own ring (the last eight digits of the fingerprint), a line each. */
export function passingKeys({ keys = [] }: ImageSpec): string {
  return keys
    .filter(({ substitutePath }) => substitutePath !== undefined)
    .map(({ fingerprint }) => `${fingerprint.slice(-8).toLowerCase()}\n`)
    .join('');
}

export interface AptSettings {
  /** Lines of `apt-config dump` on the host; empty when the host has no apt. */
  readonly hostDump: string;
  /** True when the host's certificates lie beside the settings as ca.crt. */
  readonly withCertificates: boolean;
}

const CARRIED =
  /^(Acquire::(?:http|https|ftp)::(?:[^:"\s]+::)?(?:Proxy(?:::[^:"\s]+)?|Timeout|Pipeline-Depth|User-Agent|Verify-Peer|Verify-Host)|Acquire::(?:Retries|ForceIPv4|ForceIPv6)) "(.*)";$/;

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

function oneLineSafe(word: string): string {
  if (/^[^\s[\]"#]+$/.test(word)) return word;
  throw new BakeError('CONFIG_INVALID', {
    what: `${JSON.stringify(word)} cannot stand in a sources.list`,
    fix: 'Remove blanks, quotes, brackets and # from it',
  });
}
