import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Release } from '../../scripts/model/release.ts';
import { diskFormat } from '../../scripts/plan/disk-formats.ts';
import { convertDisk } from '../../scripts/stages/convert-disk.ts';
import { digestText } from '../store/fixtures.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';
import { launchRelease } from '../support/launch-sample.ts';
import { needTool } from '../support/need-tool.ts';
import { contentOf, DISK_BYTES, realDisk } from '../support/real-release.ts';

const convert = (host: Host, formatId: string, { dir, disk }: { readonly dir: string; readonly disk: Partial<Release['disk']> }): Promise<string> => {
  const sample = launchRelease();
  const release = { ...sample, disk: { ...sample.disk, ...disk } };
  const format = diskFormat(formatId);
  return convertDisk.run({ release, diskPath: join(dir, 'release.qcow2'), format, workDir: dir, name: `disk.${format.qemuFormat}` }, contextOf(host));
};

describe('with real disks', () => {
  function setUp(): { readonly dir: string; readonly made: (formatId: string) => Promise<string>; readonly released: () => string } {
    for (const tool of ['qemu-img', 'qemu-io']) needTool(tool);
    const { dir } = fakeHost();
    const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: {} });
    const disk = realDisk(join(dir, 'release.qcow2'));
    const released = (): string => digestText(readFileSync(join(dir, 'release.qcow2'), 'latin1'));
    return { dir, made: (formatId) => convert(host, formatId, { dir, disk }), released };
  }

  test.each(['qcow2-zlib', 'vmdk', 'raw.zst'])('%s has the content of the release, which stays as it was', async (id) => {
    const { dir, made, released } = setUp();
    const before = released();
    const path = await made(id);
    expect(path).toBe(join(dir, 'converted', `disk.${diskFormat(id).qemuFormat}`));
    expect(contentOf(path, diskFormat(id).qemuFormat, dir)).toBe(contentOf(join(dir, 'release.qcow2'), 'qcow2', dir));
    expect(released()).toBe(before);
  });

  test('a format of whole MiB gets more room, by an overlay: the release is not grown', async () => {
    const { dir, made, released } = setUp();
    const before = released();
    const path = await made('vhdx');
    const info = JSON.parse(execFileSync('qemu-img', ['info', '--output=json', path], { encoding: 'utf8' })) as { 'virtual-size': number };
    expect(info['virtual-size']).toBe(10 * 2 ** 20);
    expect(info['virtual-size']).toBeGreaterThan(DISK_BYTES);
    expect(released()).toBe(before);
    expect(contentOf(path, 'vhdx', dir)).toBe(contentOf(join(dir, 'release.qcow2'), 'qcow2', dir));
  });

  test('the same format and compression is the same file, in a place of its own', async () => {
    const { dir, made, released } = setUp();
    const path = await made('qcow2');
    expect(digestText(readFileSync(path, 'latin1'))).toBe(released());
    expect(path).toBe(join(dir, 'converted', 'disk.qcow2'));
  });
});

describe('which programs are asked', () => {
  const COMPARED = { command: 'qemu-img compare' };

  function fake(exitCode = 0): FakeHost {
    const host = fakeHost([
      { command: 'qemu-img create' },
      { command: 'qemu-img convert' },
      { ...COMPARED, exitCode, stdout: 'Content mismatch at offset 512!\n' },
    ]);
    writeFileSync(join(host.dir, 'written.vpc'), 'as if it had been converted');
    return host;
  }

  test('none, for what is packed just as it was released', async () => {
    const host = fakeHost();
    expect(await convert(host, 'containerdisk', { dir: host.dir, disk: {} })).toBe(join(host.dir, 'release.qcow2'));
    expect(existsSync(join(host.dir, 'converted'))).toBe(false);
  });

  test('one that writes and one that reads back; an overlay is made only to round up', async () => {
    const whole = fake();
    await convert(whole, 'vhd', { dir: whole.dir, disk: { virtualSizeBytes: 2 ** 30 } });
    expect(whole.commands.map((line) => line.split(' ')[1])).toEqual(['convert', 'compare']);
    expect(whole.commands[0]).toContain(`${join(whole.dir, 'release.qcow2')} ${join(whole.dir, 'written.vpc')}`);
    const odd = fake();
    await convert(odd, 'vhd', { dir: odd.dir, disk: { virtualSizeBytes: 2 ** 30 + 512 } });
    expect(odd.commands.map((line) => line.split(' ')[1])).toEqual(['create', 'convert', 'compare']);
    expect(odd.commands[0]).toMatch(new RegExp(` ${2 ** 30 + 2 ** 20}$`));
  });

  test('a copy with another content is refused, with what was found', async () => {
    const host = fake(1);
    await expect(convert(host, 'vhd', { dir: host.dir, disk: {} })).rejects.toMatchObject({
      ...{ code: 'TOOL_FAILED', what: expect.stringContaining('does not carry the content') as string },
      details: ['Content mismatch at offset 512!'],
    });
  });
});
