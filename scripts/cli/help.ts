import type { Command, Option, Positional } from '../commands/command.ts';
import { COMMON_OPTIONS, valueName } from './parse-options.ts';
import type { Verb } from './verbs.ts';

/** What `--help` alone prints: the way in for someone who has never seen this. */
export function generalHelp(verbs: readonly Verb[]): string {
  const width = Math.max(...verbs.map(({ name }) => name.length));
  return [
    'Ingot bakes golden VM images, proves them, and publishes them.',
    '',
    'Usage: npm run <verb> -- [options]',
    '',
    ...verbs.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Every verb has --help and --json. Start with: npm run bake -- --distro debian --yes',
    'Exit status: 0 fine, 1 a bug of ours, 2 usage or configuration, 3 host not ready, 4 bake failed, 5 verification failed, 6 publish refused or not trusted, 130 interrupted',
    '',
  ].join('\n');
}

/** What `<verb> --help` prints, made from the same table that the parser uses. */
export function verbHelp({ name, summary }: Verb, command: Command): string {
  const options: [string, Option][] = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const rows = options.map(([option, details]) => [`--${option} ${valueName(details)}`.trimEnd(), textOf(details)] as const);
  const positionals = command.positionals ?? [];
  const width = Math.min(34, Math.max(...rows.map(([left]) => left.length), ...positionals.map((positional) => positional.name.length)));
  const row = (left: string, right: string): string => `  ${left.padEnd(width)}  ${right}`;
  return [
    `${name}: ${summary}`,
    '',
    `Usage: npm run ${name} -- ${[...positionals.map(written), '[options]'].join(' ')}`,
    '',
    ...positionals.map((positional) => row(positional.name, positional.help)),
    ...(positionals.length > 0 ? [''] : []),
    ...rows.map(([left, right]) => row(left, right)),
    ...(command.examples === undefined ? [] : ['', 'Examples:', ...command.examples.map((example) => `  ${example}`)]),
    '',
  ].join('\n');
}

function textOf(option: Option): string {
  if (option.kind === 'list') return `${option.help} (may be given more than once)`;
  if (option.kind === 'flag') return option.help;
  if (option.kind === 'text' && option.required === true) return `${option.help} (required)`;
  return option.default === undefined ? option.help : `${option.help} (default: ${option.default})`;
}

function written({ name, required, many }: Positional): string {
  const word = many === true ? `${name}…` : name;
  return required ? word : `[${word}]`;
}
