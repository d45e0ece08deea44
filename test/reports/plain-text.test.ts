import { describe, expect, test } from 'vitest';
import { clip, plainLine, plainText } from '../../scripts/reports/plain-text.ts';

describe('plainText', () => {
  test.each([
    ['\u001B[31mred\u001B[0m', 'red'],
    ['\u001B]0;title\u0007text', 'text'],
    ['\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\', 'link'],
    ['\u001B[2J\u001B[Hhome', 'home'],
    ['\u001BPdevice control\u001B\\after', 'after'],
    ['\u001B(Bcharset', 'charset'],
    ['\u009B31mC1', '31mC1'],
    ['over\rwrite', 'overwrite'],
    ['bell\u0007 null\u0000 del\u007F', 'bell null del'],
    ['\u202Ereversed\u202C', 'reversed'],
    ['kept\ttab\nline', 'kept\ttab\nline'],
    ['dos\r\nline', 'dos\nline'],
    ['Grüße ✔ 日本', 'Grüße ✔ 日本'],
    ['ends with escape \u001B', 'ends with escape '],
  ])('%j → %j', (written, shown) => {
    expect(plainText(written)).toBe(shown);
  });
});

test('plainLine is one line', () => {
  expect(plainLine('  a\n\tb\u001B[0m  c ')).toBe('a b c');
});

test('clip counts letters, not halves of them', () => {
  expect(clip('abcdef', 6)).toBe('abcdef');
  expect(clip('abcdefg', 6)).toBe('abcde…');
  expect(clip('😀😀😀', 2)).toBe('😀…');
});
