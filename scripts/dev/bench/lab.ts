import { join } from 'node:path';
import type { Host } from '../../host/host.ts';
import type { Scope } from '../../host/scope.ts';
import type { Say } from '../../model/event.ts';
import type { Desk } from '../../stages/stage.ts';
import { benchFiles, CHANGED_LINE } from './bench-project.ts';
import type { Payload } from './payload.ts';

/** Where a benchmark happens: a copy of the project with one more image, and a build folder that is nobody else's. */
export interface Lab {
  /** The copy is its project. */
  readonly desk: Desk;
  readonly dir: string;
  readonly payload: Payload;
  /** Changes one line of a configuration file of the image. */
  readonly changeOneLine: (value: number) => Promise<void>;
}

export interface LabWish {
  readonly payload: Payload;
  readonly scope: Scope;
  readonly say: Say;
  readonly keep: boolean;
}

/** Sets the laboratory up on the same file system as real builds, and takes it down when the scope ends. */
export async function openLab(host: Host, { payload, scope, say, keep }: LabWish): Promise<Lab> {
  const buildDir = join(host.facts.projectDir, 'build');
  await host.files.makeDir(buildDir);
  await removeAbandoned(host, buildDir);
  const dir = await host.files.makeTempDir(buildDir, `bench-${host.facts.pid}-`);
  if (!keep) scope.always('laboratory', () => host.files.remove(dir));
  const projectDir = join(dir, 'project');
  await host.files.makeDir(projectDir);
  const { projectDir: original } = host.facts;
  await host.run(['cp', '-a', ...['config', 'packer', 'templates', 'cloud-init'].map((name) => join(original, name)), projectDir]);
  const files = benchFiles(payload);
  for (const { path, text } of files) await writeFile(host, join(projectDir, path), text);
  const changed = files.find(({ text }) => text.includes(CHANGED_LINE));
  return {
    ...{ dir, payload },
    desk: { say, host: { ...host, facts: { ...host.facts, projectDir } } },
    changeOneLine: async (value) => {
      if (changed !== undefined) await writeFile(host, join(projectDir, changed.path), changed.text.replace(CHANGED_LINE, `${CHANGED_LINE} ${value}`));
    },
  };
}

/** A benchmark that was killed could not tidy up: its number tells whether it still lives. */
async function removeAbandoned({ files }: Host, buildDir: string): Promise<void> {
  for (const name of await files.list(buildDir)) {
    const pid = /^bench-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !(await files.exists(`/proc/${pid}`))) await files.remove(join(buildDir, name));
  }
}

async function writeFile({ files }: Host, path: string, text: string): Promise<void> {
  await files.makeDir(join(path, '..'));
  await files.writeUnsynced(path, text);
}
