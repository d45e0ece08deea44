import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDir } from './run-bash.ts';

/** Paths of PEM files. */
export interface Certificates {
  readonly leaf: string;
  readonly leafKey: string;
  readonly intermediate: string;
  readonly brokenChain: string;
  readonly other: string;
  readonly otherKey: string;
  readonly lockedKey: string;
  readonly ended: string;
  readonly endedKey: string;
}

/** Certificates made by OpenSSL itself: what a script says about them is what it would say about real ones. */
export function makeCertificates(): Certificates {
  const dir = scratchDir();
  const path = (name: string): string => join(dir, name);
  const openssl = (...argv: readonly string[]): void => {
    const { status, stderr } = spawnSync('openssl', argv, { cwd: dir, encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${argv.join(' ')}: ${stderr}`);
  };
  const issue = (name: string, subject: string, extension: string): void => {
    writeFileSync(path(`${name}.ext`), `${extension}\n`);
    openssl('req', ...NEW_KEY, '-subj', `/CN=${subject}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'authority.crt',
      '-CAkey',
      'authority.key',
      '-CAcreateserial',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.crt`,
    );
  };
  openssl('req', '-x509', ...NEW_KEY, '-subj', '/CN=Authority', '-keyout', 'authority.key', '-out', 'authority.crt');
  // Only `openssl ca` makes a certificate of the past.
  writeFileSync(
    path('ca.cnf'),
    '[ca]\ndefault_ca = past\n[past]\ndatabase = index\nnew_certs_dir = .\nrand_serial = yes\ndefault_md = sha256\npolicy = any\n[any]\ncommonName = supplied\n',
  );
  writeFileSync(path('index'), '');
  openssl('req', ...NEW_KEY, '-subj', '/CN=Ended', '-keyout', 'ended.key', '-out', 'ended.csr');
  openssl('ca', '-batch', '-config', 'ca.cnf', '-selfsign', '-keyfile', 'ended.key', '-in', 'ended.csr', '-notext', ...PAST, '-out', 'ended.crt');
  issue('leaf', 'app.example.test', 'subjectAltName=DNS:app.example.test');
  issue('other', 'other.example.test', 'subjectAltName=DNS:other.example.test');
  openssl('pkey', '-in', 'leaf.key', '-aes128', '-passout', 'pass:planted', '-out', 'locked.key');
  writeFileSync(path('broken.crt'), readFileSync(path('leaf.crt'), 'utf8') + readFileSync(path('other.crt'), 'utf8'));
  return {
    ...{ leaf: path('leaf.crt'), leafKey: path('leaf.key'), intermediate: path('authority.crt'), brokenChain: path('broken.crt') },
    ...{ other: path('other.crt'), otherKey: path('other.key'), lockedKey: path('locked.key'), ended: path('ended.crt'), endedKey: path('ended.key') },
  };
}

const PAST = ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z'];
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
