import type { Host } from '../host/host.ts';

/** More than a chatty boot writes; a guest that writes without end fills no memory of ours. */
export const MOST_SERIAL_BYTES = 8 * 2 ** 20;

/** What a guest wrote to its serial line, from a place in the log on; as it came. */
export async function readSerialLog(host: Pick<Host, 'files'>, path: string, fromByte = 0): Promise<string> {
  const sizeBytes = await serialLogSize(host, path);
  if (sizeBytes <= fromByte) return '';
  const bytes = await host.files.readBytes(path, { offset: fromByte, length: Math.min(sizeBytes - fromByte, MOST_SERIAL_BYTES) });
  return new TextDecoder().decode(bytes);
}

/** How much there is: a place to read on from. */
export async function serialLogSize(host: Pick<Host, 'files'>, path: string): Promise<number> {
  return (await host.files.stat(path))?.sizeBytes ?? 0;
}
