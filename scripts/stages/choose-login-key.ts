import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { makeSshKey } from '../tools/ssh.ts';
import type { Stage } from './stage.ts';

const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const PUBLIC_KEY =
  /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/]+={0,3}(?: [\x20-\x7e]*)?$/;

export interface LoginKey {
  readonly publicKey: string;
  /** What `ssh -i` takes: the private half where we know it, else the public one, which an agent understands. */
  readonly keyPath: string;
  /** True when a program may log in with it: the private half is there and has no passphrase. */
  readonly usable: boolean;
}

/** Finds the key that the caller logs in with: the one given, the first of the usual ones, else a pair made for this VM alone. */
export const chooseLoginKey: Stage<{ readonly sshKeyPath: string | undefined; readonly dir: string }, LoginKey> = {
  name: 'login-key',
  title: 'Choose the key to log in with',
  run: async ({ sshKeyPath, dir }, { host, say }) => {
    const found = await findLoginKey(host, sshKeyPath);
    if (found !== undefined) return found;
    const keyPath = join(dir, 'id_ed25519');
    const publicKey = await makeSshKey(host, keyPath);
    say({ type: 'note', message: `There is no SSH key in ${join(host.facts.homeDir, '.ssh')}: made one for this VM alone, ${keyPath}` });
    return { publicKey, keyPath, usable: true };
  },
};

/** The key that was given, else the first of the caller's usual ones; undefined when there is none. */
export async function findLoginKey(host: Host, sshKeyPath: string | undefined): Promise<LoginKey | undefined> {
  if (sshKeyPath !== undefined) return givenKey(host, sshKeyPath);
  for (const name of DEFAULT_KEYS) {
    const path = join(host.facts.homeDir, '.ssh', name);
    if (await host.files.exists(`${path}.pub`)) return givenKey(host, `${path}.pub`);
  }
  return undefined;
}

async function givenKey(host: Host, path: string): Promise<LoginKey> {
  const isPublic = path.endsWith('.pub');
  const privatePath = isPublic ? path.slice(0, -'.pub'.length) : path;
  if (!(await host.files.exists(path))) throw badKey(path, 'there is no such file');
  // Only a key without a passphrase gives its public half to someone who answers with an empty one.
  const opened = (await host.files.exists(privatePath)) ? await host.run(['ssh-keygen', '-y', '-P', '', '-f', privatePath], { reject: false }) : undefined;
  const usable = opened?.exitCode === 0;
  const publicPath = `${privatePath}.pub`;
  const text = (await host.files.exists(publicPath)) ? await host.files.readText(publicPath) : usable ? opened.stdout : undefined;
  if (text === undefined) throw badKey(path, 'it is not a private key without a passphrase, and there is no .pub file beside it');
  return { publicKey: onlyKey(path, text), keyPath: opened === undefined ? publicPath : privatePath, usable };
}

/** The text is put into the VM's user-data: nothing but one key may be in it. */
function onlyKey(path: string, text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const [line] = lines;
  if (lines.length !== 1 || line === undefined || !PUBLIC_KEY.test(line)) throw badKey(path, 'its public half is not one OpenSSH public key');
  return line;
}

function badKey(path: string, reason: string): BakeError {
  return new BakeError('USAGE', {
    what: `${path} cannot be used to log in: ${reason}`,
    fix: 'Give --ssh-key a private key or its .pub file; `ssh-keygen -t ed25519` makes a pair',
  });
}
