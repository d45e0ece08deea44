import type { Distro } from './distro.ts';

/** What a template may see of a distro: what is fetched, how it is fetched and where from stay outside, so that they change no file. */
export const TEMPLATE_DISTRO_FIELDS = [
  'id',
  'title',
  'family',
  'version',
  'codename',
  'arch',
  'loginUser',
  'firmware',
  'lifeCycle',
  'python',
] as const satisfies readonly (keyof Distro)[];
