import type { Host } from '../host/host.ts';
import { withScope, type Scope } from '../host/scope.ts';
import type { Say } from '../model/event.ts';

export interface Context {
  readonly host: Host;
  readonly scope: Scope;
  readonly say: Say;
}

/** One effect with a name. `run` gets what the stage before returned, so the compiler checks the order of a pipeline. */
export interface Stage<Input, Output> {
  readonly name: string;
  readonly title: string;
  readonly run: (input: Input, context: Context) => Promise<Output>;
}

/** What a pipeline holds: the machine, and where events go. */
export interface Desk {
  readonly host: Host;
  readonly say: Say;
}

/** Runs one stage in a scope of its own: a resource lives as long as the stage. */
export function runStage<Input, Output>(desk: Desk, stage: Stage<Input, Output>, input: Input): Promise<Output> {
  return withScope((scope) => runStageIn({ ...desk, scope }, stage, input));
}

/** Runs one stage in the caller's scope: a resource (a booted VM) outlives the stage. Emits started, finished or failed. */
export async function runStageIn<Input, Output>(context: Context, stage: Stage<Input, Output>, input: Input): Promise<Output> {
  const { host, say } = context;
  const { name, title } = stage;
  const startedMs = host.clock.monotonicMs();
  const seconds = (): number => (host.clock.monotonicMs() - startedMs) / 1000;
  say({ type: 'started', stage: name, title });
  try {
    const output = await stage.run(input, context);
    say({ type: 'finished', stage: name, title, seconds: seconds() });
    return output;
  } catch (error) {
    say({ type: 'failed', stage: name, title, seconds: seconds(), message: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}
