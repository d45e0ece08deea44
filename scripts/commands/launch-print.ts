import { launchElsewhere } from '../pipelines/launch-elsewhere.ts';
import { given, type Outcome } from './command.ts';
import { namedReference, refuseBeside, sharedWishes, type LaunchCall } from './launch-options.ts';

/** How a release is launched where this host is not asked: printed, or written as files. */
export async function printLaunch(call: LaunchCall, target: string): Promise<Outcome> {
  const { values, desk, pathOf } = call;
  refuseBeside(call, '--print', ['topology', 'private-network', 'address', 'forward', 'wait', 'yes']);
  const [instancePath, outDir] = [values.instance, values.out].map((path) => (path === undefined ? undefined : pathOf(path)));
  const own = given({ name: values.name, instancePath, outDir, containerDisk: values['container-disk'] });
  const { script, written, ...files } = await launchElsewhere(desk, { ...sharedWishes(call), ...own, reference: namedReference(call), target });
  const text = outDir === undefined ? script : `${[...written, `Run it: cd ${outDir} && ./run.sh`].join('\n')}\n`;
  return { document: { kind: 'LaunchFiles', schemaVersion: 1, ...files, script, written }, text };
}
