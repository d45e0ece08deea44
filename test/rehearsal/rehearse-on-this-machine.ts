import { join } from 'node:path';
import { localHost } from '../../scripts/host/local-host.ts';
import type { RehearsalResult } from '../../scripts/model/rehearsal.ts';
import { rehearse } from '../../scripts/pipelines/rehearse.ts';

const PROJECT = join(import.meta.dirname, '../..');
const buildDir = process.env['INGOT_BUILD_DIR'] ?? join(PROJECT, 'build');
const host = localHost({ interrupted: new AbortController().signal, projectDir: PROJECT, env: process.env });

/** What one image's rehearsal shows, from a folder of YAML of the test's own. */
export async function rehearseOn(configDir: string, { distro, role }: { readonly distro: string; readonly role: string }): Promise<RehearsalResult> {
  const request = { distros: [distro], roles: [role], cacheDir: join(buildDir, 'cache'), buildDir, configDir, yes: true };
  const { results } = await rehearse({ host, say: () => undefined }, request);
  const [result] = results;
  if (result === undefined || results.length > 1) throw new Error(`${results.length} rehearsals of ${role} for ${distro}`);
  return result;
}
