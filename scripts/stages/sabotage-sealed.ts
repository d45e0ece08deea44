import { probeOf } from '../checks/declared-rows.ts';
import { evaluate } from '../checks/evaluate.ts';
import { judgeSabotage } from '../checks/judge-sabotage.ts';
import { parseProbeResults, type ProbeResult } from '../checks/probe-results.ts';
import { SABOTAGE_FRAMES, sealedSabotageScript } from '../checks/sealed-sabotage-script.ts';
import type { Sabotage } from '../checks/sabotages.ts';
import { BakeError } from '../errors.ts';
import type { CheckRow } from '../model/check.ts';
import type { SabotageRow } from '../model/proof.ts';
import { sealedPlace, type InspectedDisk } from './inspect-disk.ts';
import type { Stage } from './stage.ts';

export interface SealedSabotageInput {
  readonly disk: InspectedDisk;
  readonly sabotages: readonly Sabotage[];
  readonly env: Readonly<Record<string, string>>;
  readonly scratchDir: string;
  readonly probeMs: number;
  readonly nonce: string;
}

/** Breaks the sealed disk once for each saboteur, in a layer that is thrown away, and asks the one check whether it noticed. */
export const sabotageSealed: Stage<SealedSabotageInput, readonly SabotageRow[]> = {
  name: 'sabotage-sealed',
  title: 'Break the sealed disk, once for each check',
  run: async ({ disk, sabotages, env, scratchDir, probeMs, nonce }, { host }) => {
    if (sabotages.length === 0) return [];
    if (!host.facts.isRoot) throw new BakeError('HOST_NOT_READY', { what: 'Breaking a copy of a disk needs root', fix: 'Run this again as root (sudo)' });
    if (disk.root === undefined)
      throw new BakeError('BASE_INVALID', { what: `No partition of ${disk.path} is a Linux file system`, fix: 'Give a disk that Ingot baked' });
    const timeoutSeconds = Math.ceil(probeMs / 1000);
    const script = sealedSabotageScript({
      ...{ nonce, timeoutSeconds, env, lanes: host.facts.cpus },
      ...sealedPlace(disk, disk.root),
      sabotages: sabotages.map(({ declaration: { id, sealed, saboteur } }) => ({ name: id, saboteur: saboteur.run, probe: sealed?.run ?? 'exit 127' })),
    });
    const timeoutMs = 60_000 + probeMs * (1 + 3 * sabotages.length);
    const { exitCode, stdout, stderr } = await host.run(['bash', '-s'], {
      input: script,
      contain: true,
      reject: false,
      timeoutMs,
      env: { TMPDIR: scratchDir },
    });
    if (exitCode !== 0) throw notBroken(stderr);
    const results = parseProbeResults(stdout, { nonce, timeoutSeconds });
    return sabotages.map((sabotage) => rowOf(sabotage, results));
  },
};

function rowOf(sabotage: Sabotage, results: ReadonlyMap<string, ProbeResult>): SabotageRow {
  const resultOf = (frame: keyof typeof SABOTAGE_FRAMES): ProbeResult | undefined => results.get(`${sabotage.declaration.id} ${SABOTAGE_FRAMES[frame]}`);
  const rows = (result: ProbeResult | undefined): readonly CheckRow[] =>
    result === undefined ? [] : sabotage.watched.filter((row) => probeOf(row) !== undefined).map((row) => evaluate(row, result));
  const [before, saboteur, after] = [resultOf('before'), resultOf('saboteur'), resultOf('after')];
  const seconds = [before, saboteur, after].reduce((sum, result) => sum + (result?.seconds ?? 0), 0);
  // Nothing on a disk that is only read can hold a probe up: one that ran into its time limit tells of the host, and proves nothing.
  return judgeSabotage(sabotage, { before: rows(before), after: after?.timedOut === true ? [] : rows(after), saboteur, seconds });
}

function notBroken(stderr: string): BakeError {
  return new BakeError('TOOL_FAILED', {
    what: 'The disk could not be shown in a layer that can be broken',
    fix: 'Overlayfs, tmpfs and loop devices must be usable here; read the lines below',
    details: stderr.trim().split('\n').slice(-10),
  });
}
