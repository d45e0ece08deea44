/** What a stage says while it works. Only renderers print. */
export type Event =
  | { readonly type: 'started'; readonly stage: string; readonly title: string }
  | { readonly type: 'progress'; readonly stage: string; readonly message: string; readonly fraction?: number }
  | { readonly type: 'finished'; readonly stage: string; readonly title: string; readonly seconds: number; readonly note?: string }
  | { readonly type: 'failed'; readonly stage: string; readonly title: string; readonly seconds: number; readonly message: string }
  | { readonly type: 'note'; readonly message: string };

export type Say = (event: Event) => void;
