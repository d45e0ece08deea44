import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VERBS } from '../../scripts/cli/verbs.ts';
import { EXIT_STATUS } from '../../scripts/errors.ts';

const PROJECT = join(import.meta.dirname, '../..');
const README = readFileSync(join(PROJECT, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { scripts: Readonly<Record<string, string>> };

/** Rows of the table below a heading, without its head. */
function tableBelow(heading: string): readonly (readonly string[])[] {
  const section = README.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('the two commands are there, alone on their lines', () => {
  const lines = README.split('\n');
  expect(lines).toContain('npm ci && npm run bake -- --distro debian --yes');
  expect(lines).toContain('npm ci && npm test');
});

describe('the table of commands', () => {
  test('is the table of the code, in its order', () => {
    expect(tableBelow('Commands').map(([name, summary]) => [name, summary])).toEqual(VERBS.map(({ name, summary }) => [`\`${name}\``, summary]));
  });

  test('each verb is an npm script, and each npm script that calls the command line is a verb', () => {
    for (const { name } of VERBS) expect(scripts[name]).toBe(`node scripts/cli.ts ${name}`);
    const called = Object.values(scripts).flatMap((line) => /^node scripts\/cli\.ts (\S+)/.exec(line)?.[1] ?? []);
    expect(called.toSorted()).toEqual(VERBS.map(({ name }) => name).toSorted());
  });
});

test('the exit statuses are those of the code', () => {
  expect(tableBelow('Exit status').map(([status]) => Number(status))).toEqual([...new Set([0, ...Object.values(EXIT_STATUS)])].toSorted((a, b) => a - b));
});

test('every command that it names can be run', () => {
  const named = [...README.matchAll(/npm run (?:-s |--silent )?([a-z:]+)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('every place that it names is there', () => {
  const named = [...README.matchAll(/`((?:config|packer|scripts|test|templates|cloud-init|\.github)\/[^`\s<>*…]*)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
});

test('it is short enough to be read', () => {
  expect(README.split('\n').length).toBeLessThanOrEqual(200);
});
