import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';

export interface FolderServer {
  readonly url: string;
  close(): void;
}

/** A web server on loopback over one folder: what a package manager needs of a mirror. */
export async function serveFolder(dir: string): Promise<FolderServer> {
  const server = createServer(({ url = '/' }, response) => {
    const file = createReadStream(join(dir, normalize(decodeURIComponent(url.split('?')[0] ?? '/'))));
    file.once('error', () => response.writeHead(404).end());
    file.once('open', () => file.pipe(response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, close: () => void server.close() };
}
