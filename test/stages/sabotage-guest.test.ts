import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sabotages } from '../../scripts/checks/sabotages.ts';
import type { CheckDeclaration, CheckRow } from '../../scripts/model/check.ts';
import type { Event } from '../../scripts/model/event.ts';
import { sabotageGuest } from '../../scripts/stages/sabotage-guest.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { probeFrame, probeFrames } from '../support/probe-frames.ts';
import { row } from '../reports/sample-report.ts';
import { sampleCheck } from '../support/sample-check.ts';
import { sampleComponent, sampleSpec } from '../support/sample-spec.ts';

const guestCheck = (id: string): CheckDeclaration => sampleCheck(id, { guest: { run: 'state', expect: { equals: 'good' }, phases: ['first-boot'] } });

interface Scene {
  readonly checks: readonly CheckDeclaration[];
  /** What the guest answers, order by order; undefined: nothing. */
  readonly answers: readonly (string | undefined)[];
  readonly outside?: string;
  /** What the guest writes to its console while it is asked. */
  readonly console?: string;
}

async function run({ checks, answers, outside = '', console = '' }: Scene) {
  const host = fakeHost([{ command: 'bash -s', stdout: outside }]);
  const guest = fakeGuest(host);
  writeFileSync(guest.vm.serialPath, 'BUG: long ago\n');
  const [done, said]: [string[], Event[]] = [[], []];
  const qmp = {
    shutdownReason: Promise.resolve(undefined),
    close: () => undefined,
    execute: (_command: string, args: Readonly<Record<string, unknown>> = {}) => (done.push(String(args['command-line'])), Promise.resolve('')),
  };
  const left = [...answers];
  const ask = (order: string): Promise<string | undefined> => {
    done.push(order.includes('sleep 3') ? 'again' : 'break');
    appendFileSync(guest.vm.serialPath, console);
    return Promise.resolve(left.shift());
  };
  const planned = sabotages(sampleSpec({ components: [sampleComponent('base', { checks })] }));
  const before: CheckRow[] = planned.flatMap(({ watched }) => watched.map(({ declaration, phase }) => row({ check: declaration.id, phase })));
  const rows = await sabotageGuest.run(
    {
      ...{ guest: { ...guest, qmp }, dialogue: { ask, close: () => undefined }, snapshot: 'first-boot', sabotages: planned, before, env: {} },
      ...{ openPorts: { ipv4: [22], ipv6: undefined, udp: [] }, scratchDir: host.dir, probeMs: 20_000, slowness: 1, nonce: 'n' },
    },
    { ...contextOf(host), say: (event) => void said.push(event) },
  );
  return { rows, done, said };
}
const said = (state: string, check = 'base.x'): string => probeFrames('n', { saboteur: '', [`${check} first-boot`]: state });

/** A probe that ran into its time limit. */
const late = (): string => probeFrames('n', { saboteur: '' }) + probeFrame('n', 'base.x first-boot', { status: 124, milliseconds: 20_000 });

describe('sabotageGuest', () => {
  test('each sabotage begins in the saved state', async () => {
    const { rows, done, said: events } = await run({ checks: [guestCheck('base.x'), guestCheck('base.y')], answers: [said('bad'), said('bad', 'base.y')] });
    expect(rows.map(({ check, outcome, found }) => [check, outcome, found])).toEqual([
      ['base.x', 'killed', 'bad'],
      ['base.y', 'killed', 'bad'],
    ]);
    expect(done).toEqual(['loadvm first-boot', 'break', 'loadvm first-boot', 'break']);
    expect(events.map((event) => 'message' in event && event.message)).toEqual(['1 of 2: base.x noticed', '2 of 2: base.y noticed']);
  });

  test('what is still green is asked once more, later', async () => {
    const { rows, done } = await run({ checks: [guestCheck('base.x')], answers: [said('good'), said('bad')] });
    expect(rows).toMatchObject([{ outcome: 'killed' }]);
    expect(done).toEqual(['loadvm first-boot', 'break', 'again']);
  });

  test('a probe that could not run is asked once more: a host that stood still is not damage that was noticed', async () => {
    const { rows, done } = await run({ checks: [guestCheck('base.x')], answers: [late(), said('good')] });
    expect(rows).toMatchObject([{ outcome: 'survived', found: 'good' }]);
    expect(done).toEqual(['loadvm first-boot', 'break', 'again']);
  });

  test('damage that keeps a probe from its end is there the second time too', async () => {
    const { rows } = await run({ checks: [guestCheck('base.x')], answers: [late(), late()] });
    expect(rows).toMatchObject([{ outcome: 'killed', found: 'the probe did not end within 20 s' }]);
  });

  test('a probe that could not run the second time, and was green the first, has noticed nothing', async () => {
    const { rows } = await run({ checks: [guestCheck('base.x')], answers: [said('good'), late()] });
    expect(rows).toMatchObject([{ outcome: 'not-run', found: 'the probe did not end within 20 s' }]);
  });

  test('one probe that found damage is enough, whatever another could not find out', async () => {
    const check = sampleCheck('base.x', {
      guest: { run: 'state', expect: { equals: 'good' }, phases: ['first-boot'] },
      outside: { run: 'curl', expect: { equals: 'page' } },
    });
    const { done } = await run({ checks: [check], answers: [late()], outside: probeFrames('n', { 'base.x outside': 'error' }) });
    expect(done).toEqual(['loadvm first-boot', 'break']);
  });

  test('what stays green has survived', async () => {
    expect((await run({ checks: [guestCheck('base.x')], answers: [said('good'), said('good')] })).rows).toMatchObject([{ outcome: 'survived', found: 'good' }]);
  });

  test('a guest that does not answer any more has not noticed anything', async () => {
    expect((await run({ checks: [guestCheck('base.x')], answers: [undefined] })).rows).toMatchObject([{ outcome: 'not-run' }]);
  });

  test('a client on the host looks after the sabotage', async () => {
    const check = sampleCheck('base.x', { outside: { run: 'curl', expect: { equals: 'page' } } });
    const { rows } = await run({ checks: [check], answers: [probeFrames('n', { saboteur: '' })], outside: probeFrames('n', { 'base.x outside': 'error' }) });
    expect(rows).toMatchObject([{ outcome: 'killed', red: ['outside'], found: 'error' }]);
  });

  test('an emulated processor that stood still is not damage that was noticed', async () => {
    const check = sampleCheck('base.x', { console: { forbid: 'BUG' } });
    const stall = '[   97.120034] watchdog: BUG: soft lockup - CPU#1 stuck for 22s!\n';
    const { rows } = await run({ checks: [check], answers: [probeFrames('n', { saboteur: '' }), probeFrames('n', {})], console: stall });
    expect(rows).toMatchObject([{ outcome: 'survived' }]);
  });

  test('of the console, only what came after the sabotage counts', async () => {
    const check = sampleCheck('base.x', { console: { forbid: 'BUG' } });
    const answer = probeFrames('n', { saboteur: '' });
    expect((await run({ checks: [check], answers: [answer], console: 'BUG: now\n' })).rows).toMatchObject([{ outcome: 'killed', found: 'BUG: now' }]);
    expect((await run({ checks: [check], answers: [answer, answer] })).rows).toMatchObject([{ outcome: 'survived' }]);
  });
});
