import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadSpec } from '../../../scripts/config/load-spec.ts';
import { BENCH_IMAGE, benchFiles } from '../../../scripts/dev/bench/bench-project.ts';
import { readPayload } from '../../../scripts/dev/bench/payload.ts';
import { planBuild } from '../../../scripts/plan/build-plan.ts';
import { realProject } from '../../support/real-project.ts';

const host = realProject();
const payload = await readPayload(host);
const projectDir = mkdtempSync(join(tmpdir(), 'ingot-bench-'));
afterAll(() => rmSync(projectDir, { recursive: true }));

for (const name of ['config', 'packer', 'templates', 'cloud-init']) cpSync(join(host.facts.projectDir, name), join(projectDir, name), { recursive: true });
for (const { path, text } of benchFiles(payload)) {
  mkdirSync(dirname(join(projectDir, path)), { recursive: true });
  writeFileSync(join(projectDir, path), text);
}
const bench = { ...host, facts: { ...host.facts, projectDir } };

test.each([
  { role: 'full', packages: payload.full },
  { role: 'small', packages: payload.small },
])('the product loads the image of the $role payload and would install just that', async ({ role, packages }) => {
  const { spec } = await loadSpec(bench, { distro: payload.distro, image: BENCH_IMAGE, role });
  const indexDigests = Object.fromEntries(spec.distro.repositories.map(({ id }) => [id, 'x']));
  const facts = { driver: 'native', accelerator: 'tcg', packerVersion: '1.6.6', indexDigests, bootstrapScript: 'x', cpus: 2, memoryMiB: 8192 } as const;
  const { layers, base } = planBuild(spec, facts, { base: 'auto', specDigest: 'x' });
  expect(layers[0]).toMatchObject({ name: 'packages', packages: packages.toSorted() });
  expect(base.kind).toBe('bootstrap');
});

test('a changed line is a matter of the configure layer', async () => {
  const { spec } = await loadSpec(bench, { distro: payload.distro, image: BENCH_IMAGE, role: 'full' });
  expect(spec.components.flatMap(({ files }) => files.map(({ target }) => target))).toEqual([payload.changedFile]);
});

test('the mirror that mkosi is given is one that the project knows', async () => {
  const { spec } = await loadSpec(bench, { distro: payload.distro, image: BENCH_IMAGE, role: 'full' });
  expect(spec.mirrors.map(({ id }) => id)).toContain(payload.mkosi.mirror);
});
