import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { makeSshKey } from '../../scripts/tools/ssh.ts';
import { checkSshSignature, publicKeyOf, signWithSsh } from '../../scripts/tools/ssh-keygen.ts';
import { fakeHost } from '../support/fake-host.ts';

const { dir } = fakeHost();
const host: Host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: {} });
const [key, other] = [join(dir, 'key'), join(dir, 'other')];
const text = 'what is said\n';
let signature = '';
let signers = '';

beforeAll(async () => {
  await makeSshKey(host, key);
  await makeSshKey(host, other);
  signers = `tess ${await publicKeyOf(host, key)}\n`;
  signature = await signWithSsh(host, { keyPath: key, kind: 'index', text });
});

test('a text, its purpose and its signer: all three have to be right', async () => {
  const signed = { kind: 'index', text, signature, signers } as const;
  expect(await checkSshSignature(host, signed)).toEqual({ name: 'tess', fingerprint: expect.stringMatching(/^SHA256:.{43}$/) });
  expect(await checkSshSignature(host, { ...signed, text: 'what is sait\n' })).toHaveProperty('reason');
  expect(await checkSshSignature(host, { ...signed, kind: 'release' })).toHaveProperty('reason');
  expect(await checkSshSignature(host, { ...signed, signers: `tess ${await publicKeyOf(host, other)}\n` })).toEqual({
    reason: 'no key that is trusted has signed it',
  });
  expect(await checkSshSignature(host, { ...signed, signature: 'nonsense' })).toHaveProperty('reason');
});

test('with two signers either is enough: a key can be replaced without a day on which nothing is trusted', async () => {
  const both = `${signers}next ${await publicKeyOf(host, other)}\n`;
  const later = await signWithSsh(host, { keyPath: other, kind: 'index', text });
  expect(await checkSshSignature(host, { kind: 'index', text, signature, signers: both })).toMatchObject({ name: 'tess' });
  expect(await checkSshSignature(host, { kind: 'index', text, signature: later, signers: both })).toMatchObject({ name: 'next' });
});

test('a key counts only while it is valid, and not once it is revoked', async () => {
  const [, ...publicKey] = signers.trim().split(' ');
  const dated = `tess valid-before="20260101Z" ${publicKey.join(' ')}\n`;
  expect(await checkSshSignature(host, { kind: 'index', text, signature, signers: dated })).toHaveProperty('reason');
  expect(await checkSshSignature(host, { kind: 'index', text, signature, signers: dated, at: new Date('2025-06-01T00:00:00Z') })).toMatchObject({
    name: 'tess',
  });
  const revokedPath = join(dir, 'revoked');
  writeFileSync(revokedPath, `${publicKey.join(' ')}\n`);
  expect(await checkSshSignature(host, { kind: 'index', text, signature, signers, revokedPath })).toHaveProperty('reason');
});

describe('a key that cannot sign', () => {
  test('is named, with the way out', async () => {
    await expect(signWithSsh(host, { keyPath: join(dir, 'none'), kind: 'index', text })).rejects.toMatchObject({
      code: 'NOT_TRUSTED',
      what: expect.stringContaining('none'),
    });
    writeFileSync(join(dir, 'broken'), 'no key', { mode: 0o600 });
    await expect(signWithSsh(host, { keyPath: join(dir, 'broken'), kind: 'index', text })).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
    await expect(publicKeyOf(host, join(dir, 'broken'))).rejects.toMatchObject({ fix: expect.stringContaining('ssh-keygen -y') });
  });

  test('others may not read it', async () => {
    const loose = join(dir, 'loose');
    await makeSshKey(host, loose);
    chmodSync(loose, 0o644);
    await expect(signWithSsh(host, { keyPath: loose, kind: 'index', text })).rejects.toMatchObject({
      details: expect.arrayContaining([expect.stringContaining('NOT accessible by others')]),
    });
  });

  test('nobody is asked for a passphrase', async () => {
    const locked = join(dir, 'locked');
    await host.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', 'secret words', '-f', locked]);
    await expect(signWithSsh(host, { keyPath: locked, kind: 'index', text })).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
  });
});

test('an agent signs for a public key whose private half is nowhere on the disk', async () => {
  const { stdout } = await host.run(['ssh-agent', '-s']);
  const socket = /SSH_AUTH_SOCK=([^;]+)/.exec(stdout)?.[1] ?? '';
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]);
  try {
    await host.run(['ssh-add', '-q', other], { env: { SSH_AUTH_SOCK: socket } });
    const alone = join(dir, 'agent.pub');
    writeFileSync(alone, `${await publicKeyOf(host, other)}\n`);
    const withAgent: Host = { ...host, run: (argv, options) => host.run(argv, { ...options, env: { ...options?.env, SSH_AUTH_SOCK: socket } }) };
    const signed = await signWithSsh(withAgent, { keyPath: alone, kind: 'release', text });
    const trusted = `agent ${await publicKeyOf(host, alone)}\n`;
    expect(await checkSshSignature(host, { kind: 'release', text, signature: signed, signers: trusted })).toMatchObject({ name: 'agent' });
  } finally {
    process.kill(pid);
  }
});
