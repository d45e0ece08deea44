import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { FOLDER_MARKER, replaceFolder } from '../../scripts/stages/replace-folder.ts';
import { fakeHost } from '../support/fake-host.ts';

const file = (path: string, text: string, mode = 0o644): { readonly path: string; readonly text: string; readonly mode: number } => ({ path, text, mode });
const usage = (what: string): Error => expect.objectContaining({ code: 'USAGE', what: expect.stringContaining(what) as string }) as Error;

/** Fails when a file of this name is written. */
function withFullDisk(host: Host, name: string): Host {
  const writeUnsynced: Host['files']['writeUnsynced'] = (path, text, mode) =>
    path.endsWith(name) ? Promise.reject(new Error('ENOSPC')) : host.files.writeUnsynced(path, text, mode);
  return { ...host, files: { ...host.files, writeUnsynced } };
}

describe('replaceFolder', () => {
  test('writes files with their modes, and says which', async () => {
    const host = fakeHost();
    const dir = join(host.dir, 'deep/out');
    expect(await replaceFolder(host, dir, [file('a/b.sh', 'x', 0o755), file('c', 'y')])).toEqual([join(dir, 'a/b.sh'), join(dir, 'c')]);
    expect(readFileSync(join(dir, 'c'), 'utf8')).toBe('y');
    expect(statSync(join(dir, 'a/b.sh')).mode & 0o777).toBe(0o755);
    expect(await readdir(join(host.dir, 'deep'))).toEqual(['out']);
  });

  test('replaces a folder that it wrote: nothing of the older one stays', async () => {
    const host = fakeHost();
    const dir = join(host.dir, 'out');
    await replaceFolder(host, dir, [file('old', '1')]);
    await replaceFolder(host, dir, [file('new', '2')]);
    expect((await readdir(dir)).toSorted()).toEqual([FOLDER_MARKER, 'new']);
    expect(await readdir(host.dir)).toEqual(['out']);
  });

  test('fills an empty folder', async () => {
    const host = fakeHost();
    mkdirSync(join(host.dir, 'out'));
    await replaceFolder(host, join(host.dir, 'out'), [file('a', '1')]);
    expect(readFileSync(join(host.dir, 'out/a'), 'utf8')).toBe('1');
  });

  test('leaves alone what it did not write', async () => {
    const host = fakeHost();
    mkdirSync(join(host.dir, 'mine'));
    writeFileSync(join(host.dir, 'mine/thesis'), 'precious');
    await expect(replaceFolder(host, join(host.dir, 'mine'), [file('a', '1')])).rejects.toThrow(usage('holds files that Ingot did not write'));
    await expect(replaceFolder(host, join(host.dir, 'mine/thesis'), [file('a', '1')])).rejects.toThrow(usage('is a file'));
    expect(await readdir(join(host.dir, 'mine'))).toEqual(['thesis']);
  });

  test('says so when the parent is no folder', async () => {
    const host = fakeHost();
    writeFileSync(join(host.dir, 'file'), '');
    await expect(replaceFolder(host, join(host.dir, 'file/out'), [file('a', '1')])).rejects.toThrow(usage('Nothing can be written'));
  });

  test('that fails half-way leaves the older folder, and no other trace', async () => {
    const host = fakeHost();
    const dir = join(host.dir, 'out');
    await replaceFolder(host, dir, [file('old', '1')]);
    await expect(replaceFolder(withFullDisk(host, 'b'), dir, [file('a', '1'), file('b', '2')])).rejects.toThrow('ENOSPC');
    expect((await readdir(dir)).toSorted()).toEqual([FOLDER_MARKER, 'old']);
    expect(await readdir(host.dir)).toEqual(['out']);
    await expect(replaceFolder(withFullDisk(host, 'b'), join(host.dir, 'first'), [file('b', '2')])).rejects.toThrow('ENOSPC');
    expect(await readdir(host.dir)).toEqual(['out']);
  });
});
