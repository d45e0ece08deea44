import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { ImageSpec, SigningKey, SourceTexts } from '../model/image-spec.ts';
import { fetchFile } from './fetch-index.ts';

export interface KeyQuestion {
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly workDir: string;
}

/** Brings the pinned keys and checks each by its fingerprint: nothing that has another key in it enters an image. */
export async function resolveKeys(host: Host, { spec, texts, workDir }: KeyQuestion): Promise<{ readonly spec: ImageSpec; readonly texts: SourceTexts }> {
  if (spec.keys === undefined) return { spec, texts };
  const found = new Map(texts);
  const keys: SigningKey[] = [];
  const homeDir = await host.files.makeTempDir(workDir, 'gnupg-');
  for (const key of spec.keys) {
    const path = join(workDir, `${key.id}.asc`);
    await bringKey(host, { key, texts, path });
    await refuseOtherKeys(host, key, { path, homeDir });
    const text = await host.files.readText(path);
    const file = { source: key.file?.source ?? `keys/${key.id}.asc`, sha256: createHash('sha256').update(text).digest('hex') };
    found.set(file.source, text);
    keys.push({ ...key, file });
  }
  return { spec: { ...spec, keys }, texts: found };
}

interface Bringing {
  readonly key: SigningKey;
  readonly texts: SourceTexts;
  readonly path: string;
}

/** From the file that was named for this build, from the project, or from its owner. */
async function bringKey(host: Host, { key, texts, path }: Bringing): Promise<void> {
  const text = key.file === undefined ? undefined : texts.get(key.file.source);
  if (key.substitutePath !== undefined) await host.files.copy(key.substitutePath, path);
  else if (text !== undefined) await host.files.writeText(path, text);
  else if (key.url !== undefined) await fetchFile(host, { url: key.url, path, timeoutMs: 20_000 });
  else
    throw new BakeError('CONFIG_INVALID', {
      what: `Nothing brings the key ${key.id}`,
      fix: `Put it into config/keys/${key.id}.asc, or say in config/mirrors.yaml by url where it is published`,
    });
}

async function refuseOtherKeys(
  host: Host,
  { id, fingerprint }: SigningKey,
  { path, homeDir }: { readonly path: string; readonly homeDir: string },
): Promise<void> {
  const { stdout, stderr } = await host.run(['gpg', '--batch', '--no-options', '--homedir', homeDir, '--show-keys', '--with-colons', path], {
    reject: false,
  });
  const primaries = primaryKeys(stdout);
  const wrong = primaries.filter((key) => key.fingerprint !== fingerprint);
  const expired = primaries.some(({ state }) => state === 'e' || state === 'r');
  if (primaries.length > 0 && wrong.length === 0 && !expired) return;
  throw new BakeError('DIGEST_MISMATCH', {
    what: expired ? `The key ${id} has expired or was revoked` : `The key ${id} is not the one with the fingerprint ${fingerprint}`,
    fix: 'Do not use it; ask its owner, and correct config/mirrors.yaml or config/keys only when they say so',
    details: [...primaries.map((key) => `found: ${key.fingerprint}`), ...stderr.trim().split('\n').slice(-2)].filter((line) => line !== ''),
  });
}

interface PrimaryKey {
  readonly fingerprint: string;
  /** One letter of GnuPG's: e for expired, r for revoked. */
  readonly state: string;
}

/** `pub` lines, each with the `fpr` line that follows; subkeys have theirs too. */
function primaryKeys(colons: string): readonly PrimaryKey[] {
  const rows = colons.split('\n').map((line) => line.split(':'));
  return rows.flatMap(([kind, state = ''], index) => {
    if (kind !== 'pub') return [];
    const fingerprint = rows.slice(index + 1).find(([next]) => next === 'fpr')?.[9] ?? '';
    return [{ fingerprint, state }];
  });
}
