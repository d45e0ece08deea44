import { join } from 'node:path';
import { loadSpec } from '../config/load-spec.ts';
import type { Host } from '../host/host.ts';
import type { BuildPlan, Driver, HostFacts, PackerDialect } from '../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import { planBuild } from '../plan/build-plan.ts';
import { digestOf } from '../plan/digest.ts';
import { renderPacker, type VmLayer } from '../render/packer-template.ts';
import { renderPayload, type RenderedFile } from '../render/payload.ts';
import { renderBuildSeed, renderSeed } from '../render/seed.ts';
import { loadTemplates } from '../stages/load-templates.ts';
import { replaceFolder } from '../stages/replace-folder.ts';
import type { Desk } from '../stages/stage.ts';

export interface GenerateRequest {
  readonly distro: string;
  readonly image?: string;
  readonly role?: string;
  readonly configDir?: string;
  readonly outDir: string;
}

/** Everything that a bake would hand to Packer, cloud-init and the guest, for review: no network, no tool, no root. Returns the paths written. */
export async function generate({ host }: Desk, { outDir, ...wish }: GenerateRequest): Promise<readonly string[]> {
  const [{ spec, texts }, templates, scripts] = await Promise.all([
    loadSpec(host, wish),
    loadTemplates(host),
    Promise.all(DRIVER_SCRIPTS.map((name) => driverScript(host, name))),
  ]);
  const parts = { spec, texts, templates };
  return replaceFolder(host, outDir, [...DIALECTS.flatMap((dialect) => packerFiles(parts, dialect)), ...seedFiles(parts), ...layerFiles(parts), ...scripts]);
}

/** What the two drivers run around a layer: on the host, and in the VM when the layer is done. */
const DRIVER_SCRIPTS = ['native-layer.sh', 'surroundings.sh', 'power-off.sh'];
const DIALECTS: readonly PackerDialect[] = ['1.6', '1.7'];
const VERSIONS: Readonly<Record<PackerDialect, string>> = { '1.6': '1.6.6', '1.7': '1.7.0' };

async function driverScript({ files, facts }: Host, name: string): Promise<RenderedFile> {
  return { path: name, text: await files.readText(join(facts.projectDir, 'packer', name)), mode: 0o755 };
}

interface Parts {
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly templates: SourceTexts;
}

/** A plan for a host that is nowhere: the same output on every machine. */
function planFor(spec: ImageSpec, driver: Driver, dialect: PackerDialect): BuildPlan {
  const indexDigests = Object.fromEntries(spec.distro.repositories.map(({ id }) => [id, 'unresolved']));
  const facts: HostFacts = {
    driver,
    accelerator: 'kvm',
    packerVersion: VERSIONS[dialect],
    indexDigests,
    bootstrapScript: 'unresolved',
    cpus: 4,
    memoryMiB: 8192,
  };
  // Where nobody gives a base away, or nobody has looked one up yet, some file stands for the one that the caller will bring.
  const { defaultBase } = spec.distro;
  const isBrought = defaultBase === 'file' || (defaultBase === 'cloud-image' && spec.lockedImage === undefined);
  const base = isBrought ? { path: 'base.qcow2', sha256: 'unresolved' } : 'auto';
  return planBuild(spec, facts, { base, specDigest: digestOf(spec) });
}

function packerFiles(parts: Parts, dialect: PackerDialect): readonly RenderedFile[] {
  return [...nativeFiles(parts, dialect), ...vmFiles(parts, dialect)].map((file) => ({ ...file, path: `packer-${dialect}/${file.path}` }));
}

/** All layers in one build. Paths are relative to the generated folder, where Packer is run. */
function nativeFiles({ spec, templates }: Parts, dialect: PackerDialect): readonly RenderedFile[] {
  const plan = planFor(spec, 'native', dialect);
  const layers = plan.layers.map(({ name }, index) => ({
    name,
    parentPath: `${plan.layers[index - 1]?.name ?? 'base'}.qcow2`,
    outputPath: `${name}.qcow2`,
    payloadDir: `layers/${name}`,
    workDir: `work/${name}`,
  }));
  return inFolder('native', renderPacker({ driver: 'native', plan, templates, scriptPath: 'native-layer.sh', layers }));
}

/** One build a layer: each boots the disk that the one before left. */
function vmFiles({ spec, templates }: Parts, dialect: PackerDialect): readonly RenderedFile[] {
  const plan = planFor(spec, 'vm', dialect);
  return plan.layers.flatMap(({ name }, index) => {
    const below = plan.layers[index - 1]?.name;
    const layer: VmLayer = {
      parentPath: below === undefined ? 'base.qcow2' : `vm-${below}/layer.qcow2`,
      outputDir: `vm-${name}`,
      diskName: 'layer.qcow2',
      payloadTarPath: `layers/${name}.tar`,
      seedDir: 'cloud-init/build',
      privateKeyPath: 'build-key',
      serialPath: `${name}.serial.log`,
      sshTimeoutMinutes: 10,
      shutdownTimeoutMinutes: 10,
      shutdownCommand: 'sudo setsid bash /run/ingot/payload/power-off.sh </dev/null >/dev/null 2>&1 &',
      runsAtShutdown: name === 'sealed',
    };
    return inFolder(`vm-${name}`, renderPacker({ driver: 'vm', plan, templates, layer }));
  });
}

function seedFiles({ spec, templates }: Parts): readonly RenderedFile[] {
  const launch = renderSeed({
    instanceId: spec.imageId,
    hostname: spec.imageId,
    user: spec.distro.loginUser,
    family: spec.distro.family,
    sshPublicKeys: [],
    templates,
  });
  const build = renderBuildSeed({ instanceId: `build-${spec.imageId}`, sshPublicKeys: [], templates });
  return [...inFolder('cloud-init/launch', launch.map(asFile)), ...inFolder('cloud-init/build', build.map(asFile))];
}

function layerFiles({ spec, texts }: Parts): readonly RenderedFile[] {
  const plan = planFor(spec, 'native', '1.6');
  return plan.layers.flatMap((layer) => inFolder(`layers/${layer.name}`, renderPayload({ spec, layer, texts })));
}

function asFile({ path, text }: { readonly path: string; readonly text: string }): RenderedFile {
  return { path, text, mode: 0o644 };
}

function inFolder(folder: string, files: readonly RenderedFile[]): readonly RenderedFile[] {
  return files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
}
