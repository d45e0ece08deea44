/** As plan/life-cycle says it. */
interface Ended {
  readonly subject: string;
  readonly endedOn: string;
  readonly extendedUntil: string | null;
}

/** Doctor's lines about distros that an image can be made of and that are past their end. */
export function endedSupportLines(ended: readonly Ended[]): string {
  if (ended.length === 0) return '';
  const lines = ended.map(
    ({ subject, endedOn, extendedUntil }) => `  ${subject}: ${endedOn}${extendedUntil === null ? '' : `, extended until ${extendedUntil}`}`,
  );
  return `${['Support has ended:', ...lines, ''].join('\n')}\n`;
}
