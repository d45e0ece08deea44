import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ListedTarget } from '../../scripts/config/list-targets.ts';
import type { Host } from '../../scripts/host/host.ts';
import { generate } from '../../scripts/pipelines/generate.ts';
import { packerDialect } from '../../scripts/plan/packer-dialect.ts';
import { needTool } from './need-tool.ts';

const scratch = mkdtempSync(join(tmpdir(), 'ingot-validate-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function packer(cwd: string, ...args: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('packer', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: scratch, PACKER_CACHE_DIR: join(scratch, 'cache') },
  });
  return { status, said: stdout + stderr };
}

/** Either dialect's sources and provisioners are in the language of 1.6; only the block about plugins is not. */
function filesToValidate(dir: string, dialect: string): readonly string[] {
  if (dialect === '1.7')
    return ['1.6', '1.7']
      .flatMap((folder) => readdirSync(join(dir, `packer-${folder}`)).map((build) => `packer-${folder}/${build}`))
      .filter((path) => path.endsWith('native') || path.startsWith('packer-1.7'));
  return ['1.6', '1.7'].flatMap((folder) => readdirSync(join(dir, `packer-${folder}`)).map((build) => `packer-${folder}/${build}/image.pkr.hcl`));
}

/** Tests that Packer takes all that is generated for each target, in whichever of the two dialects the installed one speaks. */
export function testWithPacker(host: Host, targets: readonly ListedTarget[]): void {
  describe.each(targets)('what is generated for $image $role $distro', ({ image, role, distro }) => {
    const dir = join(scratch, `${image}-${role}-${distro}`);

    beforeAll(async () => {
      needTool('packer', ['version']);
      needTool('ssh-keygen', ['-?']);
      await generate({ host, say: () => undefined }, { image, role, distro, outDir: dir });
      // Packer reads the key of the build user while it validates; a bake makes one for each layer.
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'build-key')]);
    });

    test('is valid to the installed Packer', () => {
      const dialect = packerDialect(execFileSync('packer', ['version'], { encoding: 'utf8' }));
      // A Packer that has its plugin already asks nobody for it.
      if (dialect === '1.7' && !packer(dir, 'plugins', 'installed').said.includes('hashicorp/qemu'))
        expect(packer(dir, 'init', 'packer-1.7/vm-sealed')).toMatchObject({ status: 0 });
      const files = filesToValidate(dir, dialect);
      expect(files.length).toBeGreaterThanOrEqual(4);
      expect(files.map((path) => ({ path, ...packer(dir, 'validate', path) })).filter(({ status }) => status !== 0)).toEqual([]);
    });

    test('is written as `packer fmt` would write it', () => {
      expect(packer(dir, 'fmt', '-check', '-diff', 'packer-1.6/native')).toEqual({ status: 0, said: '' });
      expect(packer(dir, 'fmt', '-check', '-diff', 'packer-1.6/vm-sealed')).toEqual({ status: 0, said: '' });
      expect(packer(dir, 'fmt', '-check', '-diff', 'packer-1.7/vm-sealed')).toEqual({ status: 0, said: '' });
    });
  });

  test('there is something to validate', () => {
    expect(targets.length).toBeGreaterThan(0);
  });
}
