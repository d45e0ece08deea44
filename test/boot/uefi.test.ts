import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Event } from '../../scripts/model/event.ts';
import { verify } from '../../scripts/pipelines/verify.ts';
import { sampleCheck } from '../support/sample-check.ts';
import { sampleComponent, sampleDistro, sampleSpec } from '../support/sample-spec.ts';
import { leftoversBelow } from './support/leftovers.ts';
import { PROJECT_DIR, STORE_DIR } from './support/ingot.ts';

const LOGIN = 'ssh $SSH_OPTIONS -p "$SSH_PORT" -l "$LOGIN_USER" -i "$SSH_KEY" "$GUEST_HOST" true';
const dir = mkdtempSync(join(tmpdir(), 'ingot-boot-uefi-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The bake has booted it with BIOS. */
test('what was published boots with UEFI as well, and is not written to', async () => {
  const diskPath = testDisk();
  const before = { modified: statSync(diskPath).mtimeMs, size: statSync(diskPath).size };
  const host = localHost({ interrupted: new AbortController().signal, projectDir: PROJECT_DIR, env: process.env });
  const say = (event: Event): void => void process.stderr.write(`${JSON.stringify(event)}\n`);
  const distro = sampleDistro({ loginUser: process.env['INGOT_TEST_DISK_USER'] ?? 'debian', firmware: ['uefi'] });
  const spec = sampleSpec({
    distro,
    components: [sampleComponent('base', { checks: [sampleCheck('base.login', { outside: { run: LOGIN, expect: { exit: 0 } } })] })],
  });
  const request = { diskPath, spec, texts: new Map<string, string>(), artifactDigest: null, accelerator: 'auto', workDir: join(dir, 'run') } as const;
  const report = await verify({ host, say }, { ...request, only: 'base.login' });
  expect(report.problem).toBeUndefined();
  expect(report).toMatchObject({ verdict: 'pass', partial: true, missing: [] });
  expect({ modified: statSync(diskPath).mtimeMs, size: statSync(diskPath).size }).toEqual(before);
  expect(await leftoversBelow(dir)).toEqual([]);
});

/** A disk to boot: one that is given, or the newest that this suite's bake has published. */
function testDisk(): string {
  const given = process.env['INGOT_TEST_DISK'];
  if (given !== undefined) return given;
  const newest = findDisks(STORE_DIR).toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  if (newest === undefined)
    throw new Error('There is no disk to boot: set INGOT_TEST_DISK=FILE.qcow2 (and INGOT_TEST_DISK_USER), or run the whole suite, which bakes one');
  return newest;
}

function findDisks(storeLocation: string): readonly string[] {
  try {
    return readdirSync(storeLocation, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.qcow2'))
      .map((path) => join(storeLocation, path));
  } catch {
    return [];
  }
}
