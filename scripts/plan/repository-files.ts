import { BakeError } from '../errors.ts';
import type { Repository } from '../model/distro.ts';
import type { RepositoryFile } from '../model/build-plan.ts';
import type { ImageSpec, SigningKey } from '../model/image-spec.ts';

/** The repositories that this image takes packages from: the distro's own, and those that its components ask for. */
export function usedRepositories({ distro, components }: Pick<ImageSpec, 'distro' | 'components'>): readonly Repository[] {
  const wanted = new Set(components.flatMap(({ repositories }) => repositories));
  return distro.repositories.filter(({ id, base }) => base || wanted.has(id));
}

/** Third parties' repositories, keys and pins as the image keeps them: at their public places, never with a key that was put in for one build. */
export function repositoryFiles(spec: ImageSpec): readonly RepositoryFile[] {
  const kept = usedRepositories(spec).filter((repository) => !repository.base && keyOf(spec, repository)?.substitutePath === undefined);
  const files = kept.flatMap((repository) => [...placeFiles(spec, repository), ...keyFiles(spec, repository)]);
  const byTarget = new Map(files.map((file) => [file.target, file]));
  return [...byTarget.values()].toSorted((a, b) => (a.target < b.target ? -1 : 1));
}

/** The pinned key of a repository; undefined where a key ring of the host vouches for it. */
export function keyOf({ keys = [] }: Pick<ImageSpec, 'keys'>, { key }: Repository): SigningKey | undefined {
  return keys.find(({ id }) => id === key);
}

function placeFiles(spec: ImageSpec, repository: Repository): readonly RepositoryFile[] {
  const { id, pin } = repository;
  const url = placeUrl(spec, repository, 'url');
  if (spec.distro.family === 'el')
    return [{ target: `/etc/yum.repos.d/${id}.repo`, content: { text: dnfSection(repository, url, `file://${repository.signedBy}`) } }];
  return [
    { target: `/etc/apt/sources.list.d/${id}.sources`, content: { text: aptStanza(repository, url) } },
    ...(pin === undefined ? [] : [{ target: `/etc/apt/preferences.d/${id}.pref`, content: { text: aptPin(id, pin) } }]),
  ];
}

function keyFiles(spec: ImageSpec, repository: Repository): readonly RepositoryFile[] {
  const source = keyOf(spec, repository)?.file;
  return source === undefined ? [] : [{ target: repository.signedBy, content: { source } }];
}

/** One repository in the deb822 format, which every apt since 1.4 reads. */
function aptStanza({ suite, components, signedBy, frozen }: Repository, url: string): string {
  return [
    'Types: deb',
    `URIs: ${url}`,
    `Suites: ${suite}`,
    `Components: ${components.join(' ')}`,
    'Architectures: amd64',
    `Signed-By: ${signedBy}`,
    ...(frozen === true ? ['Check-Valid-Until: no'] : []),
    '',
  ].join('\n');
}

/** Above the distro's own (500), below what would put an installed version back (1000). */
function aptPin(id: string, { packages, version }: NonNullable<Repository['pin']>): string {
  return `Explanation: of the repository ${id}\nPackage: ${packages.join(' ')}\nPin: version ${version}\nPin-Priority: 600\n`;
}

/** One section of a .repo file. */
export function dnfSection({ id, moduleHotfixes, metadataSigned, onlyPackages = [], pin }: Repository, url: string, keyUrl: string): string {
  return [
    `[${id}]`,
    `name=${id}`,
    `baseurl=${url}`,
    'enabled=1',
    'gpgcheck=1',
    `repo_gpgcheck=${metadataSigned === true ? '1' : '0'}`,
    `gpgkey=${keyUrl}`,
    ...(moduleHotfixes === true ? ['module_hotfixes=1'] : []),
    ...(onlyPackages.length === 0 && pin === undefined ? [] : [`includepkgs=${[...onlyPackages, ...pinnedNames(pin)].join(' ')}`]),
    '',
  ].join('\n');
}

function pinnedNames(pin: Repository['pin']): readonly string[] {
  return pin === undefined ? [] : pin.packages.map((name) => `${name}-${pin.version} ${name}-*:${pin.version}`);
}

/** Where a repository is: its public place (kept in the image) or this build's. */
export function placeUrl(spec: Pick<ImageSpec, 'mirrors' | 'distro'>, { mirror: id, suite }: Repository, place: 'url' | 'bakeUrl'): string {
  const mirror = spec.mirrors.find((candidate) => candidate.id === id);
  if (mirror === undefined) {
    throw new BakeError('CONFIG_INVALID', { what: `${spec.distro.id} names the mirror ${id}, which config/mirrors.yaml does not have`, fix: 'Add it there' });
  }
  const url = mirror[place].replace(/\/+$/, '');
  return spec.distro.family === 'el' ? `${url}/${suite}` : url;
}
