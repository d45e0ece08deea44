import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Argv, Host } from '../host/host.ts';

export interface CosignFiles {
  /** A key file, or the address of a key in a key management service; its password is in COSIGN_PASSWORD. */
  readonly key: string;
  readonly bundlePath: string;
  readonly textPath: string;
}

/** The command that signs a file and puts all that a verifier needs into one bundle. Nothing is sent to a public log. */
export function cosignSignArgv({ key, bundlePath, textPath }: CosignFiles): Argv {
  return ['cosign', 'sign-blob', '--yes', '--tlog-upload=false', '--key', key, '--bundle', bundlePath, textPath];
}

/** The command that checks such a bundle. */
export function cosignVerifyArgv({ key, bundlePath, textPath }: CosignFiles): Argv {
  return ['cosign', 'verify-blob', '--insecure-ignore-tlog=true', '--key', key, '--bundle', bundlePath, textPath];
}

/** Signs a text; resolves with the bundle. */
export function signWithCosign(host: Host, { key, text }: { readonly key: string; readonly text: string }): Promise<string> {
  return inScratch(host, async (dir) => {
    const files = { key, bundlePath: join(dir, 'bundle'), textPath: join(dir, 'text') };
    await host.files.writeUnsynced(files.textPath, text, 0o600);
    const { exitCode, stderr } = await host.run(cosignSignArgv(files), { reject: false });
    if (exitCode === 0) return host.files.readText(files.bundlePath);
    throw new BakeError('NOT_TRUSTED', {
      what: `cosign cannot sign with the key ${key}`,
      fix: 'Give INGOT_COSIGN_KEY a key that cosign can use, with its password in COSIGN_PASSWORD, or leave it out',
      details: stderr.trim().split('\n').slice(-3),
    });
  });
}

/** Whether a bundle is of this text and this public key. */
export function checkCosignBundle(
  host: Host,
  { key, text, bundle }: { readonly key: string; readonly text: string; readonly bundle: string },
): Promise<{ readonly signer: string } | { readonly reason: string }> {
  return inScratch(host, async (dir) => {
    const files = { key, bundlePath: join(dir, 'bundle'), textPath: join(dir, 'text') };
    await host.files.writeUnsynced(files.textPath, text, 0o600);
    await host.files.writeUnsynced(files.bundlePath, bundle, 0o600);
    const { exitCode, stderr } = await host.run(cosignVerifyArgv(files), { reject: false });
    return exitCode === 0 ? { signer: key } : { reason: stderr.trim().split('\n').at(-1) ?? 'cosign does not say why' };
  });
}

async function inScratch<T>(host: Host, work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await host.files.makeTempDir(host.facts.env['TMPDIR'] ?? '/tmp', 'ingot-signature-');
  try {
    return await work(dir);
  } finally {
    await host.files.remove(dir);
  }
}
