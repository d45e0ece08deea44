import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { needTool } from '../../support/need-tool.ts';

const peersDir = join(import.meta.dirname, '../../../scripts/dev/bench/peers');
const scratch = mkdtempSync(join(tmpdir(), 'ingot-peers-'));
afterAll(() => rmSync(scratch, { recursive: true }));

test('the hand-written template is one that Packer takes', () => {
  needTool('packer', ['version']);
  const path = join(peersDir, 'emulated.pkr.hcl');
  const names = [...readFileSync(path, 'utf8').matchAll(/^variable "(\w+)"/gm)].map(([, name]) => name ?? '');
  const variables = names.flatMap((name) => ['-var', `${name}=${name === 'disk_size' ? '20480M' : join(scratch, name)}`]);
  const { status, stdout, stderr } = spawnSync('packer', ['validate', '-syntax-only', ...variables, path], {
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: scratch },
  });
  expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
});

test('the chroot by hand is clean under shellcheck', () => {
  needTool('shellcheck', ['--version']);
  const { status, stdout } = spawnSync('shellcheck', [join(peersDir, 'native-chroot.sh')], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});
