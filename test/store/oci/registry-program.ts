import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const TOOLS = join(import.meta.dirname, '../../../build/test-tools');
const UNPACKED = join(TOOLS, 'registry');
const PACKAGE = 'docker-registry';

/** The registry that the tests start: the host's own, or its package unpacked. Installed, it would be a service that listens from then on. */
export function registryProgram(): string {
  const ofHost = (process.env['PATH'] ?? '').split(':').flatMap((dir) => ['docker-registry', 'registry'].map((name) => join(dir, name)));
  const found = [...ofHost, join(UNPACKED, 'usr/bin/docker-registry')].find((path) => existsSync(path));
  return found ?? unpack();
}

function unpack(): string {
  mkdirSync(TOOLS, { recursive: true });
  const dir = mkdtempSync(join(TOOLS, 'registry-'));
  try {
    download(dir);
    const [file = ''] = readdirSync(dir);
    execFileSync('dpkg-deb', ['-x', join(dir, file), join(dir, 'root')]);
    if (!existsSync(UNPACKED)) renameSync(join(dir, 'root'), UNPACKED);
  } catch (error) {
    throw new Error(`The tests of registries need the program ${PACKAGE} (docker-distribution where there is no apt)`, { cause: error });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return join(UNPACKED, 'usr/bin/docker-registry');
}

/** A host's lists may be gone, as in containers that clear them away: then they are fetched first. */
function download(dir: string): void {
  const apt = (...words: readonly string[]): void =>
    void execFileSync('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', ...words], { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    apt('download', PACKAGE);
  } catch {
    apt('update');
    apt('download', PACKAGE);
  }
}
