import type { Topology } from '../../model/topology.ts';
import type { Catalogue, Entry } from '../catalogue.ts';
import { unknownName, type Finding } from './rule.ts';

/** What a topology has against the images, distros and sizes that it names. */
export function topologyFindings(catalogue: Catalogue, { id, yaml, value }: Entry<Topology>): readonly Finding[] {
  const image = catalogue.images.entries.get(value.image)?.value;
  const sameId = value.id === id ? [] : [{ yaml, path: ['id'], what: `the file is called ${id}.yaml`, fix: `write ${id}, or rename the file` }];
  const roles = Object.keys(image?.roles ?? {});
  return [
    ...sameId,
    ...unknownName({ yaml, path: ['image'] }, 'image', value.image, catalogue.images.ids),
    ...(image === undefined ? [] : unknownName({ yaml, path: ['distro'] }, `distro of the image ${image.id}`, value.distro, image.distros)),
    ...value.machines.flatMap(({ role, profile }, at) => [
      ...(image === undefined ? [] : unknownName({ yaml, path: ['machines', at, 'role'] }, 'role', role, roles)),
      ...(profile === undefined ? [] : unknownName({ yaml, path: ['machines', at, 'profile'] }, 'profile', profile, catalogue.profiles.ids)),
    ]),
  ];
}
