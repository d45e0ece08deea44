import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Distro } from '../../scripts/model/distro.ts';
import { endedDistro, endedLine, endedVersions, judgeEnd } from '../../scripts/plan/life-cycle.ts';
import { sampleComponent, sampleDistro } from '../support/sample-spec.ts';

const TODAY = '2026-11-29';
const distroUntil = (endOfLife: string, more: object = {}) => sampleDistro({ lifeCycle: { released: '2020-01-01', endOfLife, ...more } });

describe('a distro', () => {
  test('is supported up to and on its last day', () => {
    expect(endedDistro(distroUntil(TODAY), TODAY)).toBeUndefined();
    expect(endedDistro(distroUntil('2026-11-28'), TODAY)).toEqual({ subject: 'Testian 1', endedOn: '2026-11-28', extendedUntil: null });
  });

  test('with extended support says until when, and without it since when', () => {
    const extended = endedDistro(distroUntil('2026-07-11', { extendedUntil: '2028-06-30' }), TODAY);
    expect(extended && endedLine(extended)).toBe('Normal support of Testian 1 ended on 2026-07-11; its extended support lasts until 2028-06-30');
    const over = endedDistro(distroUntil('2024-08-14', { extendedUntil: '2026-08-31' }), TODAY);
    expect(over && endedLine(over)).toBe('Testian 1 has been without security updates since 2026-08-31');
  });

  test('support that only subscribers get is none: an image has no subscription', () => {
    const focal = parse(readFileSync(new URL('../../config/distros/ubuntu-20.04.yaml', import.meta.url), 'utf8')) as Distro;
    const ended = endedDistro(focal, TODAY);
    expect(ended && endedLine(ended)).toBe('Ubuntu 20.04 LTS (focal) has been without security updates since 2025-05-31');
    expect(judgeEnd(ended, 'refuse')).toBe('refuse');
  });

  test('is baked, refused or taken from archives as the image says; extended support is support', () => {
    const over = endedDistro(distroUntil('2024-08-14'), TODAY);
    expect((['warn', 'refuse', 'archive'] as const).map((policy) => judgeEnd(over, policy))).toEqual(['bake', 'refuse', 'archive-first']);
    const extended = endedDistro(distroUntil('2024-08-14', { extendedUntil: '2030-01-01' }), TODAY);
    expect((['warn', 'refuse', 'archive'] as const).map((policy) => judgeEnd(extended, policy))).toEqual(['bake', 'bake', 'bake']);
    expect(judgeEnd(undefined, 'refuse')).toBe('bake');
  });
});

describe('a version', () => {
  const node = { name: 'Node.js', run: 'node --version', atLeast: '18', expected: '18', endOfLife: '2025-04-30' };

  test('that its makers left is mended by a distro that has it itself, and by nobody when it comes from a third party', () => {
    const alive = distroUntil('2028-01-01');
    expect(endedVersions(alive, [sampleComponent('nodejs', { versions: [node] })], TODAY)).toEqual([]);
    expect(endedVersions(alive, [sampleComponent('nodejs', { versions: [node], repositories: ['x'] })], TODAY)).toEqual([
      { subject: 'Node.js 18', endedOn: '2025-04-30', extendedUntil: null },
    ]);
  });

  test('has the end that the distro states for it', () => {
    const retired = distroUntil('2029-05-31', { components: { nodejs: '2025-04-30' } });
    expect(endedVersions(retired, [sampleComponent('nodejs', { versions: [node] })], TODAY)).toHaveLength(1);
  });

  test('of which nobody knows an end is not said to have ended', () => {
    const { endOfLife: _, ...unknown } = node;
    expect(endedVersions(distroUntil('2020-01-01'), [sampleComponent('nodejs', { versions: [unknown] })], TODAY)).toEqual([]);
  });
});
