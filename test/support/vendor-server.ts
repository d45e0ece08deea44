import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import { needTool } from './need-tool.ts';

/** How a path answers. Default: as a good server does, with a tag and with parts. */
export interface Behaviour {
  readonly redirectTo?: string;
  readonly status?: number;
  /** Sends so many bytes of the body and hangs up; only the first time with `once`. */
  readonly hangUpAfter?: number;
  /** Sends so many bytes of the body and then nothing more, with the line open. */
  readonly stallAfter?: number;
  readonly once?: boolean;
  /** Ignores that only a part was asked for. */
  readonly wholeOnly?: boolean;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface VendorServer {
  /** https://localhost:<port>. */
  readonly url: string;
  readonly put: (path: string, content: string | Uint8Array, behaviour?: Behaviour) => void;
  readonly remove: (path: string) => void;
  readonly asked: Asked[];
  readonly caPath: string;
}

interface Page {
  readonly content: Buffer;
  behaviour: Behaviour;
}

/** A vendor's download server: real TLS with an authority of its own, which curl trusts for as long as this test file runs. */
export async function startVendor(): Promise<VendorServer> {
  needTool('openssl', ['version']);
  needTool('curl');
  const dir = mkdtempSync(join(tmpdir(), 'ingot-vendor-'));
  const { key, cert, caPath } = makeCertificates(dir);
  const pages = new Map<string, Page>();
  const asked: Asked[] = [];
  const server = createServer({ key, cert }, (request, response) => void answer(request, response, { pages, asked }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('CURL_CA_BUNDLE', caPath);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await closed(server);
    rmSync(dir, { recursive: true, force: true });
  });
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    put: (path, content, behaviour = {}) => void pages.set(path, { content: Buffer.from(content), behaviour }),
    remove: (path) => void pages.delete(path),
    asked,
    caPath,
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, { pages, asked }: { readonly pages: Map<string, Page>; readonly asked: Asked[] }) {
  const { method = '', url = '', headers } = request;
  const body = await text(request);
  const ifRange = headers['if-range'];
  asked.push({
    method,
    path: url,
    range: headers.range,
    ifRange: typeof ifRange === 'string' ? ifRange : undefined,
    authorization: headers.authorization,
    body,
  });
  const page = pages.get(url.replace(/\?.*$/, ''));
  if (page === undefined) return void response.writeHead(404).end('not here');
  const { behaviour } = page;
  if (behaviour.once === true) page.behaviour = {};
  if (behaviour.redirectTo !== undefined) return void response.writeHead(302, { location: behaviour.redirectTo }).end('moved');
  if (behaviour.status !== undefined) return void response.writeHead(behaviour.status).end('no');
  send(response, page.content, { behaviour, from: firstByte(page.content, asked.at(-1), behaviour) });
}

/** Where an answer begins: at what was asked for, unless the file is another one now. */
function firstByte(content: Buffer, ask: Asked | undefined, { wholeOnly = false }: Behaviour): number {
  const [, from] = /^bytes=(\d+)-$/.exec(ask?.range ?? '') ?? [];
  if (from === undefined || wholeOnly) return 0;
  return ask?.ifRange === undefined || ask.ifRange === tagOf(content) ? Number(from) : 0;
}

function send(response: ServerResponse, content: Buffer, { behaviour, from }: { readonly behaviour: Behaviour; readonly from: number }): void {
  if (from > 0 && from >= content.length) return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
  const rest = content.subarray(from);
  const range = from === 0 ? {} : { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(from === 0 ? 200 : 206, { etag: tagOf(content), 'content-length': rest.length, ...range });
  const cut = behaviour.hangUpAfter ?? behaviour.stallAfter;
  if (cut === undefined) return void response.end(rest);
  response.write(rest.subarray(0, cut), () => {
    if (behaviour.hangUpAfter !== undefined) response.socket?.end();
  });
}

function tagOf(content: Buffer): string {
  return `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;
}

function makeCertificates(dir: string): { readonly key: Buffer; readonly cert: Buffer; readonly caPath: string } {
  const openssl = (...argv: readonly string[]): void => void execFileSync('openssl', argv, { cwd: dir, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-subj', '/CN=Test authority', '-days', '3650', '-keyout', 'ca.key', '-out', 'ca.crt');
  openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr');
  writeFileSync(join(dir, 'server.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'server.ext', '-days', '3650'];
  openssl('x509', '-req', '-in', 'server.csr', ...signing, '-out', 'server.crt');
  return { key: readFileSync(join(dir, 'server.key')), cert: readFileSync(join(dir, 'server.crt')), caPath: join(dir, 'ca.crt') };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
