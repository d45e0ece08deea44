import { BakeError } from '../errors.ts';
import type { Component } from '../model/image-spec.ts';

/** Scripts of one layer run in one order on every machine: `after` first, ties by id. */
export function orderComponents(components: readonly Component[]): readonly Component[] {
  const waiting = new Map(components.toSorted(byId).map((component) => [component.id, component]));
  const ordered: Component[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].find((component) => blockersOf(component, waiting).length === 0);
    if (ready === undefined) throw cycleError(waiting);
    waiting.delete(ready.id);
    ordered.push(ready);
  }
  return ordered;
}

/** Those of `after` that still wait; ids that the image does not use never block. */
function blockersOf(component: Component, waiting: ReadonlyMap<string, Component>): readonly string[] {
  return component.after.filter((id) => waiting.has(id));
}

function cycleError(waiting: ReadonlyMap<string, Component>): BakeError {
  const path: string[] = [];
  let id = [...waiting.keys()][0];
  while (id !== undefined && !path.includes(id)) {
    path.push(id);
    const component = waiting.get(id);
    id = component === undefined ? undefined : blockersOf(component, waiting).toSorted()[0];
  }
  const cycle = id === undefined ? path : [...path.slice(path.indexOf(id)), id];
  return new BakeError('CONFIG_INVALID', {
    what: `Components wait for each other in a circle: ${cycle.join(' → ')} (each runs after the next)`,
    fix: `Remove one of these ids from \`after\` in packer/components/${cycle[0]}/component.yaml or another one of the circle`,
  });
}

function byId(a: Component, b: Component): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
