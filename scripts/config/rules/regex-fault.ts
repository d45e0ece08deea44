import { quoted } from '../problem.ts';

/** What is wrong with a regular expression, before anything depends on it; undefined when it compiles. */
export function regexFault(pattern: string): { readonly what: string; readonly fix: string } | undefined {
  try {
    RegExp(pattern);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(': ').at(-1) : String(error);
    return { what: `${quoted(pattern)} is no regular expression: ${reason}`, fix: 'mend it; a backslash before a special character makes it literal' };
  }
}
