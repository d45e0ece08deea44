import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { listTargets } from '../../scripts/config/list-targets.ts';
import { generate } from '../../scripts/pipelines/generate.ts';
import { realProject } from '../support/real-project.ts';

/** What a reviewer wants to see as a diff: everything generated but the texts that are in the repository as they are. */
const SHOWN = /^(packer-|cloud-init\/)|^layers\/[a-z]+\/(guest\.env|steps\.list|packages\.list|files\.list)$/;
const UPDATES = process.env['UPDATE_GOLDEN'] === '1';

const goldenDir = new URL('.', import.meta.url).pathname;
const host = realProject();
const targets = (await listTargets(host)).filter(({ state }) => state === 'ready');
const scratch = mkdtempSync(join(tmpdir(), 'ingot-golden-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe.each(targets)('$image $role $distro', ({ image, role, distro }) => {
  const imageId = `${image}-${role}-${distro}`;

  test('is generated as test/golden says (UPDATE_GOLDEN=1 npx vitest run test/golden, then read the diff)', async () => {
    const dir = join(scratch, imageId);
    const paths = await generate({ host, say: () => undefined }, { image, role, distro, outDir: dir });
    const shown = new Map(paths.map((path) => [relative(dir, path), path] as const).filter(([path]) => SHOWN.test(path)).map(([path, full]) => [path, readFileSync(full, 'utf8')]));
    if (UPDATES) rewrite(join(goldenDir, imageId), shown);
    expect(Object.fromEntries(shown)).toEqual(goldenFiles(join(goldenDir, imageId)));
  });
});

test('no golden files are kept for an image that is not baked any more', () => {
  const ids = new Set(targets.map(({ image, role, distro }) => `${image}-${role}-${distro}`));
  const folders = readdirSync(goldenDir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(folders.filter((name) => !ids.has(name))).toEqual([]);
});

function rewrite(dir: string, files: ReadonlyMap<string, string>): void {
  rmSync(dir, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

function goldenFiles(dir: string): Readonly<Record<string, string>> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(entries.map(({ parentPath, name }) => join(parentPath, name)).map((path) => [relative(dir, path), readFileSync(path, 'utf8')]));
}
