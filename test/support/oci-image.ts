import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CopiedImage {
  /** Of its manifest, as skopeo counts it. */
  readonly digest: string;
  readonly labels: Readonly<Record<string, string>>;
}

type Inspected = Readonly<Record<'Digest' | 'Architecture' | 'Os', string>> & { readonly Labels: CopiedImage['labels'] };

/** Copies an image into a folder with a program that is not ours, just as it is: whatever does not hold together is an error there. */
export function copiedImage(source: string, dir: string): CopiedImage {
  const skopeo = (...words: readonly string[]): string => execFileSync('skopeo', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  skopeo('--insecure-policy', 'copy', '--quiet', '--preserve-digests', '--src-tls-verify=false', source, `dir:${dir}`);
  const said = JSON.parse(skopeo('inspect', `dir:${dir}`)) as Inspected;
  if (said.Architecture !== 'amd64' || said.Os !== 'linux') throw new Error(`The image is for ${said.Os} on ${said.Architecture}`);
  return { digest: said.Digest, labels: said.Labels };
}

/** What lies in the one layer of a copied image: every entry, and the digest of the one file. */
export function diskOfImage(dir: string): { readonly entries: readonly string[]; readonly sha256: string } {
  const { layers } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as { readonly layers: readonly { readonly digest: string }[] };
  if (layers.length !== 1) throw new Error(`The image has ${layers.length} layers`);
  const path = join(dir, layers[0]?.digest.replace('sha256:', '') ?? '');
  const tar = (...words: readonly string[]): Buffer => execFileSync('tar', [...words, '--file', path], { maxBuffer: 2 ** 28 });
  const lines = tar('--list', '--verbose', '--numeric-owner', '--utc').toString().trimEnd().split('\n');
  return {
    entries: lines.map((line) => line.replaceAll(/ +/g, ' ')),
    sha256: createHash('sha256').update(tar('--extract', '--to-stdout')).digest('hex'),
  };
}
