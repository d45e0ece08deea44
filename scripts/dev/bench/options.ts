import { parseArgs } from 'node:util';
import { BakeError } from '../../errors.ts';
import { TARGETS, type LineId } from './line.ts';

export interface BenchOptions {
  readonly runs: number;
  readonly only: readonly LineId[];
  /** Also the peers that take many minutes. */
  readonly slow: boolean;
  /** Make a release of our own where none stands, which boots VMs. */
  readonly boot: boolean;
  readonly json: boolean;
  readonly keep: boolean;
  readonly help: boolean;
}

const ALL = Object.keys(TARGETS) as readonly LineId[];

export const HELP = `npm run bench -- [options]: how fast, against whom, and whether that is what we promise

  --runs N      runs of each, alternating with the peer; the median counts (default 1)
  --only LIST   comma-separated: ${ALL.join(', ')}
  --slow        also against a hand-written Packer template under emulation (20 minutes and more)
  --boot        for \`unchanged\`: bake, verify and publish an image of its own when no release stands (boots VMs)
  --keep        leave the work folder, below build/
  --json        one JSON document on standard output
  --help        this text

Needs root, and what \`npm run doctor\` lists for native bakes. About 10 minutes; ends with 1 when a target is not met.
`;

/** Turns words into options; everything that is not one is refused. */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { values } = parsed(args);
  const runs = Number(values.runs ?? '1');
  if (!Number.isInteger(runs) || runs < 1 || runs > 99) throw usage(`--runs ${values.runs ?? ''} is not a number of runs`);
  const only = (values.only ?? ALL.join(',')).split(',').map((word) => word.trim());
  const unknown = only.filter((word) => !ALL.some((id) => id === word));
  if (unknown.length > 0) throw usage(`--only ${unknown.join(',')}: choose from ${ALL.join(', ')}`);
  const { slow = false, boot = false, json = false, keep = false, help = false } = values;
  return { runs, only: ALL.filter((id) => only.includes(id)), slow, boot, json, keep, help };
}

function parsed(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: { runs: text, only: text, slow: flag, boot: flag, json: flag, keep: flag, help: flag },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(what: string): BakeError {
  return new BakeError('USAGE', { what, fix: 'Run `npm run bench -- --help`' });
}
