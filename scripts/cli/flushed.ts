/** Waits until a stream has handed on all that was written to it: a process that exits sooner cuts what a slow reader has not taken yet. */
export function flushed(stream: { readonly write: (text: string, done: () => void) => unknown }): Promise<void> {
  // The callback comes with an error too, such as that of a reader who has gone.
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
