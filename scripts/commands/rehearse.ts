import { rehearse } from '../pipelines/rehearse.ts';
import { rehearsalTable } from '../reports/rehearsal-table.ts';
import { defineCommand, given } from './command.ts';
import { CACHE, YES } from './shared-options.ts';

/** Runs the layers of distros that cannot be baked here as far as that can be done for real. */
export const rehearseCommand = defineCommand({
  options: {
    distro: { kind: 'list', value: 'ID', help: 'only these distros (default: all)' },
    role: { kind: 'list', value: 'ROLE', help: 'only these roles (default: all)' },
    config: { kind: 'text', value: 'DIR', help: 'another folder of YAML than config/' },
    yes: YES,
    cache: CACHE,
  },
  examples: ['npm run rehearse -- --distro rhel', 'npm run rehearse -- --role db --yes'],
  run: async ({ values, desk, places, ask, pathOf }) => {
    const report = await rehearse(desk, {
      ...given({ ask, configDir: values.config === undefined ? undefined : pathOf(values.config) }),
      distros: values.distro,
      roles: values.role,
      yes: values.yes,
      cacheDir: places.cacheDir,
      buildDir: places.buildDir,
    });
    return { document: report, text: rehearsalTable(report), exitStatus: report.results.every(({ outcome }) => outcome === 'pass') ? 0 : 5 };
  },
});
