import { BakeError } from '../errors.ts';

/** What a hole may be filled with. */
export type Scalar = string | number | boolean;

/** One way of carrying a value literally into another language. A value that it cannot carry is refused, never bent. */
export type Quote = (value: Scalar | readonly Scalar[]) => string;

/** A single-quoted word of a POSIX shell. */
export const quoteSh: Quote = (value) => `'${textOf(value, 'sh').replaceAll("'", String.raw`'\''`)}'`;

/** A scalar or a list of scalars of YAML that is JSON as well: strings always in double quotes. */
export const quoteYaml: Quote = (value) => (isList(value) ? `[${value.map(quoteYaml).join(', ')}]` : quoteYamlScalar(value));

/** A string, number, boolean or list of HCL, a list as one line an item; nothing in it is a template. */
export const quoteHcl: Quote = (value) => (isList(value) ? `[\n${value.map((item) => `      ${quoteHcl(item)},\n`).join('')}    ]` : quoteHclScalar(value));

/** A bare word for formats that have no quotes (nginx, ini, sshd, systemd): only characters that mean nothing in any of them. */
export const bareWord: Quote = (value) => {
  const text = textOf(value, 'word');
  if (/^[A-Za-z0-9._/:,@%+=-]+$/.test(text)) return text;
  throw refused('word', text, 'has a character that this place cannot carry: it takes letters, digits and . _ / : , @ % + = - only');
};

/** Text of an XML element or of an attribute in double quotes; characters that XML 1.0 has no way to write are refused. */
export const quoteXml: Quote = (value) => {
  const text = textOf(value, 'xml');
  if (/[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) throw refused('xml', text, 'has a character that XML cannot carry');
  return text.replaceAll(/[&<>"'\t\n\r\u0085\u2028]/g, (character) => `&#${character.charCodeAt(0)};`);
};

/** The quotings by the names that templates use. */
export const QUOTES: Readonly<Record<string, Quote>> = { sh: quoteSh, yaml: quoteYaml, hcl: quoteHcl, xml: quoteXml, word: bareWord };

/** JSON leaves characters bare that YAML takes for line ends or refuses. */
function quoteYamlScalar(value: Scalar): string {
  if (typeof value !== 'string') return textOf(value, 'yaml');
  return JSON.stringify(textOf(value, 'yaml')).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escapeUnicode);
}

function quoteHclScalar(value: Scalar): string {
  if (typeof value !== 'string') return textOf(value, 'hcl');
  const escaped = textOf(value, 'hcl')
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)
    .replaceAll('\t', String.raw`\t`)
    .replaceAll(/[\u0001-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, escapeUnicode)
    .replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
  return `"${escaped}"`;
}

function escapeUnicode(character: string): string {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function textOf(value: unknown, language: string): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw refused(language, String(value), 'is not a number that can be written');
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw refused(language, JSON.stringify(value) ?? 'undefined', 'is not a text, a number or a boolean');
  }
  const text = String(value);
  if (text.includes('\0')) throw refused(language, text, 'has a NUL byte, which no file can carry to a program');
  if (!text.isWellFormed()) throw refused(language, text, 'has half of a surrogate pair, which UTF-8 cannot carry');
  return text;
}

function refused(language: string, text: string, reason: string): BakeError {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  return new BakeError('CONFIG_INVALID', { what: `The value ${shown} ${reason} (quoted for ${language})`, fix: 'Change this value in the configuration' });
}

function isList(value: Scalar | readonly Scalar[]): value is readonly Scalar[] {
  return Array.isArray(value);
}
