import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { SigningKey } from '../model/image-spec.ts';

export interface SignedFile {
  readonly path: string;
  /** Where it came from, for people. */
  readonly url: string;
  readonly workDir: string;
  /** Key ring on the host, for a distro's own index. */
  readonly signedBy: string;
  /** Instead: the pinned key of a third party, already in the work folder. */
  readonly key: SigningKey | undefined;
}

/** The text of a file that carries its own signature, and nothing that was not signed. */
export async function checkedText(host: Host, file: SignedFile): Promise<string> {
  const textPath = `${file.path}.txt`;
  await host.files.remove(textPath);
  await gpgv(host, file, ['--output', textPath, file.path]);
  return host.files.readText(textPath);
}

/** The same for a file whose signature lies beside it, as .asc. */
export async function checkSeparate(host: Host, file: SignedFile): Promise<void> {
  await gpgv(host, file, [`${file.path}.asc`, file.path]);
}

async function gpgv(host: Host, file: SignedFile, what: readonly string[]): Promise<void> {
  const keyring = await keyringOf(host, file);
  const { exitCode, stdout, stderr } = await host.run(['gpgv', '--quiet', '--status-fd', '1', '--keyring', keyring, ...what], { reject: false });
  if (exitCode === 0 || isVouchedFor(stdout)) return;
  if (!(await host.files.exists(keyring))) throw noKeyring(keyring, file);
  const signer = file.key === undefined ? `by a key in ${file.signedBy}` : `by the key ${file.key.id} (${file.key.fingerprint})`;
  throw new BakeError('DIGEST_MISMATCH', {
    what: `The signature of ${file.url} is not ${signer}`,
    fix: file.key === undefined ? 'Do not use this mirror; or update the key ring package' : 'Do not use this mirror',
    details: stderr.trim().split('\n').slice(-4),
  });
}

const HARMLESS = new Set(['NEWSIG', 'KEY_CONSIDERED', 'SIG_ID', 'GOODSIG', 'VALIDSIG', 'PLAINTEXT', 'PLAINTEXT_LENGTH', 'NO_PUBKEY']);

/**
 * Archives are signed with their next key or their last one as well: a signature by a key that is not asked for takes nothing from one by a key that is. Whatever
 * else gpgv has to say, a second message in the file before all, is a refusal: that one's text may be the other's, signed by nobody.
 */
function isVouchedFor(status: string): boolean {
  const lines = [...status.matchAll(/^\[GNUPG:\] (\S+)(.*)$/gm)].map(([, word = '', rest = '']) => ({ word, rest }));
  const isUnknownKey = ({ word, rest }: (typeof lines)[number]): boolean => word === 'ERRSIG' && rest.trim().split(' ')[5] === '9';
  const messages = lines.filter(({ word }) => word === 'PLAINTEXT').length;
  return messages < 2 && lines.some(({ word }) => word === 'GOODSIG') && lines.every((line) => HARMLESS.has(line.word) || isUnknownKey(line));
}

function noKeyring(keyring: string, { url }: SignedFile): BakeError {
  return new BakeError('HOST_NOT_READY', {
    what: `This host has no ${keyring}: nobody can say who may sign ${url}`,
    fix: 'Install the package that brings it (npm run doctor -- --distro ID names it), or copy the file from a machine of that distro',
  });
}

/** The small verifier reads key rings in GnuPG's binary form only. */
async function keyringOf(host: Host, { workDir, signedBy, key }: SignedFile): Promise<string> {
  if (key === undefined) return signedBy;
  const keyring = join(workDir, `${key.id}.gpg`);
  await host.run(['gpg', '--batch', '--yes', '--no-options', '--homedir', '/nonexistent', '--output', keyring, '--dearmor', join(workDir, `${key.id}.asc`)]);
  return keyring;
}
