import { relative } from 'node:path';
import { generate } from '../pipelines/generate.ts';
import { defineCommand, given } from './command.ts';
import { IMAGE, ROLE } from './shared-options.ts';

/** Shows what a bake would run, without running anything. */
export const generateCommand = defineCommand({
  options: {
    distro: { kind: 'text', value: 'ID', help: 'distro of config/distros/, or an alias', required: true },
    image: IMAGE,
    role: ROLE,
    out: { kind: 'text', value: 'DIR', help: 'folder for the files; only generated files are replaced', default: 'build/generated' },
  },
  examples: ['npm run generate -- --distro debian --out /tmp/generated'],
  run: async ({ values, desk, pathOf }) => {
    const outDir = pathOf(values.out);
    const paths = await generate(desk, { ...given({ image: values.image, role: values.role }), distro: values.distro, outDir });
    const names = paths.map((path) => (path.startsWith('/') ? relative(outDir, path) : path));
    return {
      document: { kind: 'GeneratedFiles', schemaVersion: 1, outDir, files: names },
      text: `${[...names, `${names.length} files in ${outDir}`].join('\n')}\n`,
    };
  },
});
