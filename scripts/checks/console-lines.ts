const LONGEST_LINE = 400;

/** What a guest wrote to its serial line, safe to print and to match: no escape sequences, no control characters, no endless line. */
export function consoleLines(raw: string, longest = LONGEST_LINE): readonly string[] {
  return raw
    .split(/\r\n|\n|\r/)
    .map((line) => cleanText(line, longest))
    .filter((line) => line !== '');
}

/** Text that came from a guest, made safe for a terminal and for a report. */
export function cleanText(text: string, longest: number): string {
  const bare = text
    .slice(0, longest * 8)
    .replaceAll(ESCAPES, '')
    .replaceAll('\t', ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '')
    .trimEnd();
  return bare.length <= longest ? bare : `${bare.slice(0, longest - 1)}…`;
}

/** OSC and DCS strings that have an end, CSI sequences, and two-byte escapes: what only begins one hides nothing. */
const ESCAPES = /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g;
