import { BakeError } from '../errors.ts';
import type { Qmp } from './qmp.ts';

/** Keeps everything of a running VM, its memory and its disk, under a name inside its own qcow2 disk. */
export function saveSnapshot(qmp: Pick<Qmp, 'execute'>, name: string): Promise<void> {
  return order(qmp, `savevm ${name}`);
}

/** Takes a running VM back to what it was when the snapshot was made, and lets it run on from there. */
export function loadSnapshot(qmp: Pick<Qmp, 'execute'>, name: string): Promise<void> {
  return order(qmp, `loadvm ${name}`);
}

/** QEMU's own words for a human monitor: what it prints is an error. */
async function order(qmp: Pick<Qmp, 'execute'>, line: string): Promise<void> {
  const said = String(await qmp.execute('human-monitor-command', { 'command-line': line })).trim();
  if (said === '') return;
  throw new BakeError('TOOL_FAILED', { what: `QEMU could not do ${line}`, fix: 'Read the line below', details: [said] });
}
