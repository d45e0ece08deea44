import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hereDocument } from '../../scripts/render/here-document.ts';
import { fakeHost } from '../support/fake-host.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';

test('a shell writes exactly the text, whatever is in it', () => {
  const { dir } = fakeHost();
  for (const value of [...HOSTILE_STRINGS, 'END_OF_FILE', 'a\nEND_OF_FILE\nEND_OF_FILE_\nrm -rf /\nb', '']) {
    execFileSync('sh', ['-c', hereDocument({ path: "it's $HOME", text: `${value}\n` })], { cwd: dir });
    expect(readFileSync(join(dir, "it's $HOME"), 'utf8')).toBe(`${value}\n`);
  }
});

test('what no shell could write is refused', () => {
  for (const text of ['no end', 'nul\0\n']) expect(() => hereDocument({ path: 'a', text })).toThrow(expect.objectContaining({ code: 'BUG' }) as Error);
});
