import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findKit } from '../../scripts/pipelines/find-kit.ts';
import { fakeHost } from '../support/fake-host.ts';

/** Runs by name: those with a kit, and those whose kit has its disk. */
function desk(runs: Readonly<Record<string, 'nothing' | 'kit' | 'disk'>>) {
  const host = fakeHost();
  const buildDir = join(host.dir, 'build');
  Object.entries(runs).forEach(([id, left], at) => {
    const dir = join(buildDir, 'runs', id);
    mkdirSync(join(dir, 'failure-kit'), { recursive: true });
    const owner = { pid: 1, startTime: '1', bootId: 'b' };
    const record = { kind: 'Run', schemaVersion: 1, id, purpose: 'verify', imageId: 'x', owner, state: 'ended', startedAt: `2026-01-0${at + 1}T00:00:00Z` };
    writeFileSync(join(dir, 'run.json'), JSON.stringify(record));
    if (left !== 'nothing') writeFileSync(join(dir, 'failure-kit/boot-and-login.sh'), '');
    if (left === 'disk') writeFileSync(join(dir, 'failure-kit/overlay.qcow2'), '');
  });
  return { find: (run?: string) => findKit({ host, say: () => undefined }, { buildDir, run }) };
}

describe('findKit', () => {
  test('takes the newest run that left something, or the one that is named', async () => {
    const { find } = desk({ 'verify-1': 'disk', 'bake-2': 'kit', 'verify-3': 'nothing' });
    expect(await find()).toMatchObject({ run: 'bake-2', overlayKept: false });
    expect(await find('verify-1')).toMatchObject({ run: 'verify-1', overlayKept: true });
  });

  test('a run that passed has nothing to show, and a name that is none is told what there is', async () => {
    const { find } = desk({ 'verify-3': 'nothing' });
    await expect(find()).rejects.toMatchObject({ code: 'USAGE' });
    await expect(find('verify-3')).rejects.toMatchObject({ what: 'The run verify-3 has left no machine to look at' });
    await expect(find('verify-4')).rejects.toMatchObject({ what: 'There is no run verify-4', details: ['verify-3'] });
  });
});
