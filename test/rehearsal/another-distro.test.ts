import { expect, test } from 'vitest';
import { ANOTHER, configWithAnother } from '../support/another-distro.ts';
import { rehearseOn } from './rehearse-on-this-machine.ts';

const configDir = configWithAnother();

test.each(['standalone', 'lb'])('the %s of a distro that is one YAML runs, layer by layer', async (role) => {
  const { outcome, rows } = await rehearseOn(configDir, { distro: ANOTHER, role });
  expect(rows.filter((row) => row.outcome === 'fail')).toEqual([]);
  expect(outcome).toBe('pass');
});
