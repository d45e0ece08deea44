import { join } from 'node:path';
import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import { makeSshKey } from '../../tools/ssh.ts';
import { publicKeyOf } from '../../tools/ssh-keygen.ts';
import { configDir } from './config-dir.ts';

export interface SigningKey {
  readonly path: string;
  /** `type base64`. */
  readonly publicKey: string;
}

/** The key that signs here: the one that INGOT_SIGNING_KEY names, else this person's own, made when it is first needed. Undefined: `none` was asked for. */
export async function signingKey(host: Host): Promise<SigningKey | undefined> {
  const named = host.facts.env['INGOT_SIGNING_KEY'] ?? '';
  if (named === 'none') return undefined;
  const path = named === '' ? await ownKey(host) : named;
  if (await host.files.exists(path)) return { path, publicKey: await publicKeyOf(host, path) };
  throw new BakeError('NOT_TRUSTED', {
    what: `INGOT_SIGNING_KEY names ${path}, which is not there`,
    fix: 'Give it the path of a key; without it, a key of your own is made and used; `none` publishes without signatures',
  });
}

/** Made in a folder of its own and renamed as a whole: of two that start at once, one makes the key of both. */
async function ownKey(host: Host): Promise<string> {
  const dir = join(configDir(host), 'signing');
  const path = join(dir, 'key');
  if (await host.files.exists(path)) return path;
  try {
    await host.files.makeDir(configDir(host));
    const newDir = await host.files.makeTempDir(configDir(host), '.signing-');
    await makeSshKey(host, join(newDir, 'key'));
    try {
      await host.files.rename(newDir, dir);
    } catch (error) {
      await host.files.remove(newDir);
      if (!(await host.files.exists(path))) throw error;
    }
  } catch (error) {
    throw new BakeError('STORE_NOT_WRITABLE', {
      what: `A key to sign releases with cannot be kept in ${configDir(host)}`,
      fix: 'Name a folder that you can write to (INGOT_CONFIG_DIR=DIR), or a key that you have (INGOT_SIGNING_KEY=FILE)',
      cause: error,
    });
  }
  return path;
}
