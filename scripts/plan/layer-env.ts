import type { ImageSpec, LayerName } from '../model/image-spec.ts';

export type GuestEnv = Readonly<Record<string, string>>;

/** guest.env of one layer: only what its scripts may see, because a layer's key changes with all of it. */
export function layerEnv(spec: ImageSpec, layer: LayerName, order: readonly string[]): GuestEnv {
  const parameters = spec.components.flatMap((component) => component.parameters).filter(({ layers }) => layers.includes(layer));
  return sorted({ ...commonEnv(spec), ...componentsEnv(layer, order), ...Object.fromEntries(parameters.map(({ env, value }) => [env, String(value)])) });
}

/** Everything that any layer sees: the environment of probes, which look at the finished image. */
export function wholeEnv(spec: ImageSpec, order: readonly string[]): GuestEnv {
  const parameters = spec.components.flatMap((component) => component.parameters);
  return sorted({ ...commonEnv(spec), ...componentsEnv('configure', order), ...Object.fromEntries(parameters.map(({ env, value }) => [env, String(value)])) });
}

function commonEnv({ distro, image, role }: ImageSpec): GuestEnv {
  return {
    INGOT_DISTRO: distro.id,
    INGOT_FAMILY: distro.family,
    ...(distro.os === undefined ? {} : { INGOT_OS_ID: distro.os.id }),
    INGOT_VERSION_ID: distro.version,
    INGOT_CODENAME: distro.codename,
    INGOT_IMAGE: image,
    INGOT_ROLE: role,
    INGOT_LOGIN_USER: distro.loginUser,
    ...Object.fromEntries(Object.entries(distro.facts).map(([name, value]) => [factVariable(name), value])),
  };
}

/** The variable of guest.env that carries a fact. */
export function factVariable(fact: string): string {
  return `FACT_${upperSnake(fact)}`;
}

/** Which components an image has is written into it by the configure layer only: elsewhere it would rebuild too much. */
function componentsEnv(layer: LayerName, order: readonly string[]): GuestEnv {
  return layer === 'configure' ? { INGOT_COMPONENTS: order.join(' ') } : {};
}

function upperSnake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

function sorted(env: GuestEnv): GuestEnv {
  return Object.fromEntries(Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
