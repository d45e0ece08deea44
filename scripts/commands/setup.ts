import { askedDistros } from '../config/asked-distros.ts';
import { needsOf } from '../plan/host-requirements.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import { defineCommand } from './command.ts';
import { CACHE } from './shared-options.ts';

/** Brings what a bake needs, without baking. */
export const setup = defineCommand({
  options: {
    driver: { kind: 'choice', choices: ['auto', 'native', 'vm'], default: 'auto', help: 'whose needs to bring' },
    tests: { kind: 'flag', help: 'also what the tests need' },
    distro: { kind: 'list', value: 'ID', help: 'distros whose packages are to be checked here (default: all that are ready)' },
    yes: { kind: 'flag', help: 'install without asking' },
    cache: CACHE,
  },
  examples: ['npm run setup -- --yes', 'npm run setup -- --distro ubuntu --yes'],
  run: async ({ values, desk, places, ask }) => {
    const report = await ensureHost(desk, {
      ...(values.tests ? { needs: [...needsOf(values.driver, desk.host.facts.isRoot), 'tests' as const] } : { driver: values.driver }),
      distros: await askedDistros(desk.host, values.distro),
      yes: values.yes,
      ask,
      dir: places.cacheDir,
      onlyPackages: true,
    });
    const problems = report.problems.map(({ what, fix }) => `problem: ${what}\n  ${fix}\n`);
    return { document: report, text: `No package is missing.\n${problems.join('')}` };
  },
});
