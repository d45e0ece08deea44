/** One element as it stands in the text: its name, its attributes, and the text directly behind its start tag. */
export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

const VOID = new Set(['meta', 'link', 'br', 'img', 'hr', 'input']);
const START = /^<([a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/i;
const RAW = /^<(style|script)\b[^>]*>([\s\S]*?)<\/\1>/i;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** A small strict reader: throws on anything that is not well-formed, on characters that XML forbids, and on a bare `&` or `<`. */
export function parseMarkup(markup: string, { html }: { readonly html: boolean }): readonly Element[] {
  const forbidden = /[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.exec(markup);
  if (forbidden !== null) throw new Error(`forbidden character at ${forbidden.index}`);
  const elements: Element[] = [];
  const open: string[] = [];
  let rest = markup.replace(/^<(?:\?xml|!doctype)[^>]*>\s*/i, '');
  while (rest !== '') {
    const raw = html ? RAW.exec(rest) : null;
    const start = START.exec(rest);
    const end = /^<\/([a-z][\w-]*)>/i.exec(rest);
    if (raw !== null) elements.push({ tag: raw[1] ?? '', attributes: {}, text: raw[2] ?? '' });
    else if (end !== null && open.pop() !== end[1]) throw new Error(`unexpected ${end[0]}`);
    else if (start !== null) {
      const [, tag = '', attributes = '', closed] = start;
      if (closed === '' && !(html && VOID.has(tag))) open.push(tag);
      elements.push({ tag, attributes: attributesOf(attributes), text: textAt(rest.slice(start[0].length)) });
    } else if (end === null && rest.startsWith('<')) throw new Error(`not a tag: ${rest.slice(0, 40)}`);
    const consumed = (raw ?? start ?? end)?.[0] ?? /^[^<]+/.exec(rest)?.[0] ?? rest;
    if (raw === null && start === null && end === null) decoded(consumed);
    rest = rest.slice(consumed.length);
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`);
  return elements;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, decoded(value)]));
}

function textAt(rest: string): string {
  return decoded(/^[^<]*/.exec(rest)?.[0] ?? '');
}

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d+);|(\w+);)?/g, (entity, code: string | undefined, name: string | undefined) => {
    const character = code === undefined ? NAMED[name ?? ''] : String.fromCodePoint(Number(code));
    if (character === undefined) throw new Error(`not an entity: ${entity} in ${text.slice(0, 60)}`);
    return character;
  });
}
