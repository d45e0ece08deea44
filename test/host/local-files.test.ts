import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localFiles as files } from '../../scripts/host/local-files.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ingot-files-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (name: string): string => join(dir, name);
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

describe('writeText', () => {
  test('writes text and mode, whatever the umask, and leaves no temporary file', async () => {
    const before = process.umask(0o077);
    try {
      await files.writeText(at('a'), 'ü\n', 0o664);
      await files.writeText(at('b'), 'b');
    } finally {
      process.umask(before);
    }
    expect(readFileSync(at('a'), 'utf8')).toBe('ü\n');
    expect(modeOf(at('a'))).toBe(0o664);
    expect(modeOf(at('b'))).toBe(0o644);
    expect(readdirSync(dir)).toEqual(['a', 'b']);
  });

  test('replaces a file as a whole: an open reader keeps the older text', async () => {
    writeFileSync(at('a'), 'old');
    const reader = openSync(at('a'), 'r');
    await files.writeText(at('a'), 'new');
    expect(readFileSync(at('a'), 'utf8')).toBe('new');
    expect(readFileSync(reader, 'utf8')).toBe('old');
    closeSync(reader);
  });

  test('that fails leaves neither a new file nor a temporary one', async () => {
    mkdirSync(at('folder/inside'), { recursive: true });
    await expect(files.writeText(at('folder'), 'text')).rejects.toThrow();
    expect(readdirSync(dir)).toEqual(['folder']);
    await expect(files.writeText(at('missing/a'), 'text')).rejects.toThrow('ENOENT');
    expect(readdirSync(dir)).toEqual(['folder']);
  });

  test('takes the place of a link instead of writing through it', async () => {
    writeFileSync(at('target'), 'kept');
    symlinkSync(at('target'), at('link'));
    await files.writeText(at('link'), 'new');
    expect(readFileSync(at('target'), 'utf8')).toBe('kept');
    expect(readFileSync(at('link'), 'utf8')).toBe('new');
  });
});

describe('other ways to write', () => {
  test('writeUnsynced gives the mode also to a file that is there already', async () => {
    writeFileSync(at('a'), 'old', { mode: 0o600 });
    await files.writeUnsynced(at('a'), 'new', 0o755);
    expect(readFileSync(at('a'), 'utf8')).toBe('new');
    expect(modeOf(at('a'))).toBe(0o755);
  });

  test('appendText makes the file and goes on at its end', async () => {
    await files.appendText(at('log'), 'one\n');
    await files.appendText(at('log'), 'two\n');
    expect(readFileSync(at('log'), 'utf8')).toBe('one\ntwo\n');
  });

  test('writeAt changes only its own bytes, also beyond the end, and makes no file', async () => {
    writeFileSync(at('a'), '0123456789');
    await files.writeAt(at('a'), 3, Buffer.from('abc'));
    expect(readFileSync(at('a'), 'utf8')).toBe('012abc6789');
    await files.writeAt(at('a'), 12, Buffer.from('!'));
    expect([...readFileSync(at('a'))].slice(10)).toEqual([0, 0, 33]);
    await expect(files.writeAt(at('none'), 0, Buffer.from('x'))).rejects.toThrow('ENOENT');
  });

  test('createExclusive has one winner, whose text stays', async () => {
    const won = await Promise.all(['a', 'b', 'c', 'd'].map((text) => files.createExclusive(at('lock'), text)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(readFileSync(at('lock'), 'utf8')).toBe(['a', 'b', 'c', 'd'][won.indexOf(true)]);
    await expect(files.createExclusive(at('missing/lock'), 'x')).rejects.toThrow('ENOENT');
  });

  test('createExclusive does not write through a link', async () => {
    symlinkSync(at('nowhere'), at('lock'));
    expect(await files.createExclusive(at('lock'), 'x')).toBe(false);
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  test('setModified says when a file was last written', async () => {
    writeFileSync(at('a'), '');
    await files.setModified(at('a'), new Date('2026-11-01T00:00:00.250Z'));
    expect((await files.stat(at('a')))?.modifiedMs).toBe(Date.parse('2026-11-01T00:00:00.250Z'));
  });

  test('realPath follows every link, and says of none that it leads anywhere when it does not', async () => {
    writeFileSync(at('file'), '');
    symlinkSync(at('file'), at('link'));
    symlinkSync(at('link'), at('link-of-link'));
    symlinkSync(at('nowhere'), at('dangling'));
    expect(await files.realPath(at('link-of-link'))).toBe(await files.realPath(at('file')));
    expect(await files.realPath(at('dangling'))).toBeUndefined();
  });

  test('truncate makes a file of a size without writing it, and cuts one', async () => {
    await files.truncate(at('disk'), 2 ** 30);
    expect(statSync(at('disk'))).toMatchObject({ size: 2 ** 30, blocks: 0 });
    await files.truncate(at('disk'), 3);
    expect(statSync(at('disk')).size).toBe(3);
  });

  test('chmod and sync work on files and folders', async () => {
    writeFileSync(at('a'), '');
    await files.chmod(at('a'), 0o400);
    expect(modeOf(at('a'))).toBe(0o400);
    await files.sync(at('a'));
    await files.sync(dir);
    await expect(files.sync(at('none'))).rejects.toThrow('ENOENT');
  });
});

describe('reading', () => {
  test('readBytes reads the whole, a part, and what there is of a part beyond the end', async () => {
    writeFileSync(at('a'), '0123456789');
    expect(Buffer.from(await files.readBytes(at('a'))).toString()).toBe('0123456789');
    expect(Buffer.from(await files.readBytes(at('a'), { offset: 4, length: 3 })).toString()).toBe('456');
    expect(Buffer.from(await files.readBytes(at('a'), { offset: 8, length: 512 })).toString()).toBe('89');
    expect(await files.readBytes(at('a'), { offset: 50, length: 4 })).toHaveLength(0);
  });

  test('stat tells what a path is, without following it; nothing for nothing', async () => {
    writeFileSync(at('file'), '12345', { mode: 0o640 });
    symlinkSync('nowhere', at('link'));
    expect(await files.stat(at('file'))).toMatchObject({ kind: 'file', sizeBytes: 5, mode: 0o640, uid: process.getuid?.() });
    expect(await files.stat(dir)).toMatchObject({ kind: 'directory', mode: 0o700 });
    expect(await files.stat(at('link'))).toMatchObject({ kind: 'symlink' });
    expect(await files.stat('/dev/null')).toMatchObject({ kind: 'other' });
    expect(await files.stat(at('none'))).toBeUndefined();
    expect(await files.stat(at('file/below'))).toBeUndefined();
  });

  test('exists is true of a link to nothing: something is there', async () => {
    symlinkSync('nowhere', at('link'));
    expect(await Promise.all([at('link'), at('none'), dir].map((path) => files.exists(path)))).toEqual([true, false, true]);
  });

  test('list is sorted, and empty where there is no folder', async () => {
    for (const name of ['b', 'a', '.c']) writeFileSync(at(name), '');
    expect(await files.list(dir)).toEqual(['.c', 'a', 'b']);
    expect(await files.list(at('none'))).toEqual([]);
    expect(await files.list(at('a'))).toEqual([]);
  });

  test('digest is what sha256sum and sha512sum print', async () => {
    writeFileSync(at('abc'), 'abc');
    expect(await files.digest(at('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(await files.digest(at('abc'), 'sha512')).toMatch(/^ddaf35a193617aba[0-9a-f]{96}2a9ac94fa54ca49f$/);
    writeFileSync(at('large'), Buffer.alloc(5 * 2 ** 20, 'x'));
    expect(await files.digest(at('large'))).toMatch(/^[0-9a-f]{64}$/);
    await expect(files.digest(at('none'))).rejects.toThrow('ENOENT');
  });

  test('freeBytes and writable tell what a folder can take', async () => {
    expect(await files.freeBytes(dir)).toBeGreaterThan(0);
    expect(await files.writable(dir)).toBe(true);
    expect(await files.writable(at('none'))).toBe(false);
  });
});

describe('folders and names', () => {
  test('makeDir makes all that is missing, and is content with what is there', async () => {
    await files.makeDir(at('a/b/c'));
    await files.makeDir(at('a/b/c'));
    expect(statSync(at('a/b/c')).isDirectory()).toBe(true);
  });

  test('makeTempDir makes a folder that only we can enter', async () => {
    const [one, two] = [await files.makeTempDir(dir, 'x-'), await files.makeTempDir(dir, 'x-')];
    expect(one).not.toBe(two);
    expect(one.startsWith(at('x-'))).toBe(true);
    expect(modeOf(one)).toBe(0o700);
  });

  test('remove takes folders, read-only ones too, and nothing at all', async () => {
    mkdirSync(at('a/b'), { recursive: true });
    writeFileSync(at('a/b/c'), '');
    chmodSync(at('a/b/c'), 0o400);
    await files.remove(at('a'));
    await files.remove(at('a'));
    expect(readdirSync(dir)).toEqual([]);
  });

  test('remove takes a link, not what it points at', async () => {
    mkdirSync(at('target'));
    writeFileSync(at('target/kept'), '');
    symlinkSync(at('target'), at('link'));
    await files.remove(at('link'));
    expect(readdirSync(at('target'))).toEqual(['kept']);
  });

  test('rename replaces, copy gives bytes of its own, link shares them', async () => {
    writeFileSync(at('a'), 'a');
    await files.copy(at('a'), at('copy'));
    await files.link(at('a'), at('link'));
    expect(statSync(at('copy')).ino).not.toBe(statSync(at('a')).ino);
    expect(statSync(at('link')).ino).toBe(statSync(at('a')).ino);
    await files.rename(at('copy'), at('link'));
    expect(readdirSync(dir)).toEqual(['a', 'link']);
    await expect(files.link(at('a'), at('link'))).rejects.toThrow('EEXIST');
  });

  test('link copies where the file system cannot share', async () => {
    writeFileSync(at('a'), 'bytes');
    // A file system of its own on every Linux.
    const elsewhere = mkdtempSync('/dev/shm/ingot-files-');
    try {
      await files.link(at('a'), join(elsewhere, 'a'));
      expect(readFileSync(join(elsewhere, 'a'), 'utf8')).toBe('bytes');
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test('appendBytes adds what comes, and keeps what came before a failure', async () => {
    async function* torn(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('two');
      yield Buffer.from('three');
      throw new Error('torn');
    }
    writeFileSync(at('a'), 'one');
    await expect(files.appendBytes(at('a'), torn())).rejects.toThrow('torn');
    expect(readFileSync(at('a'), 'utf8')).toBe('onetwothree');
  });

  test('symlink and readLink keep the target as it is written', async () => {
    await files.symlink('../x', at('link'));
    expect(await files.readLink(at('link'))).toBe('../x');
  });
});
