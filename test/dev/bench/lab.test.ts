import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLab, type Lab } from '../../../scripts/dev/bench/lab.ts';
import type { Payload } from '../../../scripts/dev/bench/payload.ts';
import { withScope } from '../../../scripts/host/scope.ts';
import { fakeHost, type FakeHost } from '../../support/fake-host.ts';

const payload: Payload = {
  distro: 'some-1',
  full: ['one'],
  small: ['two'],
  changedFile: '/etc/one.conf',
  mkosi: { distribution: 'some', release: '1', mirror: 'some', sources: ['some'], packages: [] },
};

function use<T>(host: FakeHost, work: (lab: Lab) => Promise<T>, keep = false): Promise<T> {
  return withScope(async (scope) => work(await openLab(host, { payload, scope, say: () => undefined, keep })));
}

test('the copy is the project of its desk, and nothing is left of it', async () => {
  const host = fakeHost([{ command: 'cp -a' }]);
  const dir = await use(host, async (lab) => {
    expect(lab.desk.host.facts.projectDir).toBe(join(lab.dir, 'project'));
    expect(existsSync(join(lab.dir, 'project/config/images/bench.yaml'))).toBe(true);
    expect(host.commands[0]).toBe(
      `cp -a ${['config', 'packer', 'templates', 'cloud-init'].map((name) => join(host.dir, name)).join(' ')} ${join(lab.dir, 'project')}`,
    );
    return lab.dir;
  });
  expect(dir.startsWith(join(host.dir, 'build'))).toBe(true);
  expect(existsSync(dir)).toBe(false);
});

test('a failure leaves nothing either', async () => {
  const host = fakeHost([{ command: 'cp -a', exitCode: 1 }]);
  await expect(use(host, async () => undefined)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  expect(readdirSync(join(host.dir, 'build'))).toEqual([]);
});

test('it stays when it is to be looked at', async () => {
  const host = fakeHost([{ command: 'cp -a' }]);
  expect(existsSync(await use(host, async ({ dir }) => dir, true))).toBe(true);
});

test('one line changes, and each change is another', async () => {
  const host = fakeHost([{ command: 'cp -a' }]);
  await use(host, async ({ dir, changeOneLine }) => {
    const path = join(dir, 'project/packer/components/bench-payload-full/files/etc/one.conf');
    const before = readFileSync(path, 'utf8').split('\n');
    await changeOneLine(1);
    const first = readFileSync(path, 'utf8').split('\n');
    await changeOneLine(2);
    const second = readFileSync(path, 'utf8').split('\n');
    expect(first.filter((line, index) => line !== before[index])).toHaveLength(1);
    expect(second.filter((line, index) => line !== first[index])).toHaveLength(1);
  });
});

test('what a killed benchmark left goes, what a live one has stays', async () => {
  const host = fakeHost([{ command: 'cp -a' }]);
  const [dead, live] = ['bench-999999999-abc', `bench-${process.pid}-abc`];
  for (const name of [dead, live, 'artifacts']) mkdirSync(join(host.dir, 'build', name), { recursive: true });
  await use(host, async () => undefined);
  expect(readdirSync(join(host.dir, 'build')).toSorted()).toEqual(['artifacts', live].toSorted());
});
