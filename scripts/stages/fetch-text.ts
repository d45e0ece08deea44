import { BakeError } from '../errors.ts';
import { transfer } from '../tools/curl.ts';
import type { Context } from './stage.ts';

export interface SmallFile {
  /** The same file at several places, tried in this order. */
  readonly urls: readonly string[];
  readonly path: string;
  readonly bearer?: string;
  readonly form?: Readonly<Record<string, string>>;
}

/** Lists, checksums, signatures and keys: a server that sends more is broken, or worse. */
const MOST_BYTES = 16 * 2 ** 20;

/** Brings a small file from the first place that has it, and says which that was; nothing is kept when none has. */
export async function fetchSmall({ urls, path, bearer, form }: SmallFile, { host }: Pick<Context, 'host'>): Promise<string> {
  const refusals: string[] = [];
  const reasons = new Set<number>();
  for (const url of urls) {
    await host.files.remove(path);
    const secrets = { ...(bearer === undefined ? {} : { bearer }), ...(form === undefined ? {} : { form }) };
    const { outcome, httpStatus, said } = await transfer(host, { url, outputPath: path, maxBytes: MOST_BYTES, stalledAfterSeconds: 20, ...secrets });
    if (outcome === 'done') return url;
    reasons.add(httpStatus);
    refusals.push(`${url}:`, ...said);
  }
  await host.files.remove(path);
  const [first = 'nowhere'] = urls;
  throw new BakeError('NETWORK_UNREACHABLE', {
    what: `${URL.canParse(first) ? new URL(first).host : first} did not give ${first}${[...reasons].every((status) => status === 404) ? ': it is not there' : ''}`,
    fix: 'Check the network, or name another mirror in config/mirrors.yaml or by INGOT_MIRROR_<ID>',
    details: refusals,
  });
}

/** The same as text; the file itself is gone afterwards. */
export async function fetchText(file: SmallFile, context: Pick<Context, 'host'>): Promise<string> {
  await fetchSmall(file, context);
  try {
    return await context.host.files.readText(file.path);
  } finally {
    await context.host.files.remove(file.path);
  }
}
