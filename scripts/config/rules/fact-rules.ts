import type { SourceFile } from '../../model/image-spec.ts';
import type { Catalogue, Entry, LoadedComponent } from '../catalogue.ts';
import { envName } from '../env-name.ts';
import { nearest } from '../../errors/nearest.ts';
import { quoted } from '../problem.ts';
import { repeated, type Finding, type Rule } from './rule.ts';
import { targetsOf } from './targets.ts';

/** What must hold for the facts that scripts, templates and checks ask a distro for. */
export const FACT_RULES: readonly Rule[] = [factHasItsVariable, factIsStated];

function factHasItsVariable({ distros }: Catalogue): readonly Finding[] {
  return [...distros.entries.values()].flatMap(({ yaml, value }) =>
    repeated(Object.keys(value.facts), (fact) => envName('fact', fact)).map((fact) => ({
      yaml,
      path: ['facts', fact],
      what: `another fact has the variable ${envName('fact', fact)}`,
      fix: 'rename one of them',
    })),
  );
}

/** A script that asks for a fact which the distro does not state would fail in the guest, minutes later. */
function factIsStated(catalogue: Catalogue): readonly Finding[] {
  const needs = new Map([...catalogue.components.entries.values()].map((component) => [component.id, needsOf(component, catalogue)]));
  return targetsOf(catalogue).flatMap(({ component, distro }) => {
    const facts = Object.keys(distro.value.facts);
    const stated = new Set(facts.flatMap((fact) => [fact, envName('fact', fact)]));
    return (needs.get(component.id) ?? [])
      .filter(({ name }) => !stated.has(name))
      .map(({ name, source }) => {
        const suggestion = nearest(name, name.startsWith('FACT_') ? facts.map((fact) => envName('fact', fact)) : facts);
        const fix = suggestion === undefined ? 'add it to facts' : `add it to facts, or did ${source} mean ${suggestion}?`;
        return { yaml: distro.yaml, path: ['facts', name], what: `the fact ${quoted(name)} is missing, which ${source} asks for`, fix };
      });
  });
}

interface Need {
  /** FACT_SSH_UNIT or sshUnit, as it is written. */
  readonly name: string;
  readonly source: string;
}

function needsOf({ yaml, value }: Entry<LoadedComponent>, { texts }: Catalogue): readonly Need[] {
  const variables = (text: string): readonly string[] => [...text.matchAll(/\$\{?(FACT_[A-Z0-9_]+)(?!:?[-+=?])\b/g)].map(([, name = '']) => name);
  const holes = (text: string): readonly string[] => [...text.matchAll(/\{\{[^}]*\bfacts\.([A-Za-z0-9]+)[^}]*\}\}/g)].map(([, name = '']) => name);
  const needs = (file: SourceFile, find: (text: string) => readonly string[]): readonly Need[] =>
    find(texts.get(file.source) ?? '').map((name) => ({ name, source: file.source }));
  const checks = value.written.checks.flatMap(({ sealed, guest, outside, saboteur }) =>
    [sealed, guest, outside, saboteur].flatMap((probe) => variables(probe?.run ?? '')),
  );
  return [
    ...[...value.scripts.values()].flatMap((script) => needs(script, variables)),
    ...value.files.filter(({ template }) => template).flatMap((file) => needs(file, holes)),
    ...checks.map((name) => ({ name, source: yaml.file })),
  ];
}
