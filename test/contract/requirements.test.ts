import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkMatcher } from '../../scripts/model/check-pattern.ts';
import { codeSpans, markdownRows, type MarkdownRow } from '../support/markdown-tables.ts';
import { DOCUMENT } from './requirements-document.ts';

const PROJECT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const HEAD = ['Requirement', 'Where', 'Checks', 'Waivers, and what is done instead'] as const;

interface Written {
  readonly checks?: readonly { readonly name: string }[];
}

const folders = new Map([
  ...readdirSync(join(PROJECT, 'packer/components')).map((id) => [id, `packer/components/${id}`] as const),
  ['first-boot', 'cloud-init'] as const,
]);
const checks = [...folders]
  .filter(([, folder]) => existsSync(join(PROJECT, folder, 'component.yaml')))
  .flatMap(([id, folder]) => ((parse(read(`${folder}/component.yaml`)) as Written).checks ?? []).map(({ name }) => `${id}.${name}`));

/** What is wrong with one row, in words; nothing when it is right. */
function faults({ heading, line, cells }: MarkdownRow): readonly string[] {
  const [requirement, where, proof, waiver] = HEAD.map((name) => cells[name]);
  if (requirement === undefined || where === undefined || proof === undefined || waiver === undefined)
    return [`line ${line}: the head of its table is another`];
  const at = `line ${line} (${heading}: ${requirement})`;
  return [
    ...(requirement === '' ? [`${at}: no requirement`] : []),
    ...(proof === '' && waiver === '' ? [`${at}: neither a check nor a reason`] : []),
    ...(where === '' && waiver === '' ? [`${at}: neither a place nor whose part it is`] : []),
    ...(proof !== '' && codeSpans(proof).length === 0 ? [`${at}: no check in backticks in "${proof}"`] : []),
    ...codeSpans(where)
      .filter((place) => !folders.has(place) && !existsSync(join(PROJECT, place)))
      .map((place) => `${at}: there is no component or file ${place}`),
    ...codeSpans(proof)
      .filter((id) => !(id.startsWith('test/') ? existsSync(join(PROJECT, id)) : checks.some(checkMatcher(id))))
      .map((id) => `${at}: there is no check ${id}`),
  ];
}

const rows = markdownRows(read('docs/requirements.md'));

test('every row names checks, components and files that there are, or gives a reason', () => {
  expect(rows.flatMap(faults)).toEqual([]);
});

describe('every requirement of the document has a row', () => {
  test.each(Object.entries(DOCUMENT))('%s', (heading, words) => {
    const below = rows.filter((row) => row.heading === heading).map(({ cells }) => cells['Requirement'] ?? '');
    expect(below.length, `rows below "${heading}"`).toBeGreaterThanOrEqual(words.length);
    const free = new Set(below);
    const nameless = words.filter((word) => {
      const row = [...free].filter((text) => isNamedBy(text, word)).toSorted((a, b) => a.length - b.length)[0];
      return row === undefined || !free.delete(row);
    });
    expect(nameless).toEqual([]);
  });

  test('and each table stands below a heading of the document', () => {
    expect([...new Set(rows.map(({ heading }) => heading))]).toEqual(Object.keys(DOCUMENT));
  });
});

describe('the settings of PostgreSQL are those of the document', () => {
  const written = (DOCUMENT['PostgreSQL Configuration'] ?? []).filter((words) => words.includes(' = '));
  const minimum = written.slice(0, 12);
  const nameOf = (setting: string): string => setting.split(' = ')[0] ?? '';
  const recommended = [...minimum.filter((setting) => !written.slice(12).some((other) => nameOf(other) === nameOf(setting))), ...written.slice(12)];

  test.each([
    ['minimum', minimum],
    ['recommended', recommended],
  ])('%s', (name, settings) => {
    const lines = read(`packer/components/postgresql/files/usr/lib/ingot/postgresql/${name}.conf`).split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#')).toSorted()).toEqual(settings.toSorted());
  });
});

test('the checklist that is printed is the document’s, sentence by sentence', () => {
  const { items } = parse(read('config/checklists/aikovrr.yaml')) as { readonly items: readonly { readonly item: string }[] };
  expect(items.map(({ item }) => item)).toEqual(DOCUMENT['Pre-Deployment Checklist']);
});

describe('what would be found', () => {
  const row = (changes: Readonly<Record<string, string>>): MarkdownRow => ({
    ...{ heading: 'Heading', line: 7 },
    cells: { Requirement: 'it works', Where: '`nginx`', Checks: '`nginx.*`', [HEAD[3]]: '', ...changes },
  });

  test.each([
    [{}, []],
    [{ Checks: '`nginx.nonsense`' }, [/there is no check nginx\.nonsense/]],
    [{ Checks: '`test/boot/nonsense.test.ts`' }, [/there is no check test/]],
    [{ Checks: 'looked at' }, [/no check in backticks/]],
    [{ Where: '`nonsense`, `README.md`' }, [/no component or file nonsense/]],
    [{ Where: '`packer/components/nginx/files/nonsense`' }, [/no component or file/]],
    [{ Checks: '' }, [/neither a check nor a reason/]],
    [{ Checks: '', [HEAD[3]]: 'the operator’s part' }, []],
    [{ Where: '' }, [/neither a place nor whose part/]],
    [{ Requirement: '' }, [/no requirement/]],
  ] as const)('%j', (changes, expected) => {
    const found = faults(row(changes));
    expect(found).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(found[index]).toMatch(pattern);
  });

  test('a table of other columns', () => {
    expect(faults({ heading: 'H', line: 1, cells: { Requirement: 'x', Where: 'y' } })).toEqual(['line 1: the head of its table is another']);
  });
});

/** True when the words stand in the text by themselves: `nginx` is not named by `python3-certbot-nginx`. */
function isNamedBy(text: string, words: string): boolean {
  const escaped = words.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\w.-])${escaped}(?![\\w.-]*\\w)`).test(text);
}
