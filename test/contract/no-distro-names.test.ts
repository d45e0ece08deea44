import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PHASES } from '../../scripts/model/check.ts';

/**
 * Adding a distro is one YAML file and adding a component one folder (DESIGN 2.6): the day a program knows one by name, that is over.
 * What counts as knowing:
 * - the id of a distro anywhere in scripts/, comments included: `debian-12` is never an accident;
 * - the id of a component or an image, or an alias of a distro, as a whole string ('nginx') or as a folder in one ('…/nginx/…').
 *   In a sentence or as an identifier these are ordinary words (python, firewall).
 * What does not count: the two families, which are what model/distro.ts calls package manager, firewall and access control by;
 * the names of phases; names of fields of a distro. A word that is one of these and an id too cannot be told apart and is let through.
 */
const PROJECT = join(import.meta.dirname, '../..');
const FAMILIES = ['debian', 'el'];
const FIELDS = ['python'];

const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const namesIn = (dir: string, ending: string): readonly string[] =>
  readdirSync(join(PROJECT, dir), { withFileTypes: true })
    .map(({ name }) => name)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, name.length - ending.length));

const distros = namesIn('config/distros', '.yaml');
const aliases = distros.flatMap((id) => (parse(read(`config/distros/${id}.yaml`)) as { aliases?: readonly string[] }).aliases ?? []);
const components = namesIn('packer/components', '');
const images = namesIn('config/images', '.yaml');
const words = [...aliases, ...components, ...images].filter((word) => ![...FAMILIES, ...FIELDS, ...PHASES].includes(word));

function escaped(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Lines of a program that know a distro, an image or a component by name. */
function knowing(text: string): readonly string[] {
  const anywhere = new RegExp(`(?<![\\w.-])(?:${distros.map(escaped).join('|')})(?![\\w-])`);
  const asString = new RegExp(`(['"\`/])(?:${words.map(escaped).join('|')})(?:\\1|['"\`/])`);
  return text.split('\n').filter((line) => anywhere.test(line) || asString.test(withoutComment(line)));
}

function withoutComment(line: string): string {
  return line.replace(/^\s*(?:\/\/|\/?\*).*/, '');
}

const files = readdirSync(join(PROJECT, 'scripts'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(?:ts|sh)$/.test(path))
  .map((path) => `scripts/${path}`);

test('there is something to look for, and somewhere to look', () => {
  expect(distros.length).toBeGreaterThanOrEqual(3);
  expect(components.length).toBeGreaterThanOrEqual(12);
  expect(images.length).toBeGreaterThanOrEqual(1);
  expect(files.length).toBeGreaterThan(100);
});

test.each(files)('%s knows no distro, image or component by name', (path) => {
  expect(knowing(read(path))).toEqual([]);
});

describe('what would be found', () => {
  const [distro = '', component = '', alias = ''] = [distros[0], words.find((word) => components.includes(word)), words.find((word) => aliases.includes(word))];

  test.each([
    [`if (spec.distro.id === '${distro}') return;`],
    [`// works on ${distro} only`],
    [`const path = \`packer/components/${component}/component.yaml\`;`],
    [`if (component.id === "${component}") return;`],
    [`case '${alias}':`],
    [`import { x } from '../components/${component}/x.ts';`],
  ])('%s', (line) => expect(knowing(line)).toEqual([line]));

  test.each([
    [`// as a changed ${component} template does`],
    [`say('Write the name of a check, such as ${component}.*');`],
    [`if (spec.distro.family !== 'debian') return;`],
    [`case 'first-boot':`],
    [`Image ids look like house-small-${distro}`],
  ])('but not: %s', (line) => expect(knowing(line)).toEqual([]));
});
