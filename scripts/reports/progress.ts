import type { Event } from '../model/event.ts';
import { clip, plainLine } from './plain-text.ts';
import { duration } from './quantities.ts';

interface ActiveStage {
  readonly stage: string;
  readonly title: string;
  readonly startedMs: number;
  readonly message: string;
  readonly fraction: number | undefined;
}

/** What is under way: the stages that have started and not ended, outermost first. */
export interface Progress {
  readonly active: readonly ActiveStage[];
}

export const NO_PROGRESS: Progress = { active: [] };

/** Folds one event into what is under way. */
export function advance({ active }: Progress, event: Event, nowMs: number): Progress {
  if (event.type === 'note') return { active };
  if (event.type === 'started')
    return { active: [...active, { stage: event.stage, title: plainLine(event.title), startedMs: nowMs, message: '', fraction: undefined }] };
  if (event.type === 'progress') {
    const changed = { message: plainLine(event.message), fraction: event.fraction };
    return { active: active.map((item) => (item.stage === event.stage ? { ...item, ...changed } : item)) };
  }
  return { active: active.filter(({ stage }) => stage !== event.stage) };
}

export interface LineStyle {
  readonly columns: number;
  readonly unicode: boolean;
  readonly color: boolean;
}

const SPINNER = { unicode: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'], ascii: ['|', '/', '-', '\\'] };
const BAR_WIDTH = 12;

/** The one line that a terminal redraws: what is being done, how far it is, and how long it will take. */
export function statusLine({ active }: Progress, nowMs: number, style: LineStyle): string {
  const current = active.at(-1);
  if (current === undefined) return '';
  const seconds = (nowMs - current.startedMs) / 1000;
  const frames = style.unicode ? SPINNER.unicode : SPINNER.ascii;
  const spinner = frames[Math.floor(nowMs / 100) % frames.length] ?? '-';
  const parts = [
    `${spinner} ${current.title}`,
    ...fractionOf(current, seconds, style),
    duration(seconds),
    ...(current.message === '' ? [] : [current.message]),
  ];
  return clip(parts.join('  '), style.columns - 1);
}

function fractionOf({ fraction }: ActiveStage, seconds: number, style: LineStyle): string[] {
  if (fraction === undefined) return [];
  const share = Math.min(1, Math.max(0, fraction));
  const [full, empty] = style.unicode ? ['█', '░'] : ['#', '.'];
  const filled = Math.round(share * BAR_WIDTH);
  const left = share >= 0.05 && share < 1 ? [`about ${duration((seconds / share) * (1 - share))} left`] : [];
  return [`${full?.repeat(filled)}${empty?.repeat(BAR_WIDTH - filled)} ${Math.floor(share * 100)} %`, ...left];
}

/** What stays on a terminal of one event; undefined for those that only move the status line. */
export function settledLine(event: Event, style: LineStyle): string | undefined {
  const paint = (code: number, text: string): string => (style.color ? `\u001B[${code}m${text}\u001B[0m` : text);
  const [good, bad] = style.unicode ? ['✔', '✘'] : ['ok', 'FAILED'];
  if (event.type === 'note') return plainLine(event.message);
  if (event.type === 'finished') return `${paint(32, good ?? '')} ${plainLine(event.title)}  ${paint(2, duration(event.seconds))}${noteOf(event)}`;
  if (event.type === 'failed') return `${paint(31, bad ?? '')} ${plainLine(event.title)}  ${paint(2, duration(event.seconds))}`;
  return undefined;
}

/** One event as a line of a log, where nothing can be redrawn. */
export function logLine(event: Event, nowMs: number): string {
  const at = `[${(nowMs / 1000).toFixed(1).padStart(6)} s]`;
  if (event.type === 'note') return `${at} ${plainLine(event.message)}`;
  return `${at} ${event.stage}: ${wordsOf(event)}`;
}

function wordsOf(event: Exclude<Event, { type: 'note' }>): string {
  if (event.type === 'started') return plainLine(event.title);
  if (event.type === 'finished') return `done in ${duration(event.seconds)}${noteOf(event)}`;
  if (event.type === 'failed') return `failed after ${duration(event.seconds)}: ${plainLine(event.message)}`;
  return `${plainLine(event.message)}${event.fraction === undefined ? '' : ` (${Math.floor(event.fraction * 100)} %)`}`;
}

function noteOf({ note }: { readonly note?: string }): string {
  return note === undefined ? '' : ` (${plainLine(note)})`;
}
