import type { Family } from '../model/distro.ts';
import type { SourceTexts } from '../model/image-spec.ts';
import { renderTemplateOf, type TemplateRequest } from './template.ts';

/** One file of a NoCloud seed. */
export interface SeedFile {
  readonly path: 'user-data' | 'meta-data' | 'network-config';
  readonly text: string;
}

export interface SeedRequest {
  readonly instanceId: string;
  readonly hostname: string;
  /** The image's own login user: cloud-init knows it, the seed only gives it keys. */
  readonly user: string;
  readonly sshPublicKeys: readonly string[];
  /** Decides how a card is named: what writes the network's files in a RHEL knows no patterns. */
  readonly family: Family;
  readonly templates: SourceTexts;
  /** The machine's own settings, which the image reads from a file. */
  readonly instanceData?: string;
  /** The two cards of a VM on a private network. */
  readonly cards?: { readonly mac: string; readonly privateMac: string; readonly privateAddress: string };
}

/** What a VM is told at boot: who may log in, and what it is called. The same for verification and for launched images. */
export function renderSeed({ templates, instanceData, cards, family, ...context }: SeedRequest): readonly SeedFile[] {
  const userData = seedFile('user-data', { templates, template: 'user-data', context });
  return [
    { ...userData, text: userData.text + instanceText(templates, instanceData) },
    seedFile('meta-data', { templates, template: 'meta-data', context }),
    cards === undefined
      ? seedFile('network-config', { templates, template: family === 'el' ? 'network-config-own' : 'network-config', context })
      : seedFile('network-config', { templates, template: 'network-config-two-cards', context: cards }),
  ];
}

function instanceText(templates: SourceTexts, data: string | undefined): string {
  if (data === undefined) return '';
  return renderTemplateOf(templates, 'templates/cloud-init/instance-data.hbs', { base64: Buffer.from(data, 'utf8').toString('base64') });
}

export interface BuildSeedRequest {
  readonly instanceId: string;
  readonly sshPublicKeys: readonly string[];
  readonly templates: SourceTexts;
}

/** What a VM is told while it is baked: one build user, and none of the changes of a real first boot. */
export function renderBuildSeed({ templates, ...context }: BuildSeedRequest): readonly SeedFile[] {
  return [
    seedFile('user-data', { templates, template: 'build-user-data', context }),
    seedFile('meta-data', { templates, template: 'build-meta-data', context }),
  ];
}

interface TemplateChoice {
  readonly templates: SourceTexts;
  readonly template: string;
  readonly context: TemplateRequest['context'];
}

function seedFile(path: SeedFile['path'], { templates, template, context }: TemplateChoice): SeedFile {
  return { path, text: renderTemplateOf(templates, `templates/cloud-init/${template}.hbs`, context) };
}
