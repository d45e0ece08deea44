import { join } from 'node:path';
import type { Host } from '../../host/host.ts';

/** Brings the page cache into the same state before every run: nothing of the last one waits to be written, what will be read has been read. */
export async function warmUp(host: Host, { basePath, aptDir }: { readonly basePath: string; readonly aptDir: string }): Promise<void> {
  await host.run(['sync']);
  // Counting lines reads every byte and prints next to nothing.
  await host.run(['wc', '-l', basePath]);
  await host.run(['find', join(aptDir, 'archives'), join(aptDir, 'lists'), '-type', 'f', '-exec', 'wc', '-l', '{}', '+']);
}
