import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { showEvents } from '../../scripts/cli/show-events.ts';
import { terminalDouble } from './terminal-double.ts';

describe('where nothing can be redrawn', () => {
  test('one line an event, with the time since the start', () => {
    let nowMs = 5000;
    const terminal = terminalDouble();
    const { say } = showEvents(terminal, () => nowMs);
    nowMs += 12_340;
    say({ type: 'started', stage: 'packages', title: 'Install packages' });
    say({ type: 'finished', stage: 'packages', title: 'Install packages', seconds: 3.21 });
    expect(terminal.err()).toBe('[  12.3 s] packages: Install packages\n[  12.3 s] packages: done in 3.2 s\n');
  });

  test('a chatty stage is not a flood', () => {
    let nowMs = 0;
    const terminal = terminalDouble();
    const { say } = showEvents(terminal, () => nowMs);
    for (; nowMs < 10_000; nowMs += 10) say({ type: 'progress', stage: 's', message: `line ${nowMs}` });
    expect(terminal.err().trim().split('\n')).toHaveLength(2);
  });
});

describe('on a terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('the status line is redrawn, and gone when a person is asked or all is done', () => {
    const terminal = terminalDouble({ live: true });
    const { say, pause } = showEvents(terminal, () => 0);
    say({ type: 'started', stage: 's', title: 'Boot it' });
    const drawn = terminal.err().length;
    vi.advanceTimersByTime(350);
    expect(terminal.err().length).toBeGreaterThan(drawn);
    pause();
    const paused = terminal.err();
    expect(paused.endsWith('\r\u001B[K')).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(terminal.err()).toBe(paused);
    say({ type: 'finished', stage: 's', title: 'Boot it', seconds: 2 });
    expect(terminal.err()).toContain('ok Boot it  2.0 s\n');
    const ended = terminal.err();
    vi.advanceTimersByTime(1000);
    expect(terminal.err()).toBe(ended);
  });
});
