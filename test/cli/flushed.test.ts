import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

const MODULE = join(import.meta.dirname, '../../scripts/cli/flushed.ts');
const BYTES = 2_000_000;

/** A program that writes more than a pipe holds, ends as the command line does, and whose reader is slow to begin. */
async function bytesOf(ending: string): Promise<number> {
  const program = `const { flushed } = await import(${JSON.stringify(MODULE)}); process.stdout.write('x'.repeat(${BYTES})); ${ending}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([once(child, 'exit'), sleep(1000)]);
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await once(child, 'close');
  return bytes;
}

test('all that was written arrives before the process exits', async () => {
  expect(await bytesOf('await flushed(process.stdout); process.exit(0);')).toBe(BYTES);
});

test('a reader who has gone holds nobody up', async () => {
  const program = `const { flushed } = await import(${JSON.stringify(MODULE)}); process.stdout.on('error', () => {}); process.stdout.write('x'.repeat(${BYTES})); await flushed(process.stdout); process.exit(7);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.destroy();
  expect(await once(child, 'exit')).toEqual([7, null]);
});
