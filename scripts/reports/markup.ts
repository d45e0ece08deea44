import { plainText } from './plain-text.ts';

/** HTML that may be put into HTML as it is. */
export interface Markup {
  readonly html: string;
}

type Hole = Markup | string | number | readonly (Markup | string)[];

/** Writes HTML in which every hole is escaped unless it is markup already: a guest's output cannot become a tag. */
export function markup(texts: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  return { html: texts.reduce((html, text, index) => html + filled(holes[index - 1]) + text) };
}

function filled(hole: Hole | undefined): string {
  if (hole === undefined) return '';
  if (typeof hole === 'string' || typeof hole === 'number') return escaped(String(hole));
  if ('html' in hole) return hole.html;
  return hole.map(filled).join('');
}

function escaped(text: string): string {
  return plainText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
