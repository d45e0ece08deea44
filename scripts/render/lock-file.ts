import { stringify } from 'yaml';
import type { LockedImage } from '../model/distro.ts';

/** The text of config/locks/<distro>.yaml: numbers that are texts stay in quotes, so that a diff shows what changed and nothing else. */
export function renderLock({ id, build, digest, signedBy, lockedOn }: LockedImage): string {
  const head = `# Which build of the vendor's image is used. Written by: npm run lock -- --distro ${id}\n`;
  return head + stringify({ id, build, digest: { algorithm: digest.algorithm, hex: digest.hex }, signedBy, lockedOn }, { lineWidth: 0 });
}
