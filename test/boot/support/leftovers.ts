import { execa } from 'execa';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Whatever a bake below this folder holds on the machine right now: mounts, loop devices, processes. Empty means that nothing was left. */
export async function leftoversBelow(dir: string): Promise<readonly string[]> {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(dir));
  const { stdout } = await execa('losetup', ['--list', '--noheadings', '--output', 'NAME,BACK-FILE'], { reject: false });
  const loops = stdout.split('\n').filter((line) => line.includes(dir));
  return [...mounts, ...loops, ...processesNaming(dir)];
}

function processesNaming(dir: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => commandLine(pid))
    .filter((line) => line.includes(dir) && !line.includes('vitest'));
}

function commandLine(pid: string): readonly string[] {
  try {
    if (readlinkSync(`/proc/${pid}/exe`) === '') return [];
    return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`];
  } catch {
    return []; // It ended while we looked.
  }
}
