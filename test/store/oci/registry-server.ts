import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registryProgram } from './registry-program.ts';
import { startServer, type TestServer } from '../../support/test-server.ts';

/** A real registry over a folder; `data` may be one that has little room. */
export function startRegistry(extra = '', wrap: (dataDir: string) => readonly string[] = () => []): Promise<TestServer> {
  const program = registryProgram();
  return startServer({
    argv: ({ port, dir }) => {
      const dataDir = join(dir, 'data');
      mkdirSync(dataDir, { recursive: true });
      const settings = [
        'version: 0.1',
        'log: { level: error, accesslog: { disabled: true } }',
        `storage: { filesystem: { rootdirectory: ${dataDir} }, delete: { enabled: true } }`,
        `http: { addr: "127.0.0.1:${port}" }`,
        extra,
      ];
      writeFileSync(join(dir, 'config.yml'), `${settings.join('\n')}\n`);
      return [...wrap(dataDir), program, 'serve', join(dir, 'config.yml')];
    },
  });
}
