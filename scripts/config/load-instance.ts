import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { parseYaml } from './parse-yaml.ts';
import { throwIfInvalid, type Problem } from './problem.ts';
import { schemaProblems } from './schema-problems.ts';

const LARGEST_BYTES = 64 * 1024;

/** The text of one machine's own settings, checked against the schema that the machine checks them against: a mistake costs a second here and a boot there. */
export async function loadInstance({ files }: Host, path: string): Promise<string> {
  const stat = await files.stat(path);
  if (stat === undefined) throw refused(`There is no file ${path}`);
  if (stat.kind === 'directory') throw refused(`${path} is a folder`);
  const bytes = await files.readBytes(path);
  if (bytes.length > LARGEST_BYTES) throw refused(`${path} is larger than ${LARGEST_BYTES / 1024} KiB, which the machine would not read`);
  const text = utf8(bytes);
  if (text === undefined) throw refused(`${path} is not UTF-8 text`);
  checkInstance(path, text);
  return text;
}

/** Refuses what the machine would refuse; `name` says whose settings they are. */
export function checkInstance(name: string, text: string): void {
  const { yaml, problems } = parseYaml(name, text, { secretive: true, version: '1.1' });
  // Nothing but comments: every key is optional.
  const isEmpty = yaml === undefined || yaml.value === null;
  throwIfInvalid([...problems, ...(isEmpty ? [] : schemaProblems('instance', yaml))].map(withoutStrangeKeys));
}

/** With a forgotten blank after its colon, a key carries its value. */
function withoutStrangeKeys(problem: Problem): Problem {
  const strange = problem.path.filter((step) => typeof step === 'string' && !/^[\w-]{1,40}$/.test(step));
  if (strange.length === 0) return problem;
  return { ...problem, path: problem.path.map((step) => (strange.includes(step) ? '…' : step)), what: 'is no key that is known here' };
}

function refused(what: string): BakeError {
  return new BakeError('USAGE', { what, fix: 'Give --instance a YAML file with the settings of this machine' });
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
