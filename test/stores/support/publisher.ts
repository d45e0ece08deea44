import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { localHost } from '../../../scripts/host/local-host.ts';
import { publish } from '../../../scripts/pipelines/publish.ts';
import { artifactOf, reportOf, specOf } from '../../store/fixtures.ts';

/** What a publisher of its own process is to do. */
export interface Errand {
  readonly location: string;
  /** Where it makes its disks. */
  readonly dir: string;
  readonly imageId: string;
  /** A disk for each, with these bytes. */
  readonly contents: readonly string[];
}

const PROJECT = join(import.meta.dirname, '../../..');

/** Starts a publisher that can be killed without us; it says a line for each release once that is published. */
export function startPublisher(errand: Errand, env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(join(PROJECT, 'node_modules/.bin/node'), [import.meta.filename], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, INGOT_SIGNING_KEY: 'none', ...env },
  });
  child.stdin?.end(JSON.stringify(errand));
  return child;
}

if (process.argv[1] === import.meta.filename) {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  const { location, dir, imageId, contents } = JSON.parse(text) as Errand;
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: process.env });
  for (const content of contents) {
    const artifact = artifactOf(dir, content, imageId);
    const { version } = await publish(
      { host, say: () => undefined },
      { storeLocation: location, artifact, report: reportOf(artifact), spec: specOf(imageId), reports: [] },
    );
    process.stdout.write(`${imageId}@${version} ${artifact.sha256}\n`);
  }
}
