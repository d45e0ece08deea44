import { parseArgs } from 'node:util';
import type { Command, Option, OptionTable } from '../commands/command.ts';
import { BakeError } from '../errors.ts';
import { nearest } from '../errors/nearest.ts';

export type OptionValue = string | boolean | readonly string[] | undefined;

export interface ParsedLine {
  readonly values: Readonly<Record<string, OptionValue>>;
  readonly positionals: readonly string[];
  readonly help: boolean;
  readonly json: boolean;
}

/** Options that every verb has. */
export const COMMON_OPTIONS = {
  json: { kind: 'flag', help: 'one JSON document on standard output, everything else on standard error' },
  help: { kind: 'flag', help: 'this text' },
} as const satisfies OptionTable;

/** Turns what was typed after a verb into values, or into one error that names every problem at once. */
export function parseOptions(verb: string, command: Command, args: readonly string[]): ParsedLine {
  const table: OptionTable = { ...command.options, ...COMMON_OPTIONS };
  const { tokens } = parseArgs({ args: [...args], options: parserOptions(table), allowPositionals: true, strict: false, tokens: true });
  const written = tokens.filter((token) => token.kind === 'option');
  const positionals = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const { help, json, ...values } = valuesOf(table, written);
  const problems = help === true ? [] : [...written.flatMap((token) => problemsOf(token, table)), ...missingOf(command, values, positionals)];
  if (problems.length > 0) throw refusal(verb, problems);
  return { values, positionals, help: help === true, json: json === true };
}

interface WrittenOption {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}

function parserOptions(table: OptionTable): Record<string, { type: 'string' | 'boolean'; multiple: true; short?: string }> {
  return Object.fromEntries(
    Object.entries(table).map(([name, option]) => [
      name,
      { type: option.kind === 'flag' ? 'boolean' : 'string', multiple: true, ...(name === 'help' ? { short: 'h' } : {}) },
    ]),
  );
}

function problemsOf({ name, rawName, value }: WrittenOption, table: OptionTable): string[] {
  const option = Object.hasOwn(table, name) ? table[name] : undefined;
  if (option === undefined) return [`${rawName} is not an option here${meant(name, Object.keys(table), '--')}`];
  if (option.kind === 'flag') return value === undefined ? [] : [`${rawName} takes no value`];
  if (value === undefined || value === '') return [`${rawName} needs a value: ${rawName} ${valueName(option)}`];
  if (option.kind === 'choice' && !option.choices.includes(value))
    return [`${rawName} ${value}: choose one of ${option.choices.join(', ')}${meant(value, option.choices, '')}`];
  if (value.startsWith('--') && Object.hasOwn(table, value.slice(2))) return [`${rawName} needs a value, and ${value} follows it`];
  return [];
}

function missingOf(command: Command, values: Readonly<Record<string, OptionValue>>, positionals: readonly string[]): string[] {
  const known = command.positionals ?? [];
  const options = Object.entries(command.options).filter(([name, option]) => option.kind === 'text' && option.required === true && values[name] === undefined);
  const absent = known.slice(positionals.length).filter(({ required }) => required);
  const tooMany = known.some(({ many }) => many === true) ? [] : positionals.slice(known.length);
  return [
    ...options.map(([name, option]) => `--${name} ${valueName(option)} is missing: ${option.help}`),
    ...absent.map(({ name, help }) => `${name} is missing: ${help}`),
    ...tooMany.map((word) => `${word}: nothing of that kind is expected here (npm needs a lone -- before options)`),
  ];
}

function valuesOf(table: OptionTable, written: readonly WrittenOption[]): Record<string, OptionValue> {
  return Object.fromEntries(
    Object.entries(table).map(([name, option]) => {
      const said = written.filter((token) => token.name === name);
      if (option.kind === 'flag') return [name, said.length > 0];
      const words = said.flatMap(({ value }) => (value === undefined ? [] : [value]));
      if (option.kind === 'list') return [name, words];
      return [name, words.at(-1) ?? ('default' in option ? option.default : undefined)];
    }),
  );
}

function refusal(verb: string, problems: readonly string[]): BakeError {
  const [first, ...others] = problems;
  return new BakeError('USAGE', {
    what: first ?? 'The command line was not understood',
    details: others,
    fix: `Run \`npm run ${verb} -- --help\` to see what ${verb} takes`,
  });
}

/** The word that stands for an option's value in help and in errors. */
export function valueName(option: Option): string {
  if (option.kind === 'choice') return option.choices.join('|');
  return option.kind === 'flag' ? '' : option.value;
}

function meant(written: string, known: readonly string[], prefix: string): string {
  const word = nearest(written, known);
  return word === undefined ? '' : `; did you mean ${prefix}${word}?`;
}
