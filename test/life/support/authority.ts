import { execa } from 'execa';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServer } from '../../support/test-server.ts';
import { NAME_SERVER_PATH, PEBBLE_PATH } from './install-authority.ts';

/** An authority that really asks a web server for the proof, as Let's Encrypt does. */
export interface Authority {
  /** Where the guest speaks with it. */
  readonly directoryUrl: string;
  /** What the guest has to trust so that it does. */
  readonly apiCertificate: string;
  /** What the certificates that it issues lead to. */
  readonly root: string;
  /** From now on the name has this address, for the authority; none: the name does not exist. */
  readonly point: (name: string, address?: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface AuthorityPlace {
  /** Where the proof is asked for, on this host's loopback. */
  readonly httpPort: number;
  /** This host's loopback, as the guest sees it. */
  readonly addressForGuest: string;
}

/** certbot renews what ends within 30 days: with ten, every run of its timer has something to do. */
const TEN_DAYS_SECONDS = 864_000;

/** Starts the authority, and the name server that it asks. No name has an address yet. */
export async function startAuthority({ httpPort, addressForGuest }: AuthorityPlace): Promise<Authority> {
  const dir = await mkdtemp(join(tmpdir(), 'ingot-authority-'));
  const subject = ['-subj', '/CN=authority of the tests', '-addext', `subjectAltName=IP:${addressForGuest},IP:127.0.0.1`];
  const files = ['-keyout', join(dir, 'api.key'), '-out', join(dir, 'api.crt')];
  await execa('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30', ...subject, ...files]);
  const names = await startNameServer();
  const managementPort = await freePort();
  const configOf = (port: number): object => ({
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate: join(dir, 'api.crt'),
    privateKey: join(dir, 'api.key'),
    httpPort,
    tlsPort: httpPort,
    profiles: { default: { description: 'ten days', validityPeriod: TEN_DAYS_SECONDS } },
  });
  const wrapper = 'printf %s "$2" >"$1/config.json"; exec "$3" -config "$1/config.json" -dnsserver "$4"';
  const server = await startServer({
    argv: (place) => ['sh', '-c', wrapper, 'authority', place.dir, JSON.stringify({ pebble: configOf(place.port) }), PEBBLE_PATH, names.dns],
    // A proof is asked for each time, and at once.
    env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0' },
  });
  const { stdout: root } = await execa('curl', ['-fsS', '--cacert', join(dir, 'api.crt'), `https://127.0.0.1:${managementPort}/roots/0`]);
  return {
    directoryUrl: `https://${addressForGuest}:${server.port}/dir`,
    apiCertificate: await readFile(join(dir, 'api.crt'), 'utf8'),
    root,
    point: names.point,
    stop: async () => {
      await server.stop();
      await names.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function startNameServer(): Promise<Pick<Authority, 'point' | 'stop'> & { readonly dns: string }> {
  const dns = `127.0.0.1:${await freePort()}`;
  const nothingElse = ['-defaultIPv4', '', '-defaultIPv6', '', '-http01', '', '-https01', '', '-tlsalpn01', ''];
  const server = await startServer({ argv: ({ port }) => [NAME_SERVER_PATH, '-dnsserver', dns, '-management', `127.0.0.1:${port}`, ...nothingElse] });
  const tell = async (what: string, body: object): Promise<void> => {
    await execa('curl', ['-fsS', '--data', JSON.stringify(body), `http://127.0.0.1:${server.port}/${what}`]);
  };
  return {
    dns,
    stop: server.stop,
    point: async (host, address) => {
      await tell('clear-a', { host });
      if (address !== undefined) await tell('add-a', { host, addresses: [address] });
    },
  };
}
