import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listTargets } from '../../scripts/config/list-targets.ts';
import { loadRehearsal } from '../../scripts/config/load-rehearsal.ts';
import { loadSpec } from '../../scripts/config/load-spec.ts';
import { generate } from '../../scripts/pipelines/generate.ts';
import { usedRepositories } from '../../scripts/plan/repository-files.ts';
import { standInPlaces } from '../../scripts/plan/stand-ins.ts';
import { ANOTHER, configWithAnother } from '../support/another-distro.ts';
import { realProject } from '../support/real-project.ts';

/** DESIGN 2.6, and test:rehearsal goes on with it: its layers run. */
const host = realProject();
const configDir = configWithAnother();
const roles = (await listTargets(host, configDir)).filter(({ distro }) => distro === ANOTHER).map(({ role }) => role);

test('a distro that the project does not have is one YAML: every role is listed for it', async () => {
  expect(roles.toSorted()).toEqual([...new Set((await listTargets(host)).map(({ role }) => role))].toSorted());
});

test.each(roles)('its %s is generated', async (role) => {
  const outDir = join(mkdtempSync(join(tmpdir(), 'another-distro-')), 'out');
  const paths = await generate({ host, say: () => undefined }, { distro: ANOTHER, role, configDir, outDir });
  const env = paths.find((path) => path.endsWith('layers/configure/guest.env')) ?? '';
  const text = readFileSync(env, 'utf8');
  for (const line of [`INGOT_ROLE='${role}'`, "INGOT_OS_ID='almalinux'", "INGOT_VERSION_ID='9'"]) expect(text).toContain(`${line}\n`);
});

test('its packages have stand-ins at every place where they come from', async () => {
  const { spec } = await loadSpec(host, { distro: ANOTHER, configDir });
  const places = standInPlaces(spec.distro, await loadRehearsal(host, spec.distro.family)).map(({ mirror, suite }) => `${mirror} ${suite}`);
  for (const { mirror, suite } of usedRepositories(spec)) expect(places).toContain(`${mirror} ${suite}`);
});
