import type { Argv, Host } from '../host/host.ts';

export interface Transfer {
  readonly url: string;
  readonly outputPath: string;
  /** What the server says before the content is kept here. */
  readonly headersPath?: string;
  /** Go on at the end of what is there already; with a tag, only if the server still has the very same file. */
  readonly resume?: { readonly etag: string | undefined };
  readonly bearer?: string;
  /** Sent as a form, by POST. */
  readonly form?: Readonly<Record<string, string>>;
  /** A transfer that stands still for so long is given up. */
  readonly stalledAfterSeconds?: number;
  readonly maxBytes?: number;
}

export interface TransferResult {
  readonly outcome: 'done' | 'refused' | 'restart' | 'torn' | 'failed';
  /** Status of the last answer; 0 when there was none. */
  readonly httpStatus: number;
  readonly said: readonly string[];
}

/** Fetches one file. URLs (which may be signed) and tokens travel by standard input, never in argv. */
export async function transfer(host: Host, request: Transfer): Promise<TransferResult> {
  const { exitCode, stdout, stderr } = await host.run(curlArgv(request), { reject: false, input: curlConfig(request) });
  const lines = stderr.trim().split('\n');
  const own = lines.filter((line) => line.startsWith('curl: '));
  const said = (own.length > 0 ? own : lines).slice(-3);
  return { outcome: outcomeOf(exitCode), httpStatus: Number(/\d{3}$/.exec(stdout.trim())?.[0] ?? 0), said };
}

/** 22: an answer of 400 and more. 33: the server sent all of it where it was asked for the rest. 18, 52, 56, 92: the line went dead. */
function outcomeOf(exitCode: number | undefined): TransferResult['outcome'] {
  if (exitCode === 0) return 'done';
  if (exitCode === 22) return 'refused';
  if (exitCode === 33) return 'restart';
  return exitCode !== undefined && [18, 52, 56, 92].includes(exitCode) ? 'torn' : 'failed';
}

/** The part of the command that anybody may see. */
export function curlArgv({ outputPath, headersPath, resume, stalledAfterSeconds = 60, maxBytes }: Transfer): Argv {
  return [
    ...['curl', '--config', '-', '--fail', '--location', '--max-redirs', '5', '--silent', '--show-error'],
    ...['--connect-timeout', '10', '--speed-limit', '1024', '--speed-time', String(stalledAfterSeconds)],
    ...(maxBytes === undefined ? [] : ['--max-filesize', String(maxBytes)]),
    ...(resume === undefined ? [] : ['--continue-at', '-']),
    ...(headersPath === undefined ? [] : ['--dump-header', headersPath]),
    ...['--write-out', '%{http_code}', '--output', outputPath],
  ] as unknown as Argv;
}

/** The rest, as curl's own configuration: what https gave must not lead on to plain http. */
export function curlConfig({ url, bearer, form, resume }: Transfer): string {
  const lines = [
    `url = ${quoted(url)}`,
    `proto = ${quoted('=http,https,file')}`,
    `proto-redir = ${quoted(url.startsWith('https:') ? '=https' : '=http,https')}`,
    ...(bearer === undefined ? [] : [`header = ${quoted(`Authorization: Bearer ${bearer}`)}`]),
    ...(resume?.etag === undefined ? [] : [`header = ${quoted(`If-Range: ${resume.etag}`)}`]),
    ...Object.entries(form ?? {}).map(([name, value]) => `data-urlencode = ${quoted(`${name}=${value}`)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return `"${text.replaceAll(/[\\"\n\r\t]/g, (character) => escapes[character] ?? '')}"`;
}

export interface Headers {
  /** Only a strong tag says that two files are the same byte for byte. */
  readonly etag: string | undefined;
  /** Size of the whole file, also when a part of it is sent. */
  readonly totalBytes: number | undefined;
}

/** What the last answer says about the file; answers before it were redirects. */
export function readHeaders(text: string): Headers {
  const last =
    text
      .trimEnd()
      .split(/\r?\n\r?\n/)
      .at(-1) ?? '';
  const field = (name: string): string | undefined => new RegExp(`^${name}: *(.+?)\\r?$`, 'im').exec(last)?.[1];
  const etag = field('etag');
  const total = /\/(\d+)$/.exec(field('content-range') ?? '')?.[1] ?? field('content-length');
  return { etag: etag?.startsWith('"') === true ? etag : undefined, totalBytes: total === undefined ? undefined : Number(total) };
}
