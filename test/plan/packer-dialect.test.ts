import { describe, expect, test } from 'vitest';
import { packerDialect } from '../../scripts/plan/packer-dialect.ts';

describe('packerDialect', () => {
  test.each([
    ['1.6.6', '1.6'],
    ['1.6.3', '1.6'],
    ['Packer v1.6.6', '1.6'],
    ['1.7.0', '1.7'],
    ['1.7.0-dev', '1.7'],
    ['1.10.2', '1.7'],
    ['1.16.0', '1.7'],
    ['2.0.0', '1.7'],
  ])('%s speaks %s', (version, dialect) => {
    expect(packerDialect(version)).toBe(dialect);
  });

  test.each(['1.6.2', '1.5.6', '0.12.3', '', 'unknown'])('%j is refused', (version) => {
    expect(() => packerDialect(version)).toThrow(expect.objectContaining({ code: 'HOST_NOT_READY' }) as Error);
  });
});
