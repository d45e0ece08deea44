import type { Host } from '../../host/host.ts';
import type { Lap } from './line.ts';

/** Linux gives the times of /proc in hundredths of a second, on every architecture. */
const TICKS_PER_SECOND = 100;

/** Times a piece of work: wall clock, and the CPU of this process and of every child that it has waited for. */
export async function timed<T>(host: Host, work: () => Promise<T>): Promise<Lap & { readonly value: T }> {
  const cpuBefore = await cpuSeconds(host);
  const startedMs = host.clock.monotonicMs();
  const value = await work();
  const seconds = (host.clock.monotonicMs() - startedMs) / 1000;
  const cpuAfter = await cpuSeconds(host);
  return { value, seconds, cpuSeconds: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore };
}

/** User and system time, own and of children: fields 14 to 17, counted behind the name, which may hold blanks. */
export function cpuSecondsOf(stat: string): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).map(Number);
  return ticks.length === 4 && ticks.every(Number.isFinite) ? ticks.reduce((sum, value) => sum + value, 0) / TICKS_PER_SECOND : null;
}

async function cpuSeconds({ files }: Host): Promise<number | null> {
  return (await files.exists('/proc/self/stat')) ? cpuSecondsOf(await files.readText('/proc/self/stat')) : null;
}
