import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Host } from '../../scripts/host/host.ts';
import { customerUrls } from '../../scripts/stages/customer-api.ts';
import { startVendor } from '../support/vendor-server.ts';

const vendor = await startVendor();
const workDir = mkdtempSync(join(tmpdir(), 'ingot-customer-'));
afterAll(() => rmSync(workDir, { recursive: true, force: true }));

const HEX = 'a'.repeat(64);
const PLACE = `${vendor.url}/signed/tin.qcow2?signature=s3cret`;
const seen: string[] = [];

/** The machine itself, which also remembers every command line. */
function machine(env: Readonly<Record<string, string>> = { OFFLINE_TOKEN: 'offl1ne' }): Host {
  const host = localHost({ interrupted: new AbortController().signal, projectDir: workDir, env });
  return { ...host, run: (argv, options) => (seen.push(argv.join(' ')), host.run(argv, options)) };
}

const asked = (host = machine()): Promise<readonly string[]> =>
  customerUrls(
    { urls: [`${vendor.url}/images/${HEX}/download`], exchange: { url: `${vendor.url}/token`, clientId: 'a-client', tokenVariable: 'OFFLINE_TOKEN' }, workDir },
    { host },
  );

beforeEach(() => {
  seen.length = 0;
  vendor.asked.length = 0;
  vendor.put('/token', JSON.stringify({ access_token: 'for-a-moment' }));
  vendor.put(`/images/${HEX}/download`, JSON.stringify({ body: { filename: 'tin.qcow2', href: PLACE } }));
});

describe('customerUrls', () => {
  test('exchanges the token, asks for the image by its digest, and gives the signed place', async () => {
    expect(await asked()).toEqual([PLACE]);
    expect(vendor.asked.map(({ method, path, authorization }) => [method, path, authorization])).toEqual([
      ['POST', '/token', undefined],
      ['GET', `/images/${HEX}/download`, 'Bearer for-a-moment'],
    ]);
  });

  test('no token is in a command line, and no answer stays on the disk', async () => {
    await asked();
    expect(seen).toHaveLength(2);
    expect(seen.join('\n')).not.toMatch(/offl1ne|for-a-moment|s3cret/);
    expect(readdirSync(workDir)).toEqual([]);
  });

  test('without a token nobody is asked, and the ways out are named', async () => {
    await expect(asked(machine({}))).rejects.toMatchObject({
      ...{
        code: 'HOST_NOT_READY',
        exitStatus: 3,
        what: expect.stringContaining('OFFLINE_TOKEN') as string,
        fix: expect.stringContaining('--base FILE') as string,
      },
    });
    expect(vendor.asked).toEqual([]);
  });

  test.each([
    ['the token is refused', () => vendor.put('/token', '{"error": "invalid_grant"}', { status: 400 }), /did not give .*\/token/],
    ['the answer is no token', () => vendor.put('/token', '{"error": "no"}'), /gave no access token/],
    ['the answer is a page', () => vendor.put('/token', '<html>'), /gave no access token/],
    ['there is no such image', () => vendor.remove(`/images/${HEX}/download`), /it is not there/],
    ['no place is named', () => vendor.put(`/images/${HEX}/download`, '{"body": {}}'), /names no place/],
    ['the body is empty', () => vendor.put(`/images/${HEX}/download`, '{"body": null}'), /names no place/],
  ])('%s: said so, and nothing stays', async (_what, sabotage, what) => {
    sabotage();
    await expect(asked()).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE', what: expect.stringMatching(what) as string });
    expect(readdirSync(workDir)).toEqual([]);
  });
});
