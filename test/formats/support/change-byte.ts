import { open } from 'node:fs/promises';

/** Turns every bit of one byte of a file over. */
export async function changeByte(path: string, offset: number): Promise<void> {
  await using file = await open(path, 'r+');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, offset);
  if (bytesRead !== 1) throw new Error(`${path} has no byte ${offset}`);
  await file.write(Uint8Array.of((buffer[0] ?? 0) ^ 0xff), 0, 1, offset);
}
