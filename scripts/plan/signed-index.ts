/** What a signed repository index (InRelease, its signature already checked) says about the packages we would get. */
export interface SignedIndex {
  /** Lines `<sha256> <size> <path>` of the package lists that we use, sorted: they change when a package does, not when the index is merely signed again. */
  readonly lines: readonly string[];
  readonly validUntil: Date | undefined;
  readonly codename: string;
}

const HASH_LINE = /^ ([0-9a-f]{64})\s+(\d+)\s+(\S+)$/;

/** Reads the part of an index that can change what a bake installs, so that a key built on it is steady between real changes. */
export function readSignedIndex(text: string, components: readonly string[], arch = 'amd64'): SignedIndex {
  const wanted = new Set(components.flatMap((component) => ['', '.gz', '.xz'].map((suffix) => `${component}/binary-${arch}/Packages${suffix}`)));
  const lines: string[] = [];
  let inSha256 = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith(' ')) inSha256 = line === 'SHA256:';
    const [, sha256, size, path] = HASH_LINE.exec(line) ?? [];
    if (inSha256 && sha256 !== undefined && path !== undefined && wanted.has(path)) lines.push(`${sha256} ${size} ${path}`);
  }
  const validUntil = field(text, 'Valid-Until');
  return { lines: lines.toSorted(), validUntil: validUntil === undefined ? undefined : new Date(validUntil), codename: field(text, 'Codename') ?? '' };
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.+)$`, 'm').exec(text)?.[1]?.trim();
}
