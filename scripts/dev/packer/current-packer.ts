import { join } from 'node:path';
import { BakeError } from '../../errors.ts';
import type { Argv, Host } from '../../host/host.ts';
import type { Say } from '../../model/event.ts';

/** A program in Go's module proxy, at the version that the generated HCL is tried with. */
interface GoProgram {
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** What the linker is told, where a build without it would call itself a pre-release. */
  readonly linkerFlags: string;
}

export const PACKER: GoProgram = { name: 'packer', module: 'github.com/hashicorp/packer', version: 'v1.16.0', linkerFlags: '-s -w' };
export const QEMU_PLUGIN: GoProgram = {
  name: 'packer-plugin-qemu',
  module: 'github.com/hashicorp/packer-plugin-qemu',
  version: 'v1.1.5',
  linkerFlags: '-s -w -X github.com/hashicorp/packer-plugin-qemu/version.VersionPrerelease=',
};

/** What a shell needs to use the Packer that was built. */
export interface BuiltPacker {
  readonly binDir: string;
  readonly pluginDir: string;
}

/**
 * Has a current Packer and its QEMU plugin where no vendor's binary can be had: built by Go from its module proxy, with the sums that
 * each module names. Rejects with HOST_NOT_READY where Go is missing or may not have
 * either module, with TOOL_FAILED where a build fails; nothing half-built stays.
 */
export async function buildCurrentPacker({ host, say }: { readonly host: Host; readonly say: Say }, cacheDir: string): Promise<BuiltPacker> {
  const dir = join(cacheDir, `packer-${PACKER.version}-qemu-${QEMU_PLUGIN.version}`);
  const built = { binDir: join(dir, 'bin'), pluginDir: join(dir, 'plugins') };
  if (await host.files.exists(dir)) return built;
  await host.files.makeDir(cacheDir);
  const workDir = await host.files.makeTempDir(cacheDir, 'packer-');
  try {
    // Both are asked for before either is built: minutes of work are not spent on half of a pair.
    const sources = [await sourceOf(host, PACKER), await sourceOf(host, QEMU_PLUGIN)] as const;
    const [packer, plugin] = [join(workDir, 'bin', PACKER.name), join(workDir, QEMU_PLUGIN.name)];
    say({ type: 'note', message: `Building Packer ${PACKER.version}` });
    await goBuild(host, { program: PACKER, sourceDir: sources[0], to: packer });
    say({ type: 'note', message: `Building its QEMU plugin ${QEMU_PLUGIN.version}` });
    await goBuild(host, { program: QEMU_PLUGIN, sourceDir: sources[1], to: plugin });
    const env = { CHECKPOINT_DISABLE: '1', PACKER_PLUGIN_PATH: join(workDir, 'plugins') };
    await host.run([packer, 'plugins', 'install', '--path', plugin, 'github.com/hashicorp/qemu'], { env });
    await host.files.remove(plugin);
    await host.files.rename(workDir, dir).catch(async (error: unknown) => {
      // One that another run has built meanwhile is as good.
      if (!(await host.files.exists(dir))) throw error;
    });
  } finally {
    await host.files.remove(workDir);
  }
  return built;
}

/** The folder of the module's own files, whose go.mod and go.sum decide what it is built from. */
async function sourceOf(host: Host, { module, version }: GoProgram): Promise<string> {
  const { exitCode, stdout, stderr } = await host.run(['go', 'mod', 'download', '-json', `${module}@${version}`], {
    reject: false,
    cwd: host.facts.projectDir,
  });
  if (exitCode === 0) return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
  throw new BakeError('HOST_NOT_READY', {
    what: `Go cannot have ${module}@${version}`,
    fix: 'Say where it may be had (GOPROXY, GONOSUMDB), or put a Packer of its vendor first in PATH and run: packer plugins install github.com/hashicorp/qemu',
    details: [saidWrong(stdout), stderr].join('\n').trim().split('\n').slice(-4),
  });
}

/** Go tells the reason in its answer. */
function saidWrong(answer: string): string {
  return /"Error": "(.*)"/.exec(answer)?.[1]?.replaceAll(String.raw`\n\t`, '\n') ?? '';
}

interface Build {
  readonly program: GoProgram;
  readonly sourceDir: string;
  readonly to: string;
}

async function goBuild(host: Host, { program, sourceDir, to }: Build): Promise<void> {
  const argv: Argv = ['go', 'build', '-trimpath', '-ldflags', program.linkerFlags, '-o', to, '.'];
  await host.run(argv, { cwd: sourceDir, env: { CGO_ENABLED: '0' } });
}
