import type { LayerCachePlace } from '../model/layer-record.ts';
import type { Desk } from '../stages/stage.ts';

/** One option of a verb, as data: from it come the parser, the help text and the refusal of everything else. */
export type Option =
  | { readonly kind: 'flag'; readonly help: string }
  | { readonly kind: 'text'; readonly value: string; readonly help: string; readonly default?: string; readonly required?: boolean }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string; readonly help: string }
  | { readonly kind: 'list'; readonly value: string; readonly help: string };

export type OptionTable = Readonly<Record<string, Option>>;

type ValueOf<Item> = Item extends { readonly kind: 'flag' }
  ? boolean
  : Item extends { readonly kind: 'list' }
    ? readonly string[]
    : Item extends { readonly choices: readonly (infer Choice)[] }
      ? Choice
      : Item extends { readonly default: string } | { readonly required: true }
        ? string
        : string | undefined;

/** What a verb's `run` sees of its options: the type of each follows from the table. */
export type Values<Table extends OptionTable> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };

export interface Positional {
  readonly name: string;
  readonly help: string;
  readonly required: boolean;
  /** True: takes all that are left; only the last may. */
  readonly many?: boolean;
}

/** Where this run keeps things: absolute, with --store, --cache and the environment already applied. */
export interface Places {
  readonly buildDir: string;
  readonly cacheDir: string;
  readonly storeLocation: string;
  /** Where machines share layers: from the environment, INGOT_LAYER_CACHE and INGOT_LAYER_CACHE_WRITE. */
  readonly layerCache?: LayerCachePlace;
}

/** Asks a person at the terminal; resolves false for anything but a clear yes. */
export type Ask = (question: string) => Promise<boolean>;

export interface Call<Table extends OptionTable = OptionTable> {
  readonly values: Values<Table>;
  readonly positionals: readonly string[];
  readonly desk: Desk;
  readonly places: Places;
  /** Undefined when nobody is there to answer. */
  readonly ask: Ask | undefined;
  /** Makes a path that the caller wrote absolute, seen from the caller's own folder. */
  readonly pathOf: (written: string) => string;
}

/** What a verb gives back: the document for --json, and the same for a person. */
export interface Outcome {
  readonly document: unknown;
  readonly text: string;
  /** Default 0. */
  readonly exitStatus?: number;
  /** A program that takes the terminal over once everything is printed; its status becomes ours. Not run with --json. */
  readonly handOver?: readonly [string, ...string[]];
}

export interface Command<Table extends OptionTable = OptionTable> {
  readonly positionals?: readonly Positional[];
  readonly options: Table;
  /** Lines for the end of --help, each a whole command. */
  readonly examples?: readonly string[];
  readonly run: (call: Call<Table>) => Promise<Outcome>;
}

/** Checks a verb against its own table and then forgets the table's exact type, so that all verbs fit in one list. */
export function defineCommand<const Table extends OptionTable>(command: Command<Table>): Command {
  return command as unknown as Command;
}

type Given<Fields> = { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Drops what was not given, because an absent option and an option that is undefined are different things to a pipeline. */
export function given<Fields extends Readonly<Record<string, unknown>>>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>;
}
