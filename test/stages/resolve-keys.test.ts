import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SigningKey } from '../../scripts/model/image-spec.ts';
import { resolveKeys } from '../../scripts/stages/resolve-keys.ts';
import { sampleSource, sampleSpec } from '../support/sample-spec.ts';
import { localHost } from '../../scripts/host/local-host.ts';

const host = localHost({ interrupted: new AbortController().signal, projectDir: join(import.meta.dirname, '../..'), env: process.env });
const NODESOURCE = '6F71F525282841EEDAF851B42F59B5F99B1BE0B4';
const KEY_PATH = join(host.facts.projectDir, 'config/keys/nodesource.asc');

async function resolved(key: Partial<SigningKey>) {
  const texts = new Map([['config/keys/nodesource.asc', await host.files.readText(KEY_PATH)]]);
  const spec = sampleSpec({ keys: [{ id: 'nodesource', fingerprint: NODESOURCE, ...key }] });
  return resolveKeys(host, { spec, texts, workDir: mkdtempSync(join(tmpdir(), 'ingot-keys-')) });
}

describe('a key of a third party', () => {
  test('that the project brings is taken when its fingerprint is the pinned one', async () => {
    const { spec } = await resolved({ file: sampleSource('config/keys/nodesource.asc') });
    expect(spec.keys?.[0]?.file?.sha256).toBe(await host.files.digest(KEY_PATH));
  });

  test('that is another one is refused, with what was found', async () => {
    await expect(resolved({ file: sampleSource('config/keys/nodesource.asc'), fingerprint: 'B'.repeat(40) })).rejects.toMatchObject({
      ...{ code: 'DIGEST_MISMATCH', what: `The key nodesource is not the one with the fingerprint ${'B'.repeat(40)}` },
      details: expect.arrayContaining([`found: ${NODESOURCE}`]) as string[],
    });
  });

  test('may be put in for one build, and is held to the fingerprint that was given with it', async () => {
    const { spec, texts } = await resolved({ substitutePath: KEY_PATH });
    expect(texts.get(spec.keys?.[0]?.file?.source ?? '')).toContain('PGP PUBLIC KEY');
    await expect(resolved({ substitutePath: join(host.facts.projectDir, 'config/keys/elrepo.asc') })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('that is no key at all is refused', async () => {
    await expect(resolved({ substitutePath: join(host.facts.projectDir, 'package.json') })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('that nobody brings is a mistake of the configuration', async () => {
    await expect(resolved({})).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
