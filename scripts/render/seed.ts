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
  readonly templates: SourceTexts;
}

/** What a VM is told at boot: who may log in, and what it is called. The same for verification and for launched images. */
export function renderSeed({ templates, ...context }: SeedRequest): readonly SeedFile[] {
  return [
    seedFile('user-data', { templates, template: 'user-data', context }),
    seedFile('meta-data', { templates, template: 'meta-data', context }),
    seedFile('network-config', { templates, template: 'network-config', context }),
  ];
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
