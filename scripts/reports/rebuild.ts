import type { RebuildReport } from '../model/rebuild-report.ts';
import { table } from './table.ts';

const VERDICTS: Readonly<Record<RebuildReport['verdict'], string>> = {
  identical: 'every file is the same',
  explained: 'every difference is one that may be',
  different: 'there are differences that nothing explains',
};

/** What came of baking a release again, difference by difference. */
export function rebuildText({ release, files, inputs, differences, verdict }: RebuildReport): string {
  const inputLines = inputs.map(({ name, released, now }) => [name, released.slice(0, 20), '→', now.slice(0, 20)]);
  const lines = differences.map(({ path, what, why }) => [why === null ? 'DIFFERS' : 'may be', `/${path}`, what, why ?? '']);
  return [
    ...(inputs.length === 0 ? [] : ['Made from something else now:', ...table(inputLines, { indent: '  ', widest: 80 }), '']),
    ...(lines.length === 0 ? [] : [...table(lines, { indent: '', widest: 110 }), '']),
    `${release}, baked again: ${files} files compared, ${differences.length} differ; ${VERDICTS[verdict]}\n`,
  ].join('\n');
}
