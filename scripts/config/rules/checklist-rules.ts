import type { Checklist, ChecklistItem } from '../../model/checklist.ts';
import { checkMatcher } from '../../model/check-pattern.ts';
import { didYouMean } from '../../errors/nearest.ts';
import type { Catalogue, Entry } from '../catalogue.ts';
import { quoted, type KeyPath } from '../problem.ts';
import { repeated, unknownName, type Finding, type Rule } from './rule.ts';
import { rolesOf } from './targets.ts';

/** What must hold for checklists: a line that nothing stands behind would be a promise without evidence. */
export const CHECKLIST_RULES: readonly Rule[] = [checklistIsKnown, itemIsWrittenOnce, patternMeansACheck, shownCheckBelongsToItem, itemHasARole];

function checklistIsKnown({ images, checklists }: Catalogue): readonly Finding[] {
  return [...images.entries.values()].flatMap(({ yaml, value }) =>
    value.checklist === undefined ? [] : unknownName({ yaml, path: ['checklist'] }, 'checklist', value.checklist, checklists.ids),
  );
}

function itemIsWrittenOnce(catalogue: Catalogue): readonly Finding[] {
  return [...catalogue.checklists.entries.values()].flatMap((checklist) =>
    repeated(itemsOf(checklist), ({ written }) => written.item).map(({ path, written }) => ({
      yaml: checklist.yaml,
      path: [...path, 'item'],
      what: `the checklist has the line ${quoted(written.item)} twice`,
      fix: 'keep one',
    })),
  );
}

function patternMeansACheck(catalogue: Catalogue): readonly Finding[] {
  const known = idsOf(catalogue, catalogue.components.ids);
  return allItems(catalogue).flatMap(({ yaml, path, written }) =>
    written.checks.flatMap((pattern, index) => {
      if (known.some(checkMatcher(pattern)) || isOfBrokenFile(catalogue, pattern)) return [];
      return [{ yaml, path: [...path, 'checks', index], what: `no component has a check ${quoted(pattern)}`, fix: remedy(catalogue, pattern, known) }];
    }),
  );
}

function shownCheckBelongsToItem(catalogue: Catalogue): readonly Finding[] {
  const known = idsOf(catalogue, catalogue.components.ids);
  return allItems(catalogue).flatMap(({ yaml, path, written }) =>
    Object.entries(written.show).flatMap(([label, id]) => {
      const mine = known.filter((candidate) => written.checks.some((pattern) => checkMatcher(pattern)(candidate)));
      if (mine.includes(id) || isOfBrokenFile(catalogue, id)) return [];
      return [
        {
          yaml,
          path: [...path, 'show', label],
          what: `the line has no check ${quoted(id)}`,
          fix: didYouMean(
            id,
            mine.filter((other) => componentOf(other) === componentOf(id)),
          ),
        },
      ];
    }),
  );
}

/** A line that would read "not part of this role" in every role is a mistake, such as a component that no role names. */
function itemHasARole(catalogue: Catalogue): readonly Finding[] {
  return [...catalogue.images.entries.values()].flatMap(({ id: image, value }) => {
    const checklist = value.checklist === undefined ? undefined : catalogue.checklists.entries.get(value.checklist);
    if (checklist === undefined) return [];
    const roles = rolesOf(catalogue).filter((role) => role.image.id === image);
    const used = idsOf(
      catalogue,
      roles.flatMap(({ components }) => components.map(({ id }) => id)),
    );
    return itemsOf(checklist)
      .filter(({ written }) => !written.checks.some((pattern) => used.some(checkMatcher(pattern)) || isOfBrokenFile(catalogue, pattern)))
      .map(({ path }) => ({
        yaml: checklist.yaml,
        path: [...path, 'checks'],
        what: `no role of the image ${image} has a check of this line`,
        fix: 'name the component in a role, or other checks here',
      }));
  });
}

/** A component whose file could not be read has checks that nobody knows: its own problems are told, not these. */
function isOfBrokenFile({ components }: Catalogue, pattern: string): boolean {
  const component = componentOf(pattern);
  return components.ids.includes(component) && !components.entries.has(component);
}

function remedy({ components }: Catalogue, pattern: string, known: readonly string[]): string {
  const component = componentOf(pattern);
  if (!/[*?]/.test(component) && !components.ids.includes(component)) return didYouMean(component, components.ids);
  return didYouMean(
    pattern,
    known.filter((id) => componentOf(id) === component),
  );
}

/** What stands before the last dot: names of checks have none. */
function componentOf(pattern: string): string {
  return pattern.slice(0, Math.max(0, pattern.lastIndexOf('.')));
}

function idsOf({ components }: Catalogue, wanted: readonly string[]): readonly string[] {
  return [...components.entries.values()]
    .filter(({ id }) => wanted.includes(id))
    .flatMap(({ id, value }) => value.written.checks.map(({ name }) => `${id}.${name}`));
}

function itemsOf({ value }: Entry<Checklist>): readonly { readonly path: KeyPath; readonly written: ChecklistItem }[] {
  return value.items.map((written, index) => ({ path: ['items', index], written }));
}

function allItems({ checklists }: Catalogue) {
  return [...checklists.entries.values()].flatMap((checklist) => itemsOf(checklist).map((item) => ({ ...item, yaml: checklist.yaml })));
}
