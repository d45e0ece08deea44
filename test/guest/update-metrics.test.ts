import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bash, PROJECT, scratchDir } from './run-bash.ts';

const SCRIPT = join(PROJECT, 'packer/components/monitoring/files/usr/lib/ingot/metrics.d/updates.sh');
const WAITING =
  '\nnginx.x86_64      1:1.24.0-2      appstream\npython3-subscription-manager-rhsm.x86_64\n                  1.28.40-1.el8   rhel-8-for-x86_64-baseos-rpms\nopenssl.x86_64    1:1.1.1k-14     baseos\n';

/** What the script prints where dnf's index is `index` and dnf says this; `(no)apt-get` is never found, whatever this host has. */
function metrics({
  all = '',
  security = '',
  status = 100,
  index = true,
}: {
  all?: string;
  security?: string;
  status?: number;
  index?: boolean;
}): readonly string[] {
  const dir = scratchDir();
  mkdirSync(join(dir, 'cache/appstream-1/repodata'), { recursive: true });
  if (index) writeFileSync(join(dir, 'cache/appstream-1/repodata/repomd.xml'), '<repomd/>');
  writeFileSync(join(dir, 'all'), all);
  writeFileSync(join(dir, 'security'), security);
  writeFileSync(
    join(dir, 'dnf'),
    `#!/bin/sh\ncase "$*" in *" -C "*check-update*) ;; *) exit 64 ;; esac\ncase "$*" in *--security*) cat "${dir}/security" ;; *) cat "${dir}/all" ;; esac\nexit ${status}\n`,
  );
  chmodSync(join(dir, 'dnf'), 0o755);
  const script = readFileSync(SCRIPT, 'utf8')
    .replaceAll('/var/cache/dnf', join(dir, 'cache'))
    .replaceAll('/var/lib/prometheus', dir)
    .replaceAll('command -v apt-get', 'false');
  writeFileSync(join(dir, 'updates.sh'), script);
  const printed = bash(`bash "${dir}/updates.sh"`, { PATH: `${dir}:${process.env['PATH'] ?? ''}` }, dir);
  expect(printed).toMatchObject({ status: 0, stderr: '' });
  return printed.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('updates that wait, as dnf says', () => {
  test('are counted by kind; what is only renamed is not one', () => {
    const all = `${WAITING}Obsoleting Packages\nnew.noarch   2-1   appstream\n    old.noarch   1-1   @System\n`;
    expect(metrics({ all, security: '\nopenssl.x86_64    1:1.1.1k-14     baseos\n' })).toEqual([
      'ingot_updates_known 1',
      'ingot_updates_pending{kind="security"} 1',
      'ingot_updates_pending{kind="other"} 2',
    ]);
  });

  test('none are none', () => {
    expect(metrics({ status: 0 })).toEqual(['ingot_updates_known 1', 'ingot_updates_pending{kind="security"} 0', 'ingot_updates_pending{kind="other"} 0']);
  });

  test('a dnf that fails does not mean that nothing waits', () => {
    expect(metrics({ all: WAITING, status: 1 })).toEqual(['ingot_updates_known 0']);
  });

  test('without an index nothing is known, and nothing said', () => {
    expect(metrics({ status: 0, index: false })).toEqual([]);
  });
});
