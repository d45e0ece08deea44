import { describe, expect, test } from 'vitest';
import type { Event } from '../../scripts/model/event.ts';
import { advance, logLine, NO_PROGRESS, settledLine, statusLine, type Progress } from '../../scripts/reports/progress.ts';

const STYLE = { columns: 80, unicode: false, color: false };
const after = (events: readonly Event[]): Progress => events.reduce((progress, event) => advance(progress, event, 0), NO_PROGRESS);
const started = (stage: string): Event => ({ type: 'started', stage, title: `Do ${stage}` });

describe('the status line', () => {
  test('shows the innermost stage, and the outer one again afterwards', () => {
    const inner = [started('outer'), started('inner')];
    expect(statusLine(after(inner), 1000, STYLE)).toContain('Do inner');
    expect(statusLine(after([...inner, { type: 'finished', stage: 'inner', title: 'Do inner', seconds: 1 }]), 1000, STYLE)).toContain('Do outer');
    expect(statusLine(NO_PROGRESS, 0, STYLE)).toBe('');
  });

  test('shows how far it is and how long it will take, when that is known', () => {
    const progress = after([started('s'), { type: 'progress', stage: 's', message: 'unpacking', fraction: 0.25 }]);
    expect(statusLine(progress, 10_000, STYLE)).toBe(
      '| Do s  ###.........  25 %  about 30.0 s left  10.0 s  unpacking'.replace('.........  25', '......... 25'),
    );
    expect(statusLine(after([started('s'), { type: 'progress', stage: 's', message: '', fraction: 0.01 }]), 10_000, STYLE)).not.toContain('left');
    expect(statusLine(after([started('s'), { type: 'progress', stage: 's', message: '', fraction: 7 }]), 10_000, STYLE)).toContain('100 %');
  });

  test('never wraps and never steers the terminal', () => {
    const progress = after([started('s'), { type: 'progress', stage: 's', message: `\u001B[2J${'x'.repeat(300)}\nmore` }]);
    const line = statusLine(progress, 0, { ...STYLE, columns: 40 });
    expect(line).toHaveLength(39);
    expect(line).not.toMatch(/[\u001B\n]/);
  });
});

describe('what stays', () => {
  test('the end of a stage and notes; nothing of the rest', () => {
    expect(settledLine({ type: 'finished', stage: 's', title: 'Do s', seconds: 3, note: 'from the cache' }, STYLE)).toBe('ok Do s  3.0 s (from the cache)');
    expect(settledLine({ type: 'failed', stage: 's', title: 'Do s', seconds: 3, message: 'm' }, STYLE)).toBe('FAILED Do s  3.0 s');
    expect(settledLine({ type: 'note', message: 'hello' }, STYLE)).toBe('hello');
    expect(settledLine(started('s'), STYLE)).toBeUndefined();
  });

  test('colour only when asked for', () => {
    const event: Event = { type: 'finished', stage: 's', title: 'Do s', seconds: 3 };
    expect(settledLine(event, STYLE)).not.toContain('\u001B');
    expect(settledLine(event, { ...STYLE, color: true })).toContain('\u001B[32m');
  });
});

describe('a log', () => {
  test.each([
    [started('packages'), '[  12.3 s] packages: Do packages'],
    [{ type: 'progress', stage: 'packages', message: 'half', fraction: 0.5 }, '[  12.3 s] packages: half (50 %)'],
    [{ type: 'failed', stage: 'packages', title: 't', seconds: 100, message: 'no\u0007' }, '[  12.3 s] packages: failed after 1 min 40 s: no'],
    [{ type: 'note', message: 'by the way' }, '[  12.3 s] by the way'],
  ] as const)('%j', (event, line) => expect(logLine(event, 12_340)).toBe(line));
});
