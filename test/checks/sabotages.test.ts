import { describe, expect, test } from 'vitest';
import { guestProbes, sabotages } from '../../scripts/checks/sabotages.ts';
import type { CheckDeclaration } from '../../scripts/model/check.ts';
import { sampleCheck } from '../support/sample-check.ts';
import { sampleComponent, sampleDistro, sampleSpec } from '../support/sample-spec.ts';

const probe = { run: 'true', expect: { exit: 0 } };
const both = { ...probe, phases: ['first-boot', 'after-reboot'] as const };
const plan = (changes: Partial<CheckDeclaration>, only?: string) =>
  sabotages(
    sampleSpec({ components: [sampleComponent('base', { checks: [sampleCheck('base.x', changes), sampleCheck('base.y', { sealed: probe })] })] }),
    only,
  );
const watchedOf = (changes: Partial<CheckDeclaration>) => {
  const [first] = plan(changes, 'base.x');
  return [first?.ground, ...(first?.watched.map(({ phase }) => phase) ?? [])];
};

describe('sabotages', () => {
  test.each<[string, Partial<CheckDeclaration>, readonly string[]]>([
    ['a sealed saboteur is told by the sealed probe alone', { sealed: probe, guest: both, saboteur: { where: 'sealed', run: 'x' } }, ['sealed', 'sealed']],
    ['one in the guest by whatever looks at the running machine', { sealed: probe, guest: both, outside: probe }, ['first-boot', 'first-boot', 'outside']],
    ['a rule over the console counts', { console: { forbid: 'x' } }, ['first-boot', 'console']],
    ['what looks only after a reboot needs one', { guest: { ...probe, phases: ['after-reboot'] } }, ['after-reboot', 'after-reboot']],
    ['a saboteur that no probe can see watches nothing', { sealed: probe }, ['first-boot']],
  ])('%s', (_title, changes, wanted) => {
    expect(watchedOf(changes)).toEqual(wanted);
  });

  test('a mute counts on its days, and for its check', () => {
    const mute = { check: 'base.x', reason: 'slow here', see: 'https://bugs.example/1', until: '2026-12-31' };
    const spec = sampleSpec({
      distro: sampleDistro({ mutes: [mute] }),
      components: [sampleComponent('base', { checks: [sampleCheck('base.x', { sealed: probe }), sampleCheck('base.y', { sealed: probe })] })],
    });
    const mutesOn = (today?: string) => sabotages(spec, undefined, today).map((sabotage) => sabotage.mute);
    expect(mutesOn('2026-12-31')).toEqual([mute, undefined]);
    expect(mutesOn('2027-01-01')).toEqual([undefined, undefined]);
    expect(mutesOn()).toEqual([undefined, undefined]);
  });

  test('every check has its own, and --only chooses', () => {
    expect(plan({ guest: both }).map(({ declaration }) => declaration.id)).toEqual(['base.x', 'base.y']);
    expect(plan({ guest: both }, 'base.y').map(({ declaration }) => declaration.id)).toEqual(['base.y']);
  });
});

test('the guest is asked what only it can answer', () => {
  const [first] = plan({ guest: { ...both, exclusive: true }, outside: probe, console: { forbid: 'x' } }, 'base.x');
  expect(guestProbes(first?.watched ?? [])).toEqual([{ name: 'base.x first-boot', run: 'true', exclusive: true }]);
});
