import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { DeclaredRow } from '../../scripts/checks/declared-rows.ts';
import { askUntouchedGuest } from '../../scripts/stages/ask-untouched-guest.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { probeFrames } from '../support/probe-frames.ts';
import { sampleCheck } from '../support/sample-check.ts';

test('asks the guest in orders that a serial line can hold, looks from outside, reads the console', async () => {
  const inside = Array.from({ length: 30 }, (_, at): DeclaredRow => {
    const declaration = sampleCheck(`base.n${at}`, { guest: { run: `echo ${at}`, expect: { equals: String(at) }, phases: ['first-boot'] } });
    return { declaration, phase: 'first-boot' };
  });
  const outside = sampleCheck('base.page', { outside: { run: 'curl', expect: { equals: 'page' } } });
  const calm = sampleCheck('base.calm', { console: { forbid: 'BUG' } });
  const host = fakeHost([{ command: 'bash -s', stdout: probeFrames('n', { 'base.page outside': 'page' }) }]);
  const guest = fakeGuest(host);
  writeFileSync(guest.vm.serialPath, 'Linux\n');
  const orders: string[] = [];
  const answers = [inside.slice(0, 24), inside.slice(24, 29)].map((some) =>
    probeFrames('n', Object.fromEntries(some.map(({ declaration }) => [`${declaration.id} first-boot`, declaration.id.slice('base.n'.length)]))),
  );
  const dialogue = { ask: (order: string) => (orders.push(order), Promise.resolve(answers.shift())), close: () => undefined };
  const watched: DeclaredRow[] = [...inside, { declaration: outside, phase: 'outside' }, { declaration: calm, phase: 'console' }];
  const rows = await askUntouchedGuest.run(
    { guest, dialogue, watched, env: {}, openPorts: { ipv4: [22], ipv6: [22], udp: [] }, scratchDir: host.dir, probeMs: 20_000, nonce: 'n', cpus: 2 },
    contextOf(host),
  );
  expect(orders).toHaveLength(2);
  expect(rows).toHaveLength(31);
  expect(rows.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
  expect(rows.map(({ check }) => check)).not.toContain('base.n29');
});
