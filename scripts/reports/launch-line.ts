import { shellWord } from '../model/shell-word.ts';

/** How what was just made is launched: where it was published elsewhere than usual, the line says so, or it would launch something else. */
export function launchLine(reference: string, store?: string): string {
  return `Launch it: npm run launch -- ${reference}${store === undefined ? '' : ` --store ${PLAIN.test(store) ? store : shellWord(store)}`}`;
}

const PLAIN = /^[\w@%+=:,./-]+$/;
