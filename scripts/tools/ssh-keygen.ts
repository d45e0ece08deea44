import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Argv, Host } from '../host/host.ts';
import type { SignedKind, Voucher } from '../model/trust.ts';

export interface SshSignature {
  readonly kind: SignedKind;
  readonly text: string;
  readonly signature: string;
  /** Lines of an ALLOWED SIGNERS file. */
  readonly signers: string;
  /** Keys that no longer count, as a key revocation list or lines of public keys. */
  readonly revokedPath?: string;
  /** When the signer's key had to be valid. Default: now. */
  readonly at?: Date;
}

/** Signs a text with a key file, or with the agent when the path is that of a public key. Nothing is ever asked: nobody may be there. */
export async function signWithSsh(
  host: Host,
  { keyPath, kind, text }: { readonly keyPath: string; readonly kind: SignedKind; readonly text: string },
): Promise<string> {
  const argv: Argv = ['ssh-keygen', '-Y', 'sign', '-q', '-f', keyPath, '-n', namespaceOf(kind)];
  const env = { SSH_ASKPASS_REQUIRE: 'force', SSH_ASKPASS: host.facts.env['SSH_ASKPASS'] ?? '/bin/false' };
  const { exitCode, stdout, stderr } = await host.run(argv, { input: text, reject: false, env });
  if (exitCode === 0 && stdout.includes('SSH SIGNATURE')) return stdout.endsWith('\n') ? stdout : `${stdout}\n`;
  throw new BakeError('NOT_TRUSTED', {
    what: `The key ${keyPath} cannot sign`,
    fix: 'Give INGOT_SIGNING_KEY the path of a private key with mode 0600, or of a public key (.pub) whose private half an ssh-agent holds',
    details: lastLines(stderr),
  });
}

/** Whether a text was signed, for this very purpose, by one of the signers; else why not. */
export async function checkSshSignature(host: Host, signed: SshSignature): Promise<Voucher | { readonly reason: string }> {
  const dir = await host.files.makeTempDir(host.facts.env['TMPDIR'] ?? '/tmp', 'ingot-signature-');
  try {
    const [signersPath, signaturePath] = [join(dir, 'signers'), join(dir, 'signature')];
    await host.files.writeUnsynced(signersPath, signed.signers, 0o600);
    await host.files.writeUnsynced(signaturePath, signed.signature, 0o600);
    const found = await host.run(['ssh-keygen', '-Y', 'find-principals', '-s', signaturePath, '-f', signersPath, ...timeOf(signed)], { reject: false });
    const name = found.stdout.split(/[\n,]/)[0]?.trim() ?? '';
    if (found.exitCode !== 0 || name === '') return { reason: reasonOf(found.stderr) };
    const argv: Argv = ['ssh-keygen', '-Y', 'verify', '-f', signersPath, '-I', name, '-n', namespaceOf(signed.kind), '-s', signaturePath, ...timeOf(signed)];
    const revoked = signed.revokedPath === undefined ? [] : ['-r', signed.revokedPath];
    const { exitCode, stdout, stderr } = await host.run([...argv, ...revoked], { input: signed.text, reject: false });
    return exitCode === 0 ? { name, fingerprint: /SHA256:\S+/.exec(stdout)?.[0] ?? '' } : { reason: reasonOf(`${stdout}\n${stderr}`) };
  } finally {
    await host.files.remove(dir);
  }
}

/** The public half of a key, as `type base64`, without its comment. */
export async function publicKeyOf(host: Host, keyPath: string): Promise<string> {
  const publicPath = keyPath.endsWith('.pub') ? keyPath : `${keyPath}.pub`;
  const text = (await host.files.exists(publicPath))
    ? await host.files.readText(publicPath)
    : (await host.run(['ssh-keygen', '-y', '-P', '', '-f', keyPath], { reject: false })).stdout;
  const [, key] = /^((?:ssh|ecdsa|sk-)\S* [A-Za-z0-9+/=]+)/.exec(text.trim()) ?? [];
  if (key !== undefined) return key;
  throw new BakeError('NOT_TRUSTED', {
    what: `The public half of the key ${keyPath} cannot be read`,
    fix: `Put it beside the key: ssh-keygen -y -f ${keyPath} > ${keyPath}.pub`,
  });
}

/** Names a public key as OpenSSH does. */
export function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Where a signature for one purpose is good, in OpenSSH's words. */
export function namespaceOf(kind: SignedKind): string {
  return `ingot-${kind}`;
}

function timeOf({ at }: SshSignature): readonly string[] {
  return at === undefined || Number.isNaN(at.getTime()) ? [] : ['-O', `verify-time=${at.toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`];
}

/** OpenSSH's own words, without the names of our scratch files. */
function reasonOf(said: string): string {
  const words = lastLines(said).join('; ');
  if (/No principal matched/i.test(words) || words === '') return 'no key that is trusted has signed it';
  return words.replaceAll(/\/\S*ingot-signature-\w+\/(signers|signature)/g, '$1');
}

function lastLines(text: string): readonly string[] {
  return text
    .trim()
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .slice(-3);
}
