import { join } from 'node:path';
import { bakeAptConf } from '../plan/package-access.ts';
import { hostAptSettings } from './package-access.ts';
import type { Stage } from './stage.ts';

export interface RootWish {
  readonly cacheDir: string;
  readonly suite: string;
  /** Where its packages come from: lines of sources.list. */
  readonly sources: string;
  readonly workDir: string;
}

/** A root with the real shell, package managers and servers, in which nothing is installed yet; made once, and again when its script changes. */
export const makeRehearsalRoot: Stage<RootWish, string> = {
  name: 'rehearsal-root',
  title: 'Root for rehearsals',
  run: async ({ cacheDir, suite, sources, workDir }, { host, say }) => {
    const script = join(host.facts.projectDir, 'packer/rehearsal/make-root.sh');
    const dir = join(cacheDir, 'rehearsal', (await host.files.digest(script)).slice(0, 16));
    if (await host.files.exists(dir)) return dir;
    await host.files.makeDir(join(cacheDir, 'rehearsal'));
    await host.files.makeDir(workDir);
    const paths = { sources: join(workDir, 'sources.list'), aptConf: join(workDir, 'apt.conf') };
    await host.files.writeText(paths.sources, sources);
    const settings = bakeAptConf({ hostDump: await hostAptSettings(host), withCertificates: false }).split('\n');
    await host.files.writeText(
      paths.aptConf,
      `${['Acquire::Languages "none";', ...settings.filter((line) => /^Acquire::(?!Languages)/.test(line))].join('\n')}\n`,
    );
    await host.run(['bash', script], {
      contain: true,
      env: { ROOT_DIR: dir, SUITE: suite, SOURCES: paths.sources, APT_CONF: paths.aptConf, TMPDIR: workDir },
      onLine: (line) => say({ type: 'progress', stage: 'rehearsal-root', message: line }),
    });
    return dir;
  },
};
