import type { Grader } from '../model/grading.ts';

/** What a grader said, before anybody compares it with a goal. */
export interface Answer {
  /** Null when it said nothing that can be used; `detail` says why. */
  readonly score: number | null;
  readonly detail: string;
  readonly failed: readonly { readonly rule: string; readonly title: string }[];
}

/** One reader per grader: its own words in, a score and the rules that are not met out. */
export const READERS: Readonly<Record<Grader, (text: string) => Answer>> = {
  openscap: readScap,
  exposure: readExposure,
  lynis: readLynis,
  'ssh-audit': readSshAudit,
  openssh: readLoginMethods,
  testssl: readTestssl,
  nmap: readNmap,
};

/** A grader that did not get to its end has no score, and certainly not its last one. */
export function noAnswer(why: string): Answer {
  return { score: null, detail: why, failed: [] };
}

/** Lines of `oscap xccdf eval --progress-full`: rule, title, result. Rules that do not apply are in neither part of the percentage. */
function readScap(text: string): Answer {
  const rows = [...text.matchAll(/^xccdf_org\.ssgproject\.content_rule_([\w.-]+)\|(.*)\|(\w+)$/gm)].map(([, rule = '', title = '', result = '']) => ({
    rule,
    title,
    result,
  }));
  const of = (wanted: string): typeof rows => rows.filter(({ result }) => result === wanted);
  const [passed, failed] = [of('pass').length, of('fail')];
  const other = rows.length - passed - failed.length - of('notapplicable').length - of('notselected').length;
  if (passed + failed.length === 0) return noAnswer('no rule was answered');
  const detail = `${passed} rules pass, ${failed.length} fail; ${of('notapplicable').length} do not apply, ${other} cannot be told offline`;
  return { score: (100 * passed) / (passed + failed.length), detail, failed: failed.map(({ rule, title }) => ({ rule, title })) };
}

function readExposure(text: string): Answer {
  const score = /Overall exposure level for (\S+): (\d+(?:\.\d+)?) /.exec(text);
  if (score === null) return noAnswer(/not found/.test(text) ? 'the disk has no such unit' : 'systemd-analyze gave no level');
  return { score: Number(score[2]), detail: `of 10, for ${score[1]}`, failed: [] };
}

/** Lynis writes its report as `key=value`, lists as `key[]=`. */
function readLynis(text: string): Answer {
  const index = /^hardening_index=(\d+)$/m.exec(text)?.[1];
  if (index === undefined) return noAnswer('lynis did not come to its end');
  const listed = (kind: string): readonly { readonly rule: string; readonly title: string }[] =>
    [...text.matchAll(new RegExp(`^${kind}\\[\\]=([\\w:-]+)\\|([^|]*)`, 'gm'))].map(([, rule = '', title = '']) => ({ rule, title: `${kind}: ${title}` }));
  const [warnings, suggestions] = [listed('warning'), listed('suggestion')];
  return { score: Number(index), detail: `${warnings.length} warnings, ${suggestions.length} suggestions`, failed: [...warnings, ...suggestions] };
}

interface AuditEntry {
  readonly algorithm?: string;
  readonly notes?: { readonly fail?: readonly string[]; readonly warn?: readonly string[] };
}

function readSshAudit(text: string): Answer {
  const document = parsed(text);
  if (document === undefined) return noAnswer('ssh-audit gave no JSON');
  const entries = ['kex', 'key', 'enc', 'mac'].flatMap((kind) => (document[kind] ?? []) as readonly AuditEntry[]);
  const notes = entries.flatMap(({ algorithm = '', notes: { fail = [], warn = [] } = {} }) => [
    ...fail.map((title) => ({ rule: algorithm, title: `fail: ${title}` })),
    ...warn.map((title) => ({ rule: algorithm, title: `warn: ${title}` })),
  ]);
  const fails = notes.filter(({ title }) => title.startsWith('fail')).length;
  return { score: notes.length, detail: `${fails} fail, ${notes.length - fails} warn, of ${entries.length} algorithms`, failed: notes };
}

interface TestsslFinding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

function readTestssl(text: string): Answer {
  const list = parsed(text) as unknown as readonly TestsslFinding[] | undefined;
  if (!Array.isArray(list)) return noAnswer('testssl gave no JSON');
  const findings = (list as readonly TestsslFinding[]).filter(({ severity }) => ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].includes(severity));
  const stopped = (list as readonly TestsslFinding[]).find(({ severity }) => severity === 'FATAL');
  if (stopped !== undefined) return noAnswer(`testssl stopped: ${stopped.finding}`);
  return {
    score: findings.length,
    detail: `findings of severity LOW and above, of ${list.length} tests`,
    failed: findings.map(({ id, severity, finding }) => ({ rule: id, title: `${severity}: ${finding}` })),
  };
}

/** What ssh is told after it asked to be let in with nothing. */
function readLoginMethods(text: string): Answer {
  const offered = /^debug1: Authentications that can continue: ([\w@.,-]+)\r?$/m.exec(text)?.[1];
  if (offered === undefined) {
    return /^(?:debug1: )?Authenticat(?:ion succeeded|ed to)\b/m.test(text)
      ? found(['none'], 'nothing at all')
      : noAnswer('ssh met no server that it can talk to');
  }
  return found(
    offered.split(',').filter((method) => method !== 'publickey'),
    offered,
  );
}

function found(methods: readonly string[], offered: string): Answer {
  const failed = methods.map((method) => ({ rule: `ssh-auth-${method}`, title: `SSH offers the method ${method}` }));
  return { score: failed.length, detail: `SSH offers ${offered}`, failed };
}

/** The script of nmap that grades ciphers: the weakest of TLS. */
function readNmap(text: string): Answer {
  if (!/^Nmap done:/m.test(text)) return noAnswer('nmap did not come to its end');
  const strengths = [...text.matchAll(/least strength: (\S+)/g)].map(([, grade = '']) => grade);
  // A port that is shut offers nothing bad, and proves nothing good.
  if (strengths.length === 0) return noAnswer('nmap met no TLS server');
  const failed = strengths
    .filter((grade) => grade !== 'A')
    .map((grade) => ({ rule: 'ssl-least-strength', title: `the weakest cipher of TLS has the grade ${grade}` }));
  return { score: failed.length, detail: `weakest cipher of TLS: ${strengths.join(', ')}`, failed };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
