import type { SourceTexts } from '../model/image-spec.ts';
import type { RenderedFile } from './payload.ts';
import { Rendered, renderTemplateOf, type TemplateRequest } from './template.ts';

/** One image that a night bakes. */
export interface NightlyImage {
  readonly image: string;
  readonly role: string;
  readonly distro: string;
}

const FIRST_HOUR = 2;
const MINUTES_APART = 20;

/** What CI goes through. */
export interface CiMatrix {
  /** Baked every night: those that the configuration says are ready. */
  readonly images: readonly NightlyImage[];
  /** Rehearsed with every change: all. */
  readonly distros: readonly string[];
}

/** What each kind of CI reads: a matrix or a job for every image that is baked, and every distro that is rehearsed. */
export function renderCiFiles({ images, distros }: CiMatrix, templates: SourceTexts): readonly RenderedFile[] {
  const render = (name: string, context: TemplateRequest['context']): string => renderTemplateOf(templates, `templates/ci/${name}.hbs`, context);
  const each = (name: string): Rendered => new Rendered(images.map((image, at) => render(name, contextOf(image, at))).join(''));
  const eachDistro = (name: string): Rendered => new Rendered(distros.map((distro) => render(name, { distro })).join(''));
  return [
    file('.github/workflows/rehearsal.yml', render('rehearsal.yml', { distros: eachDistro('github-distro.yml') })),
    file('.github/workflows/nightly.yml', render('nightly.yml', { entries: each('github-entry.yml') })),
    file('.gitlab-ci.yml', render('gitlab-ci.yml', { entries: each('gitlab-entry.yml'), distros: eachDistro('gitlab-distro.yml') })),
    file('.kubernetes/nightly.yaml', render('kubernetes.yaml', { jobs: each('kubernetes-job.yaml') })),
  ];
}

function file(path: string, text: string): RenderedFile {
  return { path, text, mode: 0o644 };
}

/** Jobs of one cluster begin one after another: each of them needs a whole node for a while. */
function contextOf({ image, role, distro }: NightlyImage, at: number): TemplateRequest['context'] {
  const minutes = at * MINUTES_APART;
  return {
    ...{ role, distro, imageId: `${image}-${role}-${distro}` },
    name: `nightly-${role}-${distro}`.replaceAll('.', '-'),
    schedule: `${minutes % 60} ${(FIRST_HOUR + Math.floor(minutes / 60)) % 24} * * *`,
  };
}
