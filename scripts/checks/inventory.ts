import type { InstalledPackage, Inventory } from '../model/inventory.ts';
import type { ProbeResult } from './probe-results.ts';
import type { NamedProbe } from './probe-script.ts';

const NAME = 'inventory';

/** Has the disk listed in the same look that the checks take at it. */
export function inventoryProbe(script: string): NamedProbe {
  return { name: NAME, run: script };
}

/** What the disk holds; undefined when it could not be looked into. */
export function inventoryOf(facts: ReadonlyMap<string, ProbeResult>): Inventory | undefined {
  const result = facts.get(NAME);
  return result?.exitCode === 0 ? parseInventory(result.stdout) : undefined;
}

/** Reads what packer/read-inventory.sh printed; a line that is anything else (a file's name may hold what it likes) counts for nothing. */
export function parseInventory(text: string): Inventory {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const of = (kind: string, fields: number): readonly (readonly string[])[] => lines.filter((line) => line[0] === kind && line.length === fields);
  const installed = [...of('deb', 5), ...of('rpm', 5), ...of('pip', 4), ...of('npm', 4)].map(packageOf);
  return {
    packages: unique(installed.toSorted((a, b) => compare(nameOf(a), nameOf(b)))),
    privileged: table(of('setuid', 3).map(([, mode = '', path = '']) => [path, mode.padStart(4, '0')])),
    units: [...new Set(of('unit', 2).map(([, name = '']) => name))].toSorted(compare),
    files: table(of('file', 3).map(([, digest = '', path = '']) => [path, digest])),
  };
}

function packageOf([type = '', name = '', version = '', third = '', fourth]: readonly string[]): InstalledPackage {
  const kind = type as InstalledPackage['type'];
  return fourth === undefined ? { type: kind, name, version, source: third } : { type: kind, name, version, source: fourth, arch: third };
}

function unique(packages: readonly InstalledPackage[]): readonly InstalledPackage[] {
  return packages.filter((item, at) => at === 0 || nameOf(item) !== nameOf(packages[at - 1] ?? item));
}

function nameOf({ type, name, version, source, arch }: InstalledPackage): string {
  return [type, name, version, arch ?? '', arch === undefined ? source : ''].join('\t');
}

function table(pairs: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.toSorted(([a], [b]) => compare(a, b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
