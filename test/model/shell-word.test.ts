import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../scripts/model/shell-word.ts';

test.each([`plain`, `it's`, `$(id) \`id\` "x"`, 'two\nlines', '', `'''`, '\\'])('a shell reads %j back as it was', (text) => {
  expect(execFileSync('bash', ['-c', `printf %s ${shellWord(text)}`]).toString()).toBe(text);
});
