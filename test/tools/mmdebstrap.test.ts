import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { mmdebstrapArgv } from '../../scripts/tools/mmdebstrap.ts';

const REQUEST = { suite: 'first', packages: ['linux', 'bash'], sourcesPath: '/w/sources.list', hookPath: '/p/bootstrap-disk.sh', aptConfPath: '/w/apt.conf' };

/** What the shell that mmdebstrap hands a hook to makes of it. */
function hookWords(hookPath: string): readonly string[] {
  const hook = mmdebstrapArgv({ ...REQUEST, hookPath }).find((word) => word.startsWith('--customize-hook=')) ?? '';
  const script = `bash() { printf '%s\\0' "$@"; }; ${hook.slice('--customize-hook='.length)}`;
  return execFileSync('sh', ['-c', script, 'sh', '/the root'], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('mmdebstrapArgv', () => {
  test('unpacks a suite from the given sources only, and keeps nothing but what the hook makes', () => {
    expect(mmdebstrapArgv(REQUEST)).toEqual([
      ...['mmdebstrap', '--variant=minbase', '--format=null', '--dpkgopt=force-unsafe-io', '--aptopt=/w/apt.conf'],
      ...['--include=linux,bash', `--customize-hook=bash '/p/bootstrap-disk.sh' "$1"`, 'first', '/dev/null', '/w/sources.list'],
    ]);
  });

  test.each(['/p/bootstrap-disk.sh', '/a b/x.sh', "/it's/x.sh", '/$(id)/`id`/"x".sh', '/a\\b;c&d.sh'])(
    'the hook is the script at %s, given the root',
    (path) => {
      expect(hookWords(path)).toEqual([path, '/the root']);
    },
  );
});
