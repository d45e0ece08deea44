/** One line that says what a pointer meant before and what it means now. */
export function movedChannel({
  imageId,
  channel,
  from,
  to,
}: {
  readonly imageId: string;
  readonly channel: string;
  readonly from: string | null;
  readonly to: string;
}): string {
  if (from === to) return `${imageId}@${channel} is ${to} already\n`;
  return `${imageId}@${channel} is now ${to} (${from === null ? 'new' : `was ${from}`})\n`;
}
