import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import { renderPacker } from '../render/packer-template.ts';
import { renderBuildSeed } from '../render/seed.ts';
import { buildWithPacker } from './build-with-packer.ts';
import type { DriverJob } from './bake-layer.ts';
import { loadTemplates } from './load-templates.ts';
import type { Context } from './stage.ts';

/** Under emulation a guest with everything in it takes many minutes to answer; with acceleration these limits are never met. */
const SSH_TIMEOUT_MINUTES = { kvm: 10, tcg: 60 } as const;

/** Bakes a layer in a VM that Packer boots from the parent and provisions over SSH. Needs no root. */
export async function bakeInVm(job: DriverJob, context: Context): Promise<void> {
  const { host, scope } = context;
  const { workDir, plan } = job;
  const templates = await loadTemplates(host);
  const paths = {
    key: join(workDir, 'build-key'),
    seed: join(workDir, 'seed'),
    tar: join(workDir, 'payload.tar'),
    output: job.partialPath.replace(/\.partial$/, '.vm.partial'),
    serial: join(job.workspace.logDir, `${job.layer.name}.serial.log`),
  };
  scope.always('folder of the VM’s disk', () => host.files.remove(paths.output));
  await host.files.copy(join(host.facts.projectDir, 'packer/power-off.sh'), join(job.payloadDir, 'power-off.sh'));
  await host.run(['tar', '--sort=name', '-C', job.payloadDir, '-cf', paths.tar, '.']);
  const publicKey = await makeBuildKey(paths.key, context);
  await host.files.makeDir(paths.seed);
  const seed = renderBuildSeed({ instanceId: `ingot-${job.workspace.runId}-${job.layer.name}`, sshPublicKeys: [publicKey], templates });
  for (const { path, text } of seed) await host.files.writeUnsynced(join(paths.seed, path), text);
  const files = renderPacker({
    driver: 'vm',
    plan,
    templates,
    layer: {
      parentPath: job.parentPath,
      outputDir: paths.output,
      diskName: 'layer.qcow2',
      payloadTarPath: paths.tar,
      seedDir: paths.seed,
      privateKeyPath: paths.key,
      serialPath: paths.serial,
      sshTimeoutMinutes: SSH_TIMEOUT_MINUTES[plan.accelerator],
      shutdownTimeoutMinutes: SSH_TIMEOUT_MINUTES[plan.accelerator],
      shutdownCommand: 'sudo setsid bash /run/ingot/payload/power-off.sh </dev/null >/dev/null 2>&1 &',
      runsAtShutdown: job.layer.name === 'sealed',
    },
  });
  await buildWithPacker({ job: { ...job, partialPath: join(paths.output, 'layer.qcow2') }, files }, context);
  if (job.layer.name === 'sealed') await refuseUnsealed(paths.serial, context);
  await host.files.rename(join(paths.output, 'layer.qcow2'), job.partialPath);
}

/** Packer only sees a machine that goes off; whether it was sealed before, the guest says on its console. */
async function refuseUnsealed(serialPath: string, { host }: Context): Promise<void> {
  const said = (await host.files.exists(serialPath)) ? (await host.files.readText(serialPath)).split(/[\r\n]+/) : [];
  if (said.includes('ingot: sealed')) return;
  throw new BakeError('BAKE_FAILED', {
    what: 'The build VM went off without having been sealed',
    fix: `Read ${serialPath}`,
    details: said.filter((line) => line !== '').slice(-15),
  });
}

/** A key of this bake only; its public half leaves the image with the build user. */
async function makeBuildKey(path: string, { host }: Context): Promise<string> {
  await host.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'ingot-build', '-f', path]);
  return (await host.files.readText(`${path}.pub`)).trim();
}
