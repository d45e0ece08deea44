import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';

/** Signs a text with a key that gpg knows; its agent has to hold the key unlocked, for nobody may be there to ask. */
export async function signWithGpg(host: Host, { key, text }: { readonly key: string; readonly text: string }): Promise<string> {
  const { exitCode, stdout, stderr } = await host.run(
    ['gpg', '--batch', '--no-tty', '--pinentry-mode', 'error', '--local-user', key, '--armor', '--detach-sign', '--output', '-', '-'],
    { input: text, reject: false },
  );
  if (exitCode === 0 && stdout.includes('PGP SIGNATURE')) return stdout.endsWith('\n') ? stdout : `${stdout}\n`;
  throw new BakeError('NOT_TRUSTED', {
    what: `gpg cannot sign with the key ${key}`,
    fix: 'Give INGOT_GPG_KEY a key that `gpg --list-secret-keys` shows and that the agent holds unlocked, or leave it out',
    details: stderr.trim().split('\n').slice(-3),
  });
}

/** Whose key of a keyring made a signature, or why it does not count. */
export async function checkGpgSignature(
  host: Host,
  { keyringPath, text, signature }: { readonly keyringPath: string; readonly text: string; readonly signature: string },
): Promise<{ readonly signer: string } | { readonly reason: string }> {
  const dir = await host.files.makeTempDir(host.facts.env['TMPDIR'] ?? '/tmp', 'ingot-signature-');
  try {
    const [textPath, signaturePath] = [join(dir, 'text'), join(dir, 'signature.asc')];
    await host.files.writeUnsynced(textPath, text, 0o600);
    await host.files.writeUnsynced(signaturePath, signature, 0o600);
    const { exitCode, stdout, stderr } = await host.run(['gpgv', '--status-fd', '1', '--keyring', keyringPath, signaturePath, textPath], { reject: false });
    const [, signer] = /^\[GNUPG:\] VALIDSIG ([0-9A-F]{40,64})\b/m.exec(stdout) ?? [];
    if (exitCode === 0 && signer !== undefined) return { signer };
    return { reason: stderr.trim().split('\n').at(-1) ?? 'gpgv does not say why' };
  } finally {
    await host.files.remove(dir);
  }
}
