import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { needTool } from './need-tool.ts';

export interface VendorKey {
  readonly fingerprint: string;
  /** ASCII-armoured, as vendors publish it. */
  readonly armoured: string;
  /** As a key ring package installs it. */
  readonly binary: Uint8Array;
  readonly sign: (text: string) => Uint8Array;
}

/** Keys made by GnuPG itself: a good one, another one, and one whose day is over. */
export function makeVendorKeys(): Readonly<Record<'good' | 'other' | 'expired', VendorKey>> {
  needTool('gpg');
  needTool('gpgv');
  const dir = mkdtempSync(join(tmpdir(), 'ingot-gpg-'));
  afterAll(() => {
    execFileSync('gpgconf', ['--homedir', dir, '--kill', 'all'], { stdio: 'ignore' });
    rmSync(dir, { recursive: true, force: true });
  });
  return { good: makeKey(dir, 'good'), other: makeKey(dir, 'other'), expired: makeKey(dir, 'expired', '20200101T000000') };
}

function makeKey(dir: string, name: string, madeAt?: string): VendorKey {
  const then = madeAt === undefined ? [] : ['--faked-system-time', madeAt];
  const gpg = (...argv: readonly string[]): Buffer =>
    execFileSync('gpg', ['--homedir', dir, '--batch', '--quiet', '--passphrase', '', ...then, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const user = `${name} <${name}@vendor.example>`;
  gpg('--quick-gen-key', user, 'ed25519', 'sign', madeAt === undefined ? 'never' : '1d');
  const listed = gpg('--list-keys', '--with-colons', user).toString();
  return {
    fingerprint: /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '',
    armoured: gpg('--armor', '--export', user).toString(),
    binary: gpg('--export', user),
    sign: (text) => {
      writeFileSync(join(dir, 'text'), text);
      gpg('--local-user', user, '--yes', '--output', join(dir, 'text.sig'), '--detach-sign', join(dir, 'text'));
      return readFileSync(join(dir, 'text.sig'));
    },
  };
}
