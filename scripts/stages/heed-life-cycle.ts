import { BakeError } from '../errors.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import { endedDistro, endedLine, endedVersions, judgeEnd } from '../plan/life-cycle.ts';
import type { Desk } from './stage.ts';

/** Says what of an image nobody mends any more, and holds to its policy; true when packages are to be looked for in archives first. */
export function heedLifeCycle({ host, say }: Desk, { distro, components, onEndOfLife = 'warn' }: ImageSpec): boolean {
  const today = host.clock.now().toISOString().slice(0, 10);
  const ended = endedDistro(distro, today);
  for (const end of [...(ended === undefined ? [] : [ended]), ...endedVersions(distro, components, today)]) say({ type: 'note', message: endedLine(end) });
  const judgement = judgeEnd(ended, onEndOfLife);
  if (judgement !== 'refuse') return judgement === 'archive-first';
  throw new BakeError('CONFIG_INVALID', {
    what: `${distro.title} is past its end of life, and the image refuses such a distro`,
    fix: 'Take a newer distro, or set onEndOfLife of the image to warn or archive',
    ...(distro.lifeCycle.note === undefined ? {} : { details: [distro.lifeCycle.note] }),
  });
}
