import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localRun } from '../../scripts/host/local-processes.ts';
import { testZstd, zstdArgv } from '../../scripts/tools/zstd.ts';
import { fakeHost } from '../support/fake-host.ts';

test('packs beside the file, which goes; a changed byte is found', async () => {
  const fake = fakeHost();
  const host = { ...fake, run: localRun(new AbortController().signal, false) };
  const path = join(fake.dir, 'disk.raw');
  writeFileSync(path, Buffer.alloc(300_000, 'content'));
  const [program, ...words] = zstdArgv(path);
  execFileSync(program, words);
  expect(existsSync(path)).toBe(false);
  await testZstd(host, `${path}.zst`);
  const bytes = readFileSync(`${path}.zst`);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(`${path}.zst`, bytes);
  await expect(testZstd(host, `${path}.zst`)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
});
