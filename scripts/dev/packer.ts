import { dirname, join, resolve } from 'node:path';
import { asBakeError, errorText } from '../cli/describe-error.ts';
import { interruption } from '../cli/interruption.ts';
import { localHost } from '../host/local-host.ts';
import type { Event } from '../model/event.ts';
import { quoteSh } from '../render/quoting.ts';
import { buildCurrentPacker } from './packer/current-packer.ts';

const aside = (text: string): void => void process.stderr.write(text);
const interrupted = interruption(process, { monotonicMs: () => performance.now(), aside, exit: (status) => process.exit(status) });
const projectDir = dirname(dirname(import.meta.dirname));

try {
  const host = localHost({ interrupted, projectDir, env: process.env });
  const buildDir = resolve(process.env['INGOT_BUILD_DIR'] ?? join(projectDir, 'build'));
  const { binDir, pluginDir } = await buildCurrentPacker({ host, say: tell }, join(buildDir, 'cache'));
  process.stdout.write(`export PATH=${quoteSh(binDir)}:"$PATH" PACKER_PLUGIN_PATH=${quoteSh(pluginDir)}\n`);
} catch (thrown) {
  const error = asBakeError(thrown, interrupted);
  aside(errorText(error));
  process.exitCode = error.exitStatus;
}

function tell(event: Event): void {
  if (event.type === 'note') aside(`${event.message}\n`);
}
