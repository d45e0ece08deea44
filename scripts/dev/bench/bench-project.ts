import { stringify } from 'yaml';
import type { Payload } from './payload.ts';

/** The image that is baked here; its roles are the sizes of payload. */
export const BENCH_IMAGE = 'bench';
export type BenchRole = 'full' | 'small';

/** What the changed file says, and where the change goes. */
export const CHANGED_LINE = '# Setting of the benchmark:';

/** What is added to a copy of the project: an image, and a component for each size of payload. Real YAML through the real loader: no way around the product. */
export function benchFiles(payload: Payload): readonly { readonly path: string; readonly text: string }[] {
  return [
    { path: `config/images/${BENCH_IMAGE}.yaml`, text: stringify(imageOf(payload)) },
    { path: `packer/components/${componentOf('full')}/component.yaml`, text: stringify(component(payload.full)) },
    { path: `packer/components/${componentOf('full')}/files${payload.changedFile}`, text: `# Written by the benchmark.\n${CHANGED_LINE} 0\n` },
    { path: `packer/components/${componentOf('small')}/component.yaml`, text: stringify(component(payload.small)) },
  ];
}

function imageOf({ distro }: Payload): unknown {
  const role = (name: BenchRole): unknown => ({ title: name, profile: 'recommended', components: [componentOf(name)] });
  return {
    id: BENCH_IMAGE,
    title: 'Benchmark',
    disk: { virtualSizeMiB: 20480, compression: 'zstd' },
    distros: [distro],
    defaultRole: 'full',
    roles: { full: role('full'), small: role('small') },
  };
}

function component(packages: readonly string[]): unknown {
  return { summary: 'payload of the benchmark', packages: { debian: packages, el: packages } };
}

function componentOf(role: BenchRole): string {
  return `bench-payload-${role}`;
}
