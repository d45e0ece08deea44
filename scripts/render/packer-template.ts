import { BakeError } from '../errors.ts';
import type { BuildPlan } from '../model/build-plan.ts';
import { cpuModel } from '../model/cpu-model.ts';
import type { LayerName, SourceTexts } from '../model/image-spec.ts';
import type { RenderedFile } from './payload.ts';
import { quoteSh } from './quoting.ts';
import { Rendered, renderTemplateOf, type TemplateRequest } from './template.ts';

/** One layer that the native driver makes in a chroot. */
export interface NativeLayer {
  readonly name: LayerName;
  readonly parentPath: string;
  readonly outputPath: string;
  readonly payloadDir: string;
  /** Scratch folder of this layer alone. */
  readonly workDir: string;
  /** More variables for packer/native-layer.sh, such as APT_CACHE_DIR. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The one layer that a VM is booted for. */
export interface VmLayer {
  readonly parentPath: string;
  /** Packer makes this folder: it must not exist. The overlay will be `<outputDir>/<diskName>`. */
  readonly outputDir: string;
  readonly diskName: string;
  readonly payloadTarPath: string;
  /** Folder with the build seed's user-data and meta-data. */
  readonly seedDir: string;
  readonly privateKeyPath: string;
  /** The serial console goes here. */
  readonly serialPath: string;
  readonly sshTimeoutMinutes: number;
  readonly shutdownTimeoutMinutes: number;
  /** Run as the build user; must end with the machine powered off. */
  readonly shutdownCommand: string;
  /** True: the shutdown command runs the layer itself, because nothing may write to the disk after it. */
  readonly runsAtShutdown: boolean;
}

interface Common {
  readonly plan: BuildPlan;
  readonly templates: SourceTexts;
}

export type PackerRequest =
  | (Common & { readonly driver: 'native'; /** packer/native-layer.sh on the host. */ readonly scriptPath: string; readonly layers: readonly NativeLayer[] })
  | (Common & { readonly driver: 'vm'; readonly layer: VmLayer });

/** The generated Packer template of one build: all missing layers at once in the native driver, one layer in a VM. */
export function renderPacker(request: PackerRequest): readonly RenderedFile[] {
  return request.driver === 'native' ? nativeBuild(request) : vmBuild(request);
}

function nativeBuild({ plan, templates, scriptPath, layers }: Extract<PackerRequest, { driver: 'native' }>): readonly RenderedFile[] {
  const command = `exec bash ${quoteSh(literal(scriptPath))}`;
  const provisioners = layers.map((layer) => rendered(templates, 'layer-native', { command, environment: environmentOf(layer) }));
  return [imageFile({ plan, templates }, { sourceName: 'source.null.layer', source: rendered(templates, 'source-null', {}), provisioners })];
}

function environmentOf({ name, parentPath, outputPath, payloadDir, workDir, environment = {} }: NativeLayer): readonly string[] {
  const all = { LAYER_NAME: name, PARENT_DISK: parentPath, OUTPUT_DISK: outputPath, PAYLOAD_DIR: payloadDir, WORK_DIR: workDir, ...environment };
  return Object.entries(all).map(([variable, value]) => `${checkedVariable(variable)}=${literal(value)}`);
}

function checkedVariable(name: string): string {
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return name;
  throw new BakeError('BUG', {
    what: `${JSON.stringify(name)} is not the name of a variable`,
    fix: 'Report this: variables of native layers are written in upper case',
  });
}

function vmBuild({ plan, templates, layer }: Extract<PackerRequest, { driver: 'vm' }>): readonly RenderedFile[] {
  const { dialect } = plan.packer;
  const backingFormat = dialect === '1.6' ? rendered(templates, 'backing-format', {}) : new Rendered('');
  const source = rendered(templates, 'source-qemu', {
    ...machineOf(plan),
    ...disksOf(layer),
    ...accessOf(layer),
    diskSize: `${plan.output.virtualSizeMiB}M`,
    backingFormat,
  });
  const upload = rendered(templates, 'layer-vm', { payloadTarPath: literalPath(layer.payloadTarPath) });
  const provisioners = layer.runsAtShutdown ? [upload] : [upload, rendered(templates, 'run-vm', {})];
  const image = imageFile({ plan, templates }, { sourceName: 'source.qemu.layer', source, provisioners });
  return dialect === '1.6' ? [image] : [pluginsFile(templates), image];
}

function machineOf({ accelerator, guest }: BuildPlan): TemplateRequest['context'] {
  return {
    accelerator,
    cpus: guest.cpus,
    memoryMiB: guest.memoryMiB,
    cpu: cpuModel(accelerator),
    // Packer would let the whole network in: its own forward listens on every address.
    netdev: 'user,id=user.0,hostfwd=tcp:127.0.0.1:{{ .SSHHostPort }}-:22',
  };
}

function disksOf({ parentPath, outputDir, diskName, seedDir }: VmLayer): TemplateRequest['context'] {
  return {
    parentPath: literalPath(parentPath),
    outputDir: literalPath(outputDir),
    diskName: literalPath(diskName),
    userDataPath: literalPath(`${seedDir}/user-data`),
    metaDataPath: literalPath(`${seedDir}/meta-data`),
  };
}

function accessOf({ privateKeyPath, serialPath, sshTimeoutMinutes, shutdownTimeoutMinutes, shutdownCommand }: VmLayer): TemplateRequest['context'] {
  return {
    privateKeyPath: literalPath(privateKeyPath),
    serial: `file:${literalPath(serialPath)}`,
    sshTimeout: `${sshTimeoutMinutes}m`,
    shutdownTimeout: `${shutdownTimeoutMinutes}m`,
    shutdownCommand: literal(shutdownCommand),
  };
}

interface ImageParts {
  readonly sourceName: string;
  readonly source: Rendered;
  readonly provisioners: readonly Rendered[];
}

function imageFile({ plan, templates }: Common, { sourceName, source, provisioners }: ImageParts): RenderedFile {
  const joined = new Rendered(provisioners.map(({ text }) => text.trimEnd()).join('\n\n'));
  return hclFile('image.pkr.hcl', rendered(templates, 'image', { imageId: plan.imageId, sourceName, source, provisioners: joined }));
}

/** There only for a Packer that has its builder from a plugin. */
export const PLUGINS_FILE = 'plugins.pkr.hcl';

/** From 1.0.2 on the plugin names the parent's format; 1.1 is the oldest that is still fetched. */
function pluginsFile(templates: SourceTexts): RenderedFile {
  return hclFile(PLUGINS_FILE, rendered(templates, 'plugins', { version: '>= 1.1.0' }));
}

function hclFile(path: string, { text }: Rendered): RenderedFile {
  return { path, text, mode: 0o644 };
}

function rendered(templates: SourceTexts, name: string, context: TemplateRequest['context']): Rendered {
  return new Rendered(renderTemplateOf(templates, `templates/packer/${name}.pkr.hcl.hbs`, context));
}

/** Packer fills holes of its own, `{{…}}`, in what HCL has already read, some of it twice: such a text cannot reach it literally. */
function literal(value: string): string {
  if (!value.includes('{{')) return value;
  throw new BakeError('USAGE', { what: `Packer would take a part of ${JSON.stringify(value)} for a template`, fix: 'Use folders without `{{` in their names' });
}

/** Packer joins paths into QEMU options, URLs and patterns without quoting them. */
function literalPath(path: string): string {
  if (!/[,?#%*[\]\\\n\r]/.test(path)) return literal(path);
  throw new BakeError('USAGE', {
    what: `Packer cannot carry the path ${JSON.stringify(path)} to QEMU`,
    fix: 'Use folders without , ? # % * [ ] \\ and line ends in their names for the project and for --cache, or bake with --driver native',
  });
}
