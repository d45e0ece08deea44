import { dirname, join } from 'node:path';
import { localHost } from '../host/local-host.ts';
import { ciFiles } from './ci/ci-files.ts';

const host = localHost({ interrupted: new AbortController().signal, projectDir: dirname(dirname(import.meta.dirname)), env: process.env });
for (const { path, text, mode } of await ciFiles(host)) {
  const target = join(host.facts.projectDir, path);
  await host.files.makeDir(dirname(target));
  await host.files.writeText(target, text, mode);
  process.stdout.write(`${path}\n`);
}
