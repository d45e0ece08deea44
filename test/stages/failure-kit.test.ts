import { describe, expect, test } from 'vitest';
import { unknownRow } from '../../scripts/checks/evaluate.ts';
import { gatherEvidence, packFailureKit, type KitInput } from '../../scripts/stages/failure-kit.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { probeFrames } from '../support/probe-frames.ts';
import { sampleCheck } from '../support/sample-check.ts';

describe('gatherEvidence', () => {
  test('gives what the guest said, by file name', async () => {
    const host = fakeHost([{ command: 'ssh ', stdout: probeFrames('n', { 'journal.txt': 'log', 'disk.txt': 'full' }) }]);
    const evidence = await gatherEvidence.run({ guest: fakeGuest(host), nonce: 'n', probeMs: 1000 }, contextOf(host));
    expect([...evidence]).toEqual([
      ['journal.txt', 'log'],
      ['disk.txt', 'full'],
    ]);
  });

  test('what nobody asked is dropped: a name becomes a path of the host, and the guest can say any', async () => {
    const host = fakeHost([{ command: 'ssh ', stdout: probeFrames('n', { '../../../../etc/cron.d/x': '* * * * * root id', 'failed-units.txt': 'nginx' }) }]);
    const evidence = await gatherEvidence.run({ guest: fakeGuest(host), nonce: 'n', probeMs: 1000 }, contextOf(host));
    expect([...evidence]).toEqual([['failed-units.txt', 'nginx']]);
  });

  test('a guest that does not answer any more has no evidence, and that is no error', async () => {
    const host = fakeHost([{ command: 'ssh ', exitCode: 255 }]);
    await expect(gatherEvidence.run({ guest: fakeGuest(host), nonce: 'n', probeMs: 1000 }, contextOf(host))).resolves.toEqual(new Map());
  });
});

async function pack(changes: Partial<KitInput> = {}) {
  const host = fakeHost();
  const guest = fakeGuest(host);
  for (const path of [guest.vm.diskPath, guest.vm.seedPath ?? '', guest.ssh.keyPath]) await host.files.writeText(path, 'x');
  await host.files.writeText(guest.vm.serialPath, '\u001b[1mlogin:\u001b[0m\n');
  const row = unknownRow({ declaration: sampleCheck('web.x'), phase: 'outside' }, 'why');
  const kitDir = `${host.dir}/failure-kit`;
  const input: KitInput = {
    kitDir,
    imageId: 'shop',
    diskPath: '/d.qcow2',
    diskFormat: 'qcow2',
    problem: undefined,
    rows: [row],
    evidence: new Map([['journal.txt', 'log']]),
    guest,
    keep: false,
    ...changes,
  };
  await packFailureKit.run(input, contextOf(host));
  return { kitDir, names: await host.files.list(kitDir), read: (name: string) => host.files.readText(`${kitDir}/${name}`), host };
}

describe('packFailureKit', () => {
  test('has the console, the evidence, the failed rows, a way in, and a page to begin at', async () => {
    const { names, read } = await pack();
    expect(names).toEqual(['README.md', 'boot-and-login.sh', 'console.txt', 'failed-rows.json', 'journal.txt', 'key', 'seed.iso', 'serial.log']);
    expect(await read('console.txt')).toBe('login:\n');
    expect(JSON.parse(await read('failed-rows.json'))).toMatchObject([{ check: 'web.x' }]);
    expect(await read('boot-and-login.sh')).toContain("'file=/d.qcow2,if=none");
  });

  test('keeps the overlay when asked, and boots from it', async () => {
    const { names, read, kitDir } = await pack({ keep: true });
    expect(names).toContain('overlay.qcow2');
    expect(await read('boot-and-login.sh')).toContain(`'file=${kitDir}/overlay.qcow2,if=none`);
  });

  test('rows that passed are not in it', async () => {
    const row = { ...unknownRow({ declaration: sampleCheck('web.x'), phase: 'outside' }, ''), outcome: 'pass' as const };
    const { read } = await pack({ rows: [row], problem: 'The disk changed' });
    expect(JSON.parse(await read('failed-rows.json'))).toEqual([]);
    expect(await read('README.md')).toContain('The disk changed.');
  });

  test('where no VM was started there is nothing of one', async () => {
    const { names } = await pack({ guest: undefined, evidence: new Map() });
    expect(names).toEqual(['README.md', 'failed-rows.json']);
  });
});
