import { describe, expect, test } from 'vitest';
import { buildTraces, buildWords } from '../../scripts/plan/build-words.ts';
import { sampleSpec } from '../support/sample-spec.ts';

const words = (env: Readonly<Record<string, string>> = {}, projectDir = '/home/tess/ingot') => buildWords(sampleSpec(), { projectDir, env });

describe('buildWords', () => {
  test('names the mirror that was used instead of the public one, and the project’s folder', () => {
    expect(words()).toEqual(['/home/tess/ingot', 'proxy.example']);
  });

  test('names proxies and registries of the host, without their credentials', () => {
    expect(words({ https_proxy: 'http://user:secret@gate.example:3128', PIP_INDEX_URL: 'https://pip.example/simple', HOME: '/home/x' })).toEqual(
      expect.arrayContaining(['gate.example:3128', 'pip.example']),
    );
    expect(words({ https_proxy: 'http://user:secret@gate.example:3128' }).join()).not.toContain('secret');
  });

  test('leaves out what every machine has, and what is too short to mean anything', () => {
    expect(words({ http_proxy: 'http://localhost', PIP_INDEX_URL: 'https://pypi.org/simple', ALL_PROXY: 'nonsense' }, '/ingot')).toEqual(['proxy.example']);
  });
});

test('probes get them as lines', () => {
  expect(buildTraces(sampleSpec(), { projectDir: '/home/tess/ingot', env: {} })).toEqual({ INGOT_BUILD_WORDS: '/home/tess/ingot\nproxy.example' });
});
