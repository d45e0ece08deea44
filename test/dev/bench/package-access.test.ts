import { expect, test } from 'vitest';
import { aptConf } from '../../../scripts/dev/bench/package-access.ts';

test('a peer gets the way to the packages, and nothing of where we keep things', () => {
  const lines = aptConf('Acquire::http::Proxy "http://proxy.example:3128";\nDir::Cache "elsewhere";\n', true).split('\n');
  expect(lines).toContain('Acquire::http::Proxy "http://proxy.example:3128";');
  expect(lines).toContain('Acquire::https::CaInfo "/run/bench/ca.crt";');
  expect(lines.filter((line) => line.includes('/run/ingot') || line.includes('elsewhere'))).toEqual([]);
  expect(aptConf('', false)).not.toContain('CaInfo');
});
