import type { CheckRow, Phase } from '../model/check.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { generalTroubles, rowsOf } from './verdict.ts';

/** A verification for CI systems: a suite a phase, a test case a row; what never came is an error, not an absence. */
export function junit(report: VerificationReport): string {
  const general = generalTroubles(report);
  const suites = report.phases.map((phase) => suite(report, phase));
  const seconds = report.totalSeconds ?? report.stageTimes.reduce((sum, stage) => sum + stage.seconds, 0);
  const totals = {
    name: report.imageId,
    tests: report.rows.length + general.length,
    failures: report.counts.fail,
    errors: report.counts.unknown + general.length,
    skipped: report.counts.skip,
    time: seconds.toFixed(3),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(totals)}>`,
    ...suites.flat(),
    ...generalSuite(report, general),
    ...budgetSuite(report),
    ...checklistSuite(report),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(report: VerificationReport, phase: Phase): readonly string[] {
  const rows = rowsOf(report, phase);
  const many = (outcome: string): number => rows.filter((row) => row.outcome === outcome).length;
  const head = {
    name: `${report.imageId} ${phase}`,
    tests: rows.length,
    failures: many('fail'),
    errors: many('unknown'),
    skipped: many('skip'),
    timestamp: report.verifiedAt.replace(/(?:\.\d+)?Z$/, ''),
  };
  return [`  <testsuite${attributes(head)}>`, ...rows.flatMap(testCase), '  </testsuite>'];
}

function testCase(row: CheckRow): readonly string[] {
  const open = `    <testcase${attributes({ classname: `${row.phase}.${row.subject}`, name: `${row.check}: ${row.property}` })}`;
  if (row.outcome === 'pass') return [`${open}/>`];
  if (row.outcome === 'skip')
    return [
      `${open}>`,
      `      <skipped${attributes({ message: row.muted === undefined ? row.found : `found ${row.found}; ${row.hint}` })}/>`,
      '    </testcase>',
    ];
  const tag = row.outcome === 'fail' ? 'failure' : 'error';
  const evidence = `expected: ${row.expected}\nfound: ${row.found}\nhint: ${row.hint}`;
  return [
    `${open}>`,
    `      <${tag}${attributes({ message: `expected ${row.expected}, found ${row.found}`, type: row.outcome })}>${xml(evidence)}</${tag}>`,
    '    </testcase>',
  ];
}

function generalSuite(report: VerificationReport, general: readonly string[]): readonly string[] {
  if (general.length === 0) return [];
  const cases = general.flatMap((line) => [
    `    <testcase${attributes({ classname: 'report', name: line })}>`,
    `      <error${attributes({ message: line, type: 'missing' })}/>`,
    '    </testcase>',
  ]);
  return [
    `  <testsuite${attributes({ name: `${report.imageId} report`, tests: general.length, failures: 0, errors: general.length, skipped: 0 })}>`,
    ...cases,
    '  </testsuite>',
  ];
}

/** As properties: a limit that was not kept is a case of the report's own suite already. */
function budgetSuite({ imageId, budgets = [] }: VerificationReport): readonly string[] {
  if (budgets.length === 0) return [];
  return [
    `  <testsuite${attributes({ name: `${imageId} budgets`, tests: 0, failures: 0, errors: 0, skipped: 0 })}>`,
    '    <properties>',
    ...budgets.map(({ measure, measured, limit, unit }) => {
      const value = `${measured ?? 'not measured'} of at most ${limit ?? 'any'} ${unit}`.trim();
      return `      <property${attributes({ name: measure, value })}/>`;
    }),
    '    </properties>',
    '  </testsuite>',
  ];
}

/** As properties: the checks behind a line are counted already, and a CI system should count nothing twice. */
function checklistSuite({ imageId, checklist }: VerificationReport): readonly string[] {
  if (checklist === undefined) return [];
  return [
    `  <testsuite${attributes({ name: `${imageId} checklist`, tests: 0, failures: 0, errors: 0, skipped: 0 })}>`,
    '    <properties>',
    ...checklist.lines.map(({ item, state, evidence }) => `      <property${attributes({ name: item, value: `${state}: ${evidence}` })}/>`),
    '    </properties>',
    '  </testsuite>',
  ];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(String(value)).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('');
}

// XML 1.0 has no way to write these at all, so they are spelled out: evidence should not vanish.
const FORBIDDEN = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

function xml(text: string): string {
  const spelled = text.replaceAll(FORBIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return spelled.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
