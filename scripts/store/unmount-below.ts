import type { Host } from '../host/host.ts';
import { readOrUndefined } from './process-identity.ts';

/** Takes away every mount at or below a path, so that removing a folder never reaches through a mount into a disk. False when one stayed. */
export async function unmountBelow(host: Host, path: string): Promise<boolean> {
  for (const mountPoint of (await mountsBelow(host, path)).toReversed()) {
    const { exitCode } = await host.run(['umount', '--lazy', '--', mountPoint], { reject: false });
    if (exitCode !== 0) await host.run(['fusermount3', '-u', '-z', '--', mountPoint], { reject: false });
  }
  return (await mountsBelow(host, path)).length === 0;
}

/** In the order they were mounted. */
async function mountsBelow(host: Host, path: string): Promise<readonly string[]> {
  const table = (await readOrUndefined(host, '/proc/self/mountinfo')) ?? '';
  const points = table.split('\n').map((line) => unescaped(line.split(' ')[4] ?? ''));
  return points.filter((point) => point === path || point.startsWith(`${path}/`));
}

/** Blanks and backslashes are written as octal in /proc. */
function unescaped(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
