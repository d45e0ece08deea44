import type { Catalogue } from '../catalogue.ts';
import { envName } from '../env-name.ts';
import { didYouMean } from '../../errors/nearest.ts';
import { quoted } from '../problem.ts';
import { repeated, type Finding, type Rule } from './rule.ts';
import { rolesOf, targetsOf } from './targets.ts';

/** What must hold for every role of every image, and for each distro that it is made for. */
export const TARGET_RULES: readonly Rule[] = [familyHasPackages, repositoryIsDescribed, targetHasOneComponent, variableHasOneOwner, variableIsAName];

/** Variables that guests, shells, apt or probes read with a meaning of their own. */
const RESERVED =
  /^((INGOT|FACT|BASH|APT|DPKG|DEBIAN|LC|LD)_.*|(SSH|HTTP|HTTPS)_PORT|SSH_(KEY|OPTIONS)|GUEST_HOST|LOGIN_USER|OPEN_PORTS(_IPV6)?|OPEN_UDP_PORTS|WORK_DIR)$/;

/** An empty list says that nothing is needed; no list says that nobody has thought of this family. */
function familyHasPackages(catalogue: Catalogue): readonly Finding[] {
  return targetsOf(catalogue).flatMap(({ component, distro }) => {
    const { family, packages, id } = distro.value;
    if (component.value.written.packages[family] !== undefined || Object.hasOwn(packages, component.id)) return [];
    return [
      {
        yaml: component.yaml,
        path: ['packages', family],
        what: `there is no package list for the family ${family}, which ${id} needs`,
        fix: `add ${family}: [] here (empty when nothing is needed), or packages.${component.id} in ${distro.yaml.file}`,
      },
    ];
  });
}

function repositoryIsDescribed(catalogue: Catalogue): readonly Finding[] {
  return targetsOf(catalogue).flatMap(({ component, distro }) => {
    const known = distro.value.repositories.map(({ id }) => id);
    return component.value.written.repositories.flatMap((id, index) =>
      known.includes(id)
        ? []
        : [
            {
              yaml: component.yaml,
              path: ['repositories', index],
              what: `${distro.yaml.file} describes no repository ${quoted(id)}`,
              fix: didYouMean(id, known),
            },
          ],
    );
  });
}

function targetHasOneComponent(catalogue: Catalogue): readonly Finding[] {
  return rolesOf(catalogue).flatMap(({ role, components }) => {
    const files = components.flatMap((component) => component.value.files.map(({ target, source }) => ({ component, target, source })));
    return repeated(files, ({ target }) => target).flatMap((file) => {
      const other = files.find(({ target }) => target === file.target);
      if (other === undefined || other.component === file.component) return [];
      return [
        {
          yaml: file.component.yaml,
          path: ['files', file.target],
          what: `in the role ${quoted(role)} the component ${other.component.id} ships ${quoted(file.target)} too`,
          fix: `remove ${file.source} or ${other.source}`,
        },
      ];
    });
  });
}

function variableHasOneOwner(catalogue: Catalogue): readonly Finding[] {
  return rolesOf(catalogue).flatMap(({ components }) => {
    const variables = components.flatMap((component) =>
      Object.keys(component.value.written.parameters).map((name) => ({ component, name, variable: envName(component.id, name) })),
    );
    const twice = repeated(variables, ({ variable }) => variable);
    const reserved = variables.filter(({ variable }) => RESERVED.test(variable));
    return [...twice, ...reserved].map(({ component, name, variable }) => ({
      yaml: component.yaml,
      path: ['parameters', name],
      what: `the variable ${variable} of guest.env already means something else`,
      fix: 'rename the parameter',
    }));
  });
}

function variableIsAName({ components }: Catalogue): readonly Finding[] {
  return [...components.entries.values()]
    .filter(({ id, value }) => /^[0-9]/.test(id) && Object.keys(value.written.parameters).length > 0)
    .map(({ id, yaml }) => ({
      yaml,
      path: ['parameters'],
      what: `no variable can be named after ${quoted(id)}, which begins with a digit`,
      fix: 'rename the component’s folder',
    }));
}
