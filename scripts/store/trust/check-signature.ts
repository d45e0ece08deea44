import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { SignedKind, Voucher } from '../../model/trust.ts';
import { digestOf } from '../../plan/digest.ts';
import { checkSshSignature } from '../../tools/ssh-keygen.ts';

export interface Signed {
  readonly kind: SignedKind;
  readonly text: string;
  readonly signature: string | undefined;
  readonly signers: string;
  /** When the key had to be valid. Default: now. */
  readonly at?: Date;
}

type Checked = Voucher | { readonly reason: string };

/** Who signed a text, or why that does not count. The same question is asked of ssh-keygen once in a run. */
export async function checkSignature(host: Host, { signature, ...signed }: Signed): Promise<Checked> {
  if (signature === undefined) return { reason: 'it is not signed' };
  const revokedPath = await revokedKeys(host);
  const question = digestOf([signed, signature, revokedPath ?? '']);
  const answers = ANSWERS.get(host) ?? new Map<string, Promise<Checked>>();
  ANSWERS.set(host, answers);
  const answer = answers.get(question) ?? checkSshSignature(host, { ...signed, signature, ...(revokedPath === undefined ? {} : { revokedPath }) });
  answers.set(question, answer);
  return answer;
}

/** A store's index is read many times in one run, and asking costs a process each time. */
const ANSWERS = new WeakMap<Host, Map<string, Promise<Checked>>>();

async function revokedKeys(host: Host): Promise<string | undefined> {
  const path = host.facts.env['INGOT_REVOKED_KEYS'] ?? '';
  if (path === '') return undefined;
  if (await host.files.exists(path)) return path;
  throw new BakeError('USAGE', {
    what: `INGOT_REVOKED_KEYS names ${path}, which is not there`,
    fix: 'Give it the path of a key revocation list, or of a file with the public keys that no longer count',
  });
}
