import { markup, type Markup } from './markup.ts';
import { count } from './quantities.ts';

export interface Trend {
  readonly title: string;
  /** Oldest first. */
  readonly points: readonly { readonly version: string; readonly value: number }[];
  readonly text: (value: number) => string;
}

const WIDTH = 100;
const HEIGHT = 30;

/** How a number went from release to release: a line for the eye, and the same in words for everybody. */
export function trend({ title, points, text }: Trend): Markup {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return markup``;
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const range = least === most ? `the same in ${count(points.length, 'release')}` : `${text(least)} to ${text(most)} in ${count(points.length, 'release')}`;
  return markup`<div class="trend"><h3>${title}</h3><p><strong>${text(last.value)}</strong> <span class="soft">${points.length === 1 ? 'first release' : range}</span></p>
${points.length === 1 ? '' : line(values, `${title}: ${text(first.value)} in ${first.version}, ${text(last.value)} in ${last.version}, ${range}`)}</div>
`;
}

function line(values: readonly number[], label: string): Markup {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // Around the middle: a difference of one part in fifty must not look like one of half.
  const span = Math.max(most - least, most * 0.05, Number.MIN_VALUE);
  const middle = (least + most) / 2;
  const x = (at: number): string => ((at / (values.length - 1)) * WIDTH).toFixed(1);
  const y = (value: number): string => (HEIGHT / 2 - ((value - middle) / span) * (HEIGHT - 6)).toFixed(1);
  const points = values.map((value, at) => `${x(at)},${y(value)}`).join(' ');
  const end = `${WIDTH}" y1="${y(values.at(-1) ?? 0)}" x2="${WIDTH}" y2="${y(values.at(-1) ?? 0)}`;
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}"><path d="M0,${HEIGHT} L${points.replaceAll(' ', ' L')} L${WIDTH},${HEIGHT} Z"/><polyline points="${points}"/>${{ html: `<line x1="${end}"/>` }}</svg>
`;
}
