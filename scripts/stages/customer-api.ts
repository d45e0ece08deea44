import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { TokenExchange } from '../model/build-plan.ts';
import { fetchText } from './fetch-text.ts';
import type { Context } from './stage.ts';

export interface CustomerCall {
  readonly exchange: TokenExchange;
  /** A scratch folder exists below it for a moment, readable by nobody else. */
  readonly workDir: string;
}

/** Exchanges the customer's offline token, which the environment holds, for one that the API takes for a few minutes. */
export async function accessToken({ exchange, workDir }: CustomerCall, { host }: Pick<Context, 'host'>): Promise<string> {
  const { url, clientId, tokenVariable } = exchange;
  const offline = host.facts.env[tokenVariable] ?? '';
  if (offline === '') {
    throw new BakeError('HOST_NOT_READY', {
      what: `The vendor gives this image to customers only, and the environment has no ${tokenVariable}`,
      fix: `Put an offline token of the vendor's portal into ${tokenVariable}, or download the image there and give it with --base FILE`,
    });
  }
  const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: offline };
  const answer = await inPrivate(host, workDir, (path) => fetchText({ urls: [url], path, form }, { host }));
  const token = fieldOf(answer, ['access_token']);
  if (token !== undefined) return token;
  throw new BakeError('NETWORK_UNREACHABLE', {
    what: `${new URL(url).host} gave no access token`,
    fix: `Make a new offline token and put it into ${tokenVariable}`,
  });
}

/** The places, signed and soon expired, from which a customer may download an image. */
export async function customerUrls(call: CustomerCall & { readonly urls: readonly string[] }, { host }: Pick<Context, 'host'>): Promise<readonly string[]> {
  const { urls, workDir } = call;
  const bearer = await accessToken(call, { host });
  const answer = await inPrivate(host, workDir, (path) => fetchText({ urls, path, bearer }, { host }));
  const href = fieldOf(answer, ['body', 'href']);
  if (href !== undefined && URL.canParse(href)) return [href];
  throw new BakeError('NETWORK_UNREACHABLE', {
    what: `${new URL(urls[0] ?? '').host} names no place to download this image from`,
    fix: 'Compare the digest with the vendor’s download page, or download the image there and give it with --base FILE',
  });
}

/** Answers hold tokens and signed places: they are gone, whatever happens, as soon as they have been read. */
async function inPrivate<T>({ files }: Host, workDir: string, work: (path: string) => Promise<T>): Promise<T> {
  await files.makeDir(workDir);
  const dir = await files.makeTempDir(workDir, '.answer-');
  try {
    return await work(join(dir, 'answer.json'));
  } finally {
    await files.remove(dir);
  }
}

function fieldOf(text: string, path: readonly string[]): string | undefined {
  try {
    const value = path.reduce<unknown>((node, key) => (node as Readonly<Record<string, unknown>> | null)?.[key], JSON.parse(text));
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
