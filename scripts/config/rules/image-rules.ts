import type { Catalogue, Entry } from '../catalogue.ts';
import { quoted } from '../problem.ts';
import type { WrittenImage } from '../written.ts';
import { repeated, unknownName, type Finding, type Rule } from './rule.ts';

/** What must hold for images and their roles. */
export const IMAGE_RULES: readonly Rule[] = [distroIsKnown, defaultRoleIsKnown, profileIsKnown, componentIsKnown, componentIsNamedOnce];

function distroIsKnown({ images, distros }: Catalogue): readonly Finding[] {
  return [...images.entries.values()].flatMap(({ yaml, value }) =>
    value.distros.flatMap((id, index) => unknownName({ yaml, path: ['distros', index] }, 'distro', id, distros.ids)),
  );
}

function defaultRoleIsKnown({ images }: Catalogue): readonly Finding[] {
  return [...images.entries.values()].flatMap(({ yaml, value }) =>
    unknownName({ yaml, path: ['defaultRole'] }, 'role', value.defaultRole, Object.keys(value.roles)),
  );
}

function profileIsKnown({ images, profiles }: Catalogue): readonly Finding[] {
  return rolesOf(images.entries).flatMap(({ yaml, role, written }) =>
    unknownName({ yaml, path: ['roles', role, 'profile'] }, 'profile', written.profile, profiles.ids),
  );
}

function componentIsKnown({ images, components }: Catalogue): readonly Finding[] {
  return rolesOf(images.entries).flatMap(({ yaml, role, written }) =>
    written.components.flatMap((id, index) => unknownName({ yaml, path: ['roles', role, 'components', index] }, 'component', id, components.ids)),
  );
}

function componentIsNamedOnce({ images }: Catalogue): readonly Finding[] {
  return rolesOf(images.entries).flatMap(({ yaml, role, written }) =>
    repeated(
      written.components.map((id, index) => ({ id, index })),
      ({ id }) => id,
    ).map(({ id, index }) => ({
      yaml,
      path: ['roles', role, 'components', index],
      what: `the role names the component ${quoted(id)} twice`,
      fix: 'keep one',
    })),
  );
}

function rolesOf(images: ReadonlyMap<string, Entry<WrittenImage>>) {
  return [...images.values()].flatMap(({ yaml, value }) => Object.entries(value.roles).map(([role, written]) => ({ yaml, role, written })));
}
