import type { Catalogue, Entry } from '../catalogue.ts';
import type { YamlFile } from '../parse-yaml.ts';
import { quoted, type KeyPath } from '../problem.ts';
import type { WrittenImage, WrittenParameter, WrittenParameters } from '../written.ts';
import { regexFault } from './regex-fault.ts';
import { unknownName, type Finding, type Rule } from './rule.ts';
import { valueFault } from './value-fault.ts';

/** What must hold for parameters and the values that images give them. */
export const PARAMETER_RULES: readonly Rule[] = [
  roleOfParametersIsKnown,
  componentOfParametersIsUsed,
  parameterIsKnown,
  valueIsAllowed,
  declarationFitsItsType,
  defaultIsAllowed,
];

function roleOfParametersIsKnown({ images }: Catalogue): readonly Finding[] {
  return [...images.entries.values()].flatMap(({ yaml, value }) =>
    Object.keys(value.roleParameters).flatMap((role) => unknownName({ yaml, path: ['roleParameters', role] }, 'role', role, Object.keys(value.roles))),
  );
}

/** A value for a component that no role of the image has would be set in vain. */
function componentOfParametersIsUsed({ images, components }: Catalogue): readonly Finding[] {
  return [...images.entries.values()].flatMap((image) =>
    blocksOf(image).flatMap(({ path, component, role, used }): readonly Finding[] => {
      if (!components.ids.includes(component)) return unknownName({ yaml: image.yaml, path }, 'component', component, components.ids);
      if (used.includes(component)) return [];
      const who = role === undefined ? 'no role of this image uses' : `the role ${quoted(role)} does not use`;
      return [{ yaml: image.yaml, path, what: `${who} the component ${quoted(component)}`, fix: 'remove the values, or add the component' }];
    }),
  );
}

function parameterIsKnown(catalogue: Catalogue): readonly Finding[] {
  return valuesOf(catalogue).flatMap(({ yaml, path, component, name, known }) =>
    unknownName({ yaml, path }, `parameter of ${component}`, name, Object.keys(known)),
  );
}

function valueIsAllowed(catalogue: Catalogue): readonly Finding[] {
  return valuesOf(catalogue).flatMap(({ yaml, path, name, value, known }) => {
    const declaration = Object.hasOwn(known, name) ? known[name] : undefined;
    const fault = declaration === undefined ? undefined : valueFault(declaration, value);
    return fault === undefined ? [] : [{ yaml, path, ...fault }];
  });
}

function declarationFitsItsType(catalogue: Catalogue): readonly Finding[] {
  return declarationsOf(catalogue).flatMap(({ yaml, path, declaration }): readonly Finding[] => {
    const { type, pattern, minimum, maximum } = declaration;
    const findings: Finding[] = [];
    const misfit = (key: string, owner: string): void =>
      void findings.push({
        yaml,
        path: [...path, key],
        what: `${key} says nothing about a parameter of type ${type}`,
        fix: `remove it, or make the type ${owner}`,
      });
    if (pattern !== undefined && type !== 'string') misfit('pattern', 'string');
    if (minimum !== undefined && type !== 'integer') misfit('minimum', 'integer');
    if (maximum !== undefined && type !== 'integer') misfit('maximum', 'integer');
    const fault = pattern === undefined ? undefined : regexFault(pattern);
    return fault === undefined ? findings : [...findings, { yaml, path: [...path, 'pattern'], ...fault }];
  });
}

function defaultIsAllowed(catalogue: Catalogue): readonly Finding[] {
  return declarationsOf(catalogue).flatMap(({ yaml, path, declaration }) => {
    const fault = valueFault(declaration, declaration.default);
    return fault === undefined ? [] : [{ yaml, path: [...path, 'default'], ...fault }];
  });
}

function declarationsOf({ components }: Catalogue) {
  return [...components.entries.values()].flatMap(({ yaml, value }) =>
    Object.entries(value.written.parameters).map(([name, declaration]) => ({ yaml, path: ['parameters', name] as KeyPath, declaration })),
  );
}

interface WrittenValue {
  readonly yaml: YamlFile;
  readonly path: KeyPath;
  readonly component: string;
  readonly name: string;
  readonly value: string | number | boolean;
  readonly known: Readonly<Record<string, WrittenParameter>>;
}

/** Every parameter value of every image, with the declarations of its component. */
function valuesOf({ images, components }: Catalogue): readonly WrittenValue[] {
  return [...images.entries.values()].flatMap((image) =>
    blocksOf(image).flatMap(({ path, component, values }) => {
      const known = components.entries.get(component)?.value.written.parameters;
      if (known === undefined) return [];
      return Object.entries(values).map(([name, value]) => ({ yaml: image.yaml, path: [...path, name], component, name, value, known }));
    }),
  );
}

interface Block {
  readonly path: KeyPath;
  readonly component: string;
  readonly values: WrittenParameters[string];
  /** Undefined for values that are for all roles. */
  readonly role: string | undefined;
  /** The components that could use it. */
  readonly used: readonly string[];
}

/** The values of one component, for all roles of an image or for one. */
function blocksOf({ value }: Entry<WrittenImage>): readonly Block[] {
  const blocks = (at: KeyPath, parameters: WrittenParameters, role?: string): readonly Block[] => {
    const roles = role === undefined ? Object.keys(value.roles) : [role].filter((name) => Object.hasOwn(value.roles, name));
    const used = roles.flatMap((name) => value.roles[name]?.components ?? []);
    return Object.entries(parameters).map(([component, values]) => ({ path: [...at, component], component, values, role, used }));
  };
  const single = Object.entries(value.roleParameters).filter(([role]) => Object.hasOwn(value.roles, role));
  return [...blocks(['parameters'], value.parameters), ...single.flatMap(([role, parameters]) => blocks(['roleParameters', role], parameters, role))];
}
