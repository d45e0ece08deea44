import { publishSaved } from '../pipelines/publish-saved.ts';
import { launchLine } from '../reports/launch-line.ts';
import { size } from '../reports/quantities.ts';
import { defineCommand, given } from './command.ts';
import { CANDIDATE, IMAGE, ROLE, STORE } from './shared-options.ts';

/** Publishes what `bake --no-publish` left behind. */
export const publishCommand = defineCommand({
  positionals: [{ name: 'ARTIFACT', required: true, help: 'a folder of build/artifacts/, an image id, or a distro' }],
  options: { image: IMAGE, role: ROLE, candidate: CANDIDATE, store: STORE },
  examples: ['npm run publish -- debian', 'npm run publish -- build/artifacts/<image>/<key>'],
  run: async ({ values, positionals: [target = ''], desk, places, pathOf }) => {
    const release = await publishSaved(desk, {
      ...given({ image: values.image, role: values.role }),
      ...places,
      candidate: values.candidate,
      target,
      targetPath: pathOf(target),
    });
    const reference = `${release.imageId}@${release.version}`;
    return { document: release, text: `Published ${reference}, ${size(release.disk.sizeBytes)}\n${launchLine(reference, values.store)}\n` };
  },
});
