import { describe, expect, test } from 'vitest';
import { cleanText, consoleLines } from '../../scripts/checks/console-lines.ts';

describe('consoleLines', () => {
  test('drops colours, cursor movements and the blank lines that they leave', () => {
    expect(consoleLines('\u001b[H\u001b[J\u001b[1;1H\r\n[\u001b[0;32m  OK  \u001b[0m] Started \u001b[0;1;39mssh\u001b[0m.\r\r\n')).toEqual([
      '[  OK  ] Started ssh.',
    ]);
  });

  test('a title for the terminal, an 8-bit escape and a bell do not reach the reader', () => {
    expect(consoleLines('a\u001b]0;owned\u0007b\u009b31mc\u0007d\u001bPq#0\u001b\\e')).toEqual(['abcde']);
  });

  test('an unfinished title swallows no later line', () => {
    expect(consoleLines('\u001b]0;never ends\nKernel panic')).toEqual(['0;never ends', 'Kernel panic']);
  });

  test('nor the rest of its own', () => {
    expect(consoleLines('\u001b]0;title Kernel panic - not syncing')).toEqual(['0;title Kernel panic - not syncing']);
  });

  test('bidirectional marks and zero-width characters are not passed on', () => {
    expect(consoleLines('safe\u202egnp.exe\u200b')).toEqual(['safegnp.exe']);
  });

  test('an endless line is cut', () => {
    expect(consoleLines('x'.repeat(10_000_000))[0]).toHaveLength(400);
  });

  test('a carriage return begins a line, so that progress cannot hide a message', () => {
    expect(consoleLines('Oops: 1\rall is well')).toEqual(['Oops: 1', 'all is well']);
  });
});

test('cleanText keeps short text as it is and marks what it cut', () => {
  expect(cleanText('exit 0: fine', 20)).toBe('exit 0: fine');
  expect(cleanText('abcdef', 4)).toBe('abc…');
});
