import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Desk } from '../stages/stage.ts';
import { listRuns } from '../store/run-record.ts';

export interface FailureKit {
  readonly run: string;
  readonly kitDir: string;
  readonly script: string;
  /** True: the disk is as the failed run left it; false: as it was before. */
  readonly overlayKept: boolean;
}

/** Finds what a failed run left for a person to look at; without a name, what the newest one left. */
export async function findKit({ host }: Desk, { buildDir, run }: { readonly buildDir: string; readonly run: string | undefined }): Promise<FailureKit> {
  const runs = await listRuns(host, buildDir);
  const wanted = run === undefined ? runs.toReversed() : runs.filter(({ record }) => record.id === run);
  if (wanted.length === 0 && run !== undefined)
    throw noRun(
      run,
      runs.map(({ record }) => record.id),
    );
  for (const { dir, record } of wanted) {
    const kitDir = join(dir, 'failure-kit');
    const script = join(kitDir, 'boot-and-login.sh');
    if (await host.files.exists(script)) return { run: record.id, kitDir, script, overlayKept: await host.files.exists(join(kitDir, 'overlay.qcow2')) };
  }
  throw new BakeError('USAGE', {
    what: run === undefined ? 'No run has left a machine to look at' : `The run ${run} has left no machine to look at`,
    fix: 'A failed verification leaves one; with `--keep-failed`, the disk as it was then',
  });
}

function noRun(run: string, known: readonly string[]): BakeError {
  return new BakeError('USAGE', { what: `There is no run ${run}`, fix: 'Name one of these, or none for the newest that failed', details: known.slice(-10) });
}
