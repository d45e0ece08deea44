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
    config: { kind: 'text', value: 'DIR', help: 'another folder of YAML than config/' },
    out: { kind: 'text', value: 'DIR', help: 'folder for the files; only generated files are replaced', default: 'build/generated' },
  },
  examples: ['npm run generate -- --distro debian --out /tmp/generated'],
  run: async ({ values, desk, pathOf }) => {
    const outDir = pathOf(values.out);
    const configDir = values.config === undefined ? undefined : pathOf(values.config);
    const wish = { ...given({ image: values.image, role: values.role, configDir }), distro: values.distro };
    const paths = await generate(desk, { ...wish, outDir });
    const names = paths.map((path) => (path.startsWith('/') ? relative(outDir, path) : path));
    return {
      document: { kind: 'GeneratedFiles', schemaVersion: 1, outDir, files: names },
      text: `${[...names, `${names.length} files in ${outDir}`].join('\n')}\n`,
    };
  },
});
