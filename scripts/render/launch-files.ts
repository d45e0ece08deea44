import type { SourceTexts } from '../model/image-spec.ts';
import type { LaunchPlan } from '../model/launch-plan.ts';
import { hereDocument } from './here-document.ts';
import type { RenderedFile } from './payload.ts';
import type { SeedFile } from './seed.ts';
import { Rendered, renderTemplateOf, type TemplateRequest } from './template.ts';

export interface LaunchFilesRequest {
  readonly plan: LaunchPlan;
  /** What the machine is told. */
  readonly seed: readonly SeedFile[];
  readonly templates: SourceTexts;
}

/** The file that runs the others. */
export const COMMANDS_FILE = 'run.sh';
/** What the machine is told may hold secrets. */
const PRIVATE = 0o600;

/** All that launches a release somewhere else: its commands, and the files that they read. */
export function renderLaunchFiles(request: LaunchFilesRequest): readonly RenderedFile[] {
  const script = render(request, 'parts/script.sh', { ...request.plan.values, ...commandsOf(request) });
  return [{ path: COMMANDS_FILE, text: script, mode: 0o700 }, ...filesBeside(request)];
}

/** The same as one script that makes its files itself: what is printed can be pasted, or piped into a shell. */
export function renderPasted(request: LaunchFilesRequest): string {
  const { values } = request.plan;
  const folder = render(request, 'parts/paste.sh', { ...values, dir: `launch-${values['name']}` });
  const { exported, commands } = commandsOf(request);
  return [folder, ...filesBeside(request).map(hereDocument), exported.text, commands.text].join('\n');
}

function filesBeside(request: LaunchFilesRequest): readonly RenderedFile[] {
  const { plan, seed } = request;
  const own = plan.files.map((path) => ({ path, text: render(request, `${plan.target}/${path}`, fileContext(request, path)), mode: PRIVATE }));
  return [...own, ...seed.filter(({ path }) => plan.seed.includes(path)).map(({ path, text }) => ({ path, text, mode: PRIVATE }))];
}

function fileContext(request: LaunchFilesRequest, path: string): TemplateRequest['context'] {
  const { target, firmware, root, values } = request.plan;
  const part = (name: string): Rendered => new Rendered(render(request, `${target}/${name}${path.slice(path.lastIndexOf('.'))}`, values));
  return {
    ...values,
    ...(firmware === undefined ? {} : { firmware: part(`firmware-${firmware}`) }),
    ...(root === undefined ? {} : { root: part(`root-${root}`) }),
  };
}

function commandsOf(request: LaunchFilesRequest): { readonly exported: Rendered; readonly commands: Rendered } {
  const { target, root = 'export', values } = request.plan;
  return {
    exported: new Rendered(render(request, `parts/${root}.sh`, values)),
    commands: new Rendered(render(request, `${target}/commands${root === 'registry' ? '-registry' : ''}.sh`, values)),
  };
}

function render({ templates }: LaunchFilesRequest, path: string, context: TemplateRequest['context']): string {
  return renderTemplateOf(templates, `templates/launch/${path}.hbs`, context);
}
