import { loadavg } from 'node:os';
import { dirname } from 'node:path';
import { asBakeError, errorText } from '../cli/describe-error.ts';
import { interruption } from '../cli/interruption.ts';
import type { Host } from '../host/host.ts';
import { localHost } from '../host/local-host.ts';
import { withScope } from '../host/scope.ts';
import type { Event } from '../model/event.ts';
import { HELP, parseBenchOptions, type BenchOptions } from './bench/options.ts';
import { resultTable, type BenchResult } from './bench/result-table.ts';
import { runBench } from './bench/run-bench.ts';

const aside = (text: string): void => void process.stderr.write(text);
const interrupted = interruption(process, { monotonicMs: () => performance.now(), aside, exit: (status) => process.exit(status) });

try {
  process.exitCode = await main(parseBenchOptions(process.argv.slice(2)));
} catch (thrown) {
  const error = asBakeError(thrown, interrupted);
  aside(errorText(error));
  process.exitCode = error.exitStatus;
}

async function main(options: BenchOptions): Promise<number> {
  if (options.help) return print(HELP);
  const host = localHost({ interrupted, projectDir: dirname(dirname(import.meta.dirname)), env: process.env });
  const result = await measure(host, options);
  print(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : resultTable(result));
  return result.lines.some(({ verdict }) => verdict === 'not met') ? 1 : 0;
}

async function measure(host: Host, options: BenchOptions): Promise<BenchResult> {
  const { cpus, memoryMiB } = host.facts;
  const loadBefore = loadavg()[0] ?? 0;
  const lines = await withScope((scope) => runBench({ host, scope, say: tell, options }));
  const loadAfter = loadavg()[0] ?? 0;
  return {
    ...{ kind: 'BenchResult', schemaVersion: 1, runs: options.runs, lines },
    ...{ host: { cpus, memoryMiB, loadBefore, loadAfter }, measuredAt: host.clock.now().toISOString() },
  };
}

/** Only what a waiting person wants to see; the lines of the tools are not among it. */
function tell(event: Event): void {
  if (event.type === 'note') aside(`${event.message}\n`);
  if (event.type === 'finished') aside(`  ${event.title}: ${event.seconds.toFixed(1)} s\n`);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
