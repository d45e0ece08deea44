import { describe, expect, test } from 'vitest';
import { rehearsalRows } from '../../scripts/plan/rehearsal-rows.ts';

const CHECK = 'check\tnginx reads its settings\treal\tfail\tunknown directive';

describe('rehearsalRows', () => {
  test('layers that ran and what its checks found', () => {
    expect(rehearsalRows(['layer packages', 'noise', 'layer configure', CHECK, 'layer sealed'], 0)).toEqual([
      ...['packages', 'configure', 'sealed'].map((name) => ({ what: `layer ${name} runs`, by: 'real', outcome: 'pass', detail: '' })),
      { what: 'nginx reads its settings', by: 'real', outcome: 'fail', detail: 'unknown directive' },
    ]);
  });

  test('the layer that ended it, with the lines that say why', () => {
    const rows = rehearsalRows(['layer packages', 'Reading package lists...', 'E: Unable to locate package ngnix', 'bye'], 100);
    expect(rows).toEqual([{ what: 'layer packages runs', by: 'real', outcome: 'fail', detail: 'E: Unable to locate package ngnix' }]);
  });

  test('what dnf says in every root without a release is no reason', () => {
    const noise = "Unable to detect release version (use '--releasever' to specify release version)";
    expect(rehearsalRows(['layer packages', 'Curl error (37)', noise, noise, noise], 1)).toMatchObject([{ detail: 'layer packages | Curl error (37)' }]);
  });

  test('nothing that ran is not a pass', () => {
    expect(rehearsalRows(['mount: denied'], 1)).toMatchObject([{ outcome: 'fail', detail: 'mount: denied' }]);
  });
});
