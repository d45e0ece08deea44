import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bareWord, quoteHcl, quoteSh, quoteXml, quoteYaml, QUOTES } from '../../scripts/render/quoting.ts';
import { HOSTILE_STRINGS, IMPOSSIBLE_STRINGS } from '../support/hostile-strings.ts';
import { needTool } from '../support/need-tool.ts';

const dir = mkdtempSync(join(tmpdir(), 'ingot-quoting-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('there are enough hostile strings', () => {
  expect(new Set(HOSTILE_STRINGS).size).toBeGreaterThanOrEqual(40);
});

describe.each(['sh', 'bash'])('quoteSh, read back by %s', (shell) => {
  test('every value is one argument, as it was', () => {
    const script = `printf '%s\\0' ${HOSTILE_STRINGS.map((value) => quoteSh(value)).join(' ')}`;
    const args = execFileSync(shell, ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(args).toEqual(HOSTILE_STRINGS);
  });
});

describe('quoteYaml, read back by a YAML parser', () => {
  test.each(HOSTILE_STRINGS)('%j', (value) => {
    for (const version of ['1.1', '1.2'] as const) {
      expect(parse(`before: 1\nkey: ${quoteYaml(value)}\nafter: 2\n`, { version })).toEqual({ before: 1, key: value, after: 2 });
    }
    expect(JSON.parse(quoteYaml(value))).toBe(value);
  });

  test('is one line of printable characters', () => {
    for (const value of HOSTILE_STRINGS) expect(quoteYaml(value)).toMatch(/^[^\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]*$/u);
  });

  test('keeps numbers and booleans, and carries lists', () => {
    expect(parse(`[${[1.5, true, false].map((value) => quoteYaml(value)).join(', ')}]`)).toEqual([1.5, true, false]);
    expect(parse(`a: ${quoteYaml(HOSTILE_STRINGS)}`)).toEqual({ a: HOSTILE_STRINGS });
    expect(quoteYaml([])).toBe('[]');
  });
});

describe('quoteHcl, read back by Packer', () => {
  test('every value is a literal', () => {
    expect(readBackByPacker(HOSTILE_STRINGS)).toEqual(HOSTILE_STRINGS);
  });

  test('keeps numbers and booleans', () => {
    expect([quoteHcl(2), quoteHcl(true)]).toEqual(['2', 'true']);
  });
});

describe('quoteXml, read back by xmllint', () => {
  const readBack = (value: string): string => {
    const input = `<a b="${quoteXml(value)}">${quoteXml(value)}</a>`;
    const [text, attribute] = ['string(/a)', 'string(/a/@b)'].map((what) =>
      execFileSync('xmllint', ['--huge', '--xpath', what, '-'], { input, encoding: 'utf8' }),
    );
    expect(attribute).toBe(text);
    return (text ?? '').replace(/\n$/, '');
  };

  test.each(['"/><b/>', "a'b", '&amp;', 'a & b', ']]>', '<!--', 'ünïcödé — 漢字 🦊', 'a\tb', 'a\r\nb', ' a  b ', '\u0085\u2028'])('%j', (value) => {
    expect(readBack(value)).toBe(value);
  });

  test.each(['\u0001', '\u001b[31m', '\uffff'])('%j is refused: XML has no way to write it', (value) => {
    expect(() => quoteXml(value)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });
});

describe('bareWord', () => {
  test.each(['a', 'www-data', '/etc/nginx', '10.0.0.0/8', 'a@b.example', '50%', 'x=y', '4', 'fe80::1', 'a+b', 'a,b'])('%j passes', (value) => {
    expect(bareWord(value)).toBe(value);
  });

  test.each([...HOSTILE_STRINGS.filter((value) => !/^[A-Za-z0-9._/:,@%+=-]+$/.test(value)), 'a;b', 'a b', 'a}'])('%j is refused', (value) => {
    expect(() => bareWord(value)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });

  test('takes numbers and booleans', () => {
    expect([bareWord(8), bareWord(false)]).toEqual(['8', 'false']);
  });
});

describe.each(Object.keys(QUOTES))('%s', (name) => {
  const quote = QUOTES[name] ?? quoteSh;

  test.each(IMPOSSIBLE_STRINGS)('refuses %j', (value) => {
    expect(() => quote(value)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });

  test.each([undefined, null, { a: 1 }, Number.NaN, Number.POSITIVE_INFINITY, [undefined], () => 'x'])('refuses %s', (value) => {
    expect(() => quote(value as unknown as string)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });
});

/** One run for all: each value is the default of a variable; Packer prints them as JSON of its own, base64-coded. */
function readBackByPacker(values: readonly string[]): readonly string[] {
  needTool('packer');
  const path = join(dir, 'values.pkr.hcl');
  writeFileSync(path, values.map((value, index) => `variable "v${index}" {\n  type    = string\n  default = ${quoteHcl(value)}\n}\n`).join(''));
  const input = values.map((_, index) => `base64encode(var.v${index})\n`).join('');
  const output = execFileSync('packer', ['console', path], {
    input,
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: dir },
  });
  return output
    .split('\n')
    .slice(0, values.length)
    .map((line) => Buffer.from(line.trim(), 'base64').toString('utf8'));
}
