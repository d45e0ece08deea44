import type { Host } from '../../host/host.ts';
import type { ReleaseLink } from '../../model/release-check.ts';
import { checkCosignBundle, signWithCosign } from '../../tools/cosign.ts';
import { checkGpgSignature, signWithGpg } from '../../tools/gpg.ts';
import { SUMS, type NamedText } from '../pack-release.ts';

const GPG_FILE = `${SUMS}.asc`;
const COSIGN_FILE = `${SUMS}.cosign.bundle`;

/** Signatures over a release's list of digests for readers who trust GPG or cosign keys; none unless the environment names a key. */
export async function signOtherwise(host: Host, sums: string): Promise<readonly NamedText[]> {
  const [gpgKey, cosignKey] = [named(host, 'INGOT_GPG_KEY'), named(host, 'INGOT_COSIGN_KEY')];
  return [
    ...(gpgKey === undefined ? [] : [{ name: GPG_FILE, text: await signWithGpg(host, { key: gpgKey, text: sums }) }]),
    ...(cosignKey === undefined ? [] : [{ name: COSIGN_FILE, text: await signWithCosign(host, { key: cosignKey, text: sums }) }]),
  ];
}

/** The same signatures, checked against the keys that the environment names: who names one wants it kept to. */
export async function checkOtherwise(host: Host, texts: Readonly<Record<string, string>>): Promise<readonly ReleaseLink[]> {
  const [keyringPath, cosignKey] = [named(host, 'INGOT_GPG_KEYRING'), named(host, 'INGOT_COSIGN_PUBLIC_KEY')];
  const text = texts[SUMS] ?? '';
  const [gpg, bundle] = [texts[GPG_FILE], texts[COSIGN_FILE]];
  return [
    ...(keyringPath === undefined
      ? []
      : [linkOf(GPG_FILE, gpg === undefined ? MISSING : await checkGpgSignature(host, { keyringPath, text, signature: gpg }))]),
    ...(cosignKey === undefined ? [] : [linkOf(COSIGN_FILE, bundle === undefined ? MISSING : await checkCosignBundle(host, { key: cosignKey, text, bundle }))]),
  ];
}

const MISSING = { reason: 'missing' };

function linkOf(link: string, checked: { readonly signer: string } | { readonly reason: string }): ReleaseLink {
  return 'signer' in checked ? { link, outcome: 'pass', found: `signed by ${checked.signer}` } : { link, outcome: 'fail', found: checked.reason };
}

function named({ facts: { env } }: Host, variable: string): string | undefined {
  const value = env[variable] ?? '';
  return value === '' ? undefined : value;
}
