import { join } from 'node:path';
import { parse } from 'yaml';
import type { Host } from '../../host/host.ts';

export interface Payload {
  readonly distro: string;
  readonly full: readonly string[];
  readonly small: readonly string[];
  readonly changedFile: string;
  readonly mkosi: {
    readonly distribution: string;
    readonly release: string;
    readonly mirror: string;
    /** Where on that mirror a newer mkosi is: suite and component, as in sources.list. */
    readonly sources: readonly string[];
    readonly packages: readonly string[];
  };
}

/** Names of packages and distros are data also here: code that knows them would have to change with every distro. */
export async function readPayload({ files }: Host): Promise<Payload> {
  return parse(await files.readText(join(import.meta.dirname, 'payload.yaml'))) as Payload;
}
