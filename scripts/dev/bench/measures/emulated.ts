import { join } from 'node:path';
import { loadSpec } from '../../../config/load-spec.ts';
import type { Argv } from '../../../host/host.ts';
import { bakeOnce } from '../bake-once.ts';
import { BENCH_IMAGE } from '../bench-project.ts';
import { stepText } from '../cold-runs.ts';
import type { Ground } from '../ground.ts';
import type { Lab } from '../lab.ts';
import type { Measured } from '../line.ts';
import { writePeerAccess } from '../package-access.ts';
import { timed } from '../stopwatch.ts';
import { warmUp } from '../warm-up.ts';

/** A small payload, against a Packer template as people write it, in a VM without hardware acceleration. */
export async function measureEmulated(lab: Lab, ground: Ground): Promise<Measured> {
  const { host, say } = lab.desk;
  const buildDir = join(lab.dir, 'small');
  say({ type: 'note', message: 'Small payload, cold bake of ours' });
  await ground.copyTo(buildDir);
  await warmUp(host, ground);
  const { value, ...ours } = await timed(host, () => bakeOnce(lab, { role: 'small', buildDir }));
  await host.files.remove(buildDir);
  say({ type: 'note', message: 'Small payload, hand-written Packer template under emulation' });
  const dir = join(lab.dir, 'emulated');
  const argv = await readyPacker(lab, ground, dir);
  const env = { CHECKPOINT_DISABLE: '1', PACKER_CACHE_DIR: join(dir, 'cache'), TMPDIR: dir };
  const peer = await timed(host, () =>
    host.run(argv, { contain: true, cwd: dir, env, onLine: (message) => say({ type: 'progress', stage: 'emulated', message }) }),
  );
  await host.files.remove(dir);
  return { ours, peer, notes: [`payload: ${lab.payload.small.join(' ')}`, `ours: ${stepText(value.stages)}`] };
}

async function readyPacker(lab: Lab, { basePath }: Ground, dir: string): Promise<Argv> {
  const { host } = lab.desk;
  const { spec } = await loadSpec(host, { distro: lab.payload.distro, image: BENCH_IMAGE });
  const [seedDir, accessDir, keyPath] = [join(dir, 'seed'), join(dir, 'access'), join(dir, 'key')];
  for (const name of ['seed', 'cache']) await host.files.makeDir(join(dir, name));
  await host.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', keyPath]);
  const publicKey = (await host.files.readText(`${keyPath}.pub`)).trim();
  await host.files.writeUnsynced(join(seedDir, 'user-data'), `#cloud-config\nssh_authorized_keys:\n  - ${publicKey}\n`);
  await host.files.writeUnsynced(join(seedDir, 'meta-data'), 'instance-id: bench\nlocal-hostname: bench\n');
  await writePeerAccess(lab, accessDir, 'vm');
  const variables = {
    ...{ base: basePath, output_dir: join(dir, 'out'), disk_size: `${spec.disk.virtualSizeMiB}M`, seed_dir: seedDir, access_dir: accessDir },
    ...{ key_file: keyPath, login_user: spec.distro.loginUser, packages: lab.payload.small.join(' ') },
  };
  return [
    'packer',
    'build',
    '-color=false',
    ...Object.entries(variables).flatMap(([name, value]) => ['-var', `${name}=${value}`]),
    join(import.meta.dirname, '../peers/emulated.pkr.hcl'),
  ];
}
