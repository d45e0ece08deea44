import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { Scope } from '../../host/scope.ts';
import type { Say } from '../../model/event.ts';
import { coldRuns } from './cold-runs.ts';
import { layGround } from './ground.ts';
import { openLab, type Lab } from './lab.ts';
import { judge, notMeasured, TARGETS, type Line, type LineId, type Measured } from './line.ts';
import { measureDiff } from './measures/diff.ts';
import { measureList } from './measures/list.ts';
import { measurePublish, type StoreLab } from './measures/publish.ts';
import { measureConfig } from './measures/config.ts';
import { measureEmulated } from './measures/emulated.ts';
import { measureGenerate } from './measures/generate.ts';
import { measureMkosi } from './measures/mkosi.ts';
import { measureUnchanged } from './measures/unchanged.ts';
import { measureVerification } from './measures/verification.ts';
import type { BenchOptions } from './options.ts';
import { readPayload } from './payload.ts';

export interface Bench {
  readonly host: Host;
  readonly scope: Scope;
  readonly say: Say;
  readonly options: BenchOptions;
}

/** Measures what was asked for; a measurement that fails is a line that says why, and the others go on. */
export async function runBench(bench: Bench): Promise<readonly Line[]> {
  const measures = await measuresOf(bench);
  const lines = new Map<LineId, Line>();
  for (const id of QUICK_FIRST.filter((wanted) => bench.options.only.includes(wanted))) {
    bench.say({ type: 'note', message: TARGETS[id].what });
    lines.set(id, await lineOf(bench.host, id, measures[id]));
  }
  return bench.options.only.flatMap((id) => lines.get(id) ?? []);
}

/** So that an hour-long peer holds nothing up. */
const QUICK_FIRST: readonly LineId[] = ['generate', 'verification', 'list', 'diff', 'publish', 'unchanged', 'cold', 'config', 'mkosi', 'emulated'];

type Measure = () => Promise<Measured>;

async function measuresOf({ host, scope, say, options }: Bench): Promise<Readonly<Record<LineId, Measure>>> {
  const payload = await readPayload(host);
  const { runs, boot } = options;
  const lab = once(() => openLab(host, { payload, scope, say, keep: options.keep }));
  const nativeLab = (): Promise<Lab> => (host.facts.isRoot ? lab() : Promise.reject(needsRoot()));
  const ground = once(async () => layGround(await nativeLab()));
  const cold = once(async () => coldRuns(await nativeLab(), await ground(), runs));
  const { distro } = payload;
  const storeLab = async (): Promise<StoreLab> => ({ distro, runs, say, dir: (await lab()).dir });
  return {
    generate: async () => measureGenerate(host, { distro, runs, dir: (await lab()).dir }),
    verification: () => measureVerification(host),
    unchanged: async () => measureUnchanged(host, { distro, runs, boot, dir: (await lab()).dir }),
    publish: async () => measurePublish(host, await storeLab()),
    diff: async () => measureDiff(host, await storeLab()),
    list: async () => measureList(host, await storeLab()),
    cold,
    config: async () => measureConfig(await nativeLab(), await cold(), runs),
    mkosi: async () => measureMkosi(await nativeLab(), await ground(), await cold()),
    emulated: async () => {
      if (!options.slow) throw new BakeError('USAGE', { what: 'it takes many minutes: give --slow', fix: 'Give --slow' });
      return measureEmulated(await nativeLab(), await ground());
    },
  };
}

function needsRoot(): BakeError {
  return new BakeError('HOST_NOT_READY', { what: 'Native bakes need root', fix: 'Run the benchmark as root' });
}

async function lineOf(host: Host, id: LineId, measure: Measure): Promise<Line> {
  try {
    return judge(id, await measure());
  } catch (error) {
    if (host.interrupted.aborted || !(error instanceof BakeError)) throw error;
    return notMeasured(id, [error.what, ...error.details.slice(-3)].join('\n    '));
  }
}

/** The same promise for all who ask: what several lines stand on is made once. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
