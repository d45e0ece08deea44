import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { SourceTexts } from '../model/image-spec.ts';

/** Reads the templates of the host's side once; renderers get texts, never paths. */
export async function loadTemplates({ files, facts }: Host, rooms: readonly string[] = ['packer', 'cloud-init']): Promise<SourceTexts> {
  const texts = new Map<string, string>();
  for (const room of rooms) {
    const dir = `templates/${room}`;
    for (const name of await files.list(join(facts.projectDir, dir))) texts.set(`${dir}/${name}`, await files.readText(join(facts.projectDir, dir, name)));
  }
  return texts;
}
