import { describe, expect, test } from 'vitest';
import { consoleRecord } from '../../scripts/checks/console-record.ts';

const SOFT_LOCKUP = '[   97.120034] watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [swapper/1:0]';
const TRACE = '[   97.120991] Call Trace:';

function judged(lines: readonly string[], accelerator: 'tcg' | 'kvm' = 'tcg') {
  return consoleRecord(lines, accelerator).lines;
}

describe('consoleRecord', () => {
  test.each([
    SOFT_LOCKUP,
    '[   45.518001] rcu: INFO: rcu_sched self-detected stall on CPU',
    '[   45.518001] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:',
    '[   45.518001] rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 1-... } 21 jiffies s: 5 root: 0x2/.',
    '[   45.518001] INFO: rcu_sched self-detected stall on CPU',
    '[   45.518001][    C1] rcu: INFO: rcu_sched self-detected stall on CPU',
    '[   45.518001] BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!',
  ])('an emulated processor that stood still says nothing about the image: %s', (report) => {
    const trace = report.replace(/\].*/, '] Call Trace:');
    const { lines, leftOut } = consoleRecord(['Linux', report, trace, 'login:'], 'tcg');
    expect(lines.join('\n')).not.toMatch(/BUG: |INFO: rcu|Call Trace:/);
    expect(leftOut).toHaveLength(2);
    expect([lines[0], lines[3]]).toEqual(['Linux', 'login:']);
  });

  test('a processor of its own that stands still is the image', () => {
    const lines = [SOFT_LOCKUP, TRACE];
    expect(consoleRecord(lines, 'kvm')).toEqual({ lines, leftOut: [] });
  });

  test('each processor has its trace', () => {
    expect(consoleRecord([SOFT_LOCKUP, TRACE, '[  101.000000] Call Trace:'], 'tcg').leftOut).toHaveLength(3);
  });

  test.each([
    ['that has no stall before it', ['Linux']],
    ['that comes later', ['[   80.000000] watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [swapper/1:0]']],
    ['of a time before the stall: the machine was started again', ['[  197.120034] watchdog: BUG: soft lockup - CPU#1 stuck for 22s!']],
    ['of a warning', [SOFT_LOCKUP, '[   97.120500] ------------[ cut here ]------------']],
    ['of a task that hangs', [SOFT_LOCKUP, '[   97.120500] INFO: task tar:812 blocked for more than 120 seconds.']],
    ['of another fault', [SOFT_LOCKUP, '[   97.120500] BUG: kernel NULL pointer dereference, address: 0000000000000008']],
  ])('a trace stays %s', (_when, before) => {
    expect(judged([...before, TRACE])).toContain(TRACE);
  });

  test('a trace without a time is nobody’s', () => {
    expect(judged([SOFT_LOCKUP, 'Call Trace:'])).toContain('Call Trace:');
  });

  test('what a program says of a stall stays', () => {
    const line = '[   97.120034] saboteur[7]: watchdog: BUG: soft lockup - CPU#1 stuck for 22s!';
    expect(judged([line])).toEqual([line]);
  });

  test('the rest of the line is judged', () => {
    const [before, after] = judged([`[FAILED] Fai${SOFT_LOCKUP}`, `Oops: 0002 ${SOFT_LOCKUP}`]);
    expect(before).toMatch(/^\[FAILED\] Fai/);
    expect(after).toMatch(/^Oops: 0002/);
    expect(judged([`Oops: 0002 ${SOFT_LOCKUP}`, TRACE])).toContain(TRACE);
  });
});
