import { bake } from '../pipelines/bake.ts';
import { bakeSummary } from '../reports/bake-summary.ts';
import { defineCommand, given } from './command.ts';
import { ACCEL, CACHE, CANDIDATE, IMAGE, ROLE, STORE, YES } from './shared-options.ts';

/** From YAML to a published, proven image. */
export const bakeCommand = defineCommand({
  options: {
    distro: { kind: 'text', value: 'ID', help: 'distro of config/distros/, or an alias', required: true },
    image: IMAGE,
    role: ROLE,
    driver: { kind: 'choice', choices: ['auto', 'native', 'vm'], default: 'auto', help: 'native: chroot (root); vm: Packer and QEMU' },
    accel: ACCEL,
    base: {
      kind: 'text',
      value: 'BASE',
      help: 'cloud-image, bootstrap, or a disk: FILE, URL#sha256:HEX or cloud-image#sha256:HEX (default: what the distro says)',
    },
    compression: { kind: 'choice', choices: ['image', 'zstd', 'zlib'], default: 'image', help: 'of the finished disk; image: what the image’s YAML says' },
    fresh: { kind: 'flag', help: 'use nothing of the layer cache' },
    explain: { kind: 'flag', help: 'print what would be baked and which field of which key changed, and stop' },
    'dry-run': { kind: 'flag', help: 'resolve, plan and generate, but bake nothing' },
    'keep-failed': { kind: 'flag', help: 'keep the run’s folder and VM when something fails' },
    'no-publish': { kind: 'flag', help: 'bake and verify only' },
    candidate: CANDIDATE,
    yes: YES,
    store: STORE,
    cache: CACHE,
  },
  examples: ['npm run bake -- --distro debian --yes', 'npm run bake -- --distro debian --role lb --driver vm', 'npm run bake -- --distro debian --explain'],
  run: async ({ values, desk, places, ask, pathOf }) => {
    const outcome = await bake(desk, {
      ...given({ image: values.image, role: values.role, base: baseOf(values.base, pathOf), ask }),
      ...(values.compression === 'image' ? {} : { compression: values.compression }),
      distro: values.distro,
      driver: values.driver,
      accel: values.accel,
      fresh: values.fresh,
      explain: values.explain,
      dryRun: values['dry-run'],
      keepFailed: values['keep-failed'],
      publish: !values['no-publish'],
      ...(values.candidate ? { candidate: true } : {}),
      yes: values.yes,
      ...places,
    });
    return { document: outcome, text: bakeSummary(outcome, values.store) };
  },
});

/** A file is meant from where the caller stands; the other words travel as they are. */
function baseOf(written: string | undefined, pathOf: (written: string) => string): string | undefined {
  const isFile = written !== undefined && !/^(?:bootstrap|cloud-image(?:#.*)?)$/.test(written) && !/^[a-z]+:\/\//.test(written);
  return isFile ? pathOf(written) : written;
}
