import { goProgram, installGoPrograms } from '../../support/go-programs.ts';

const MODULE = 'github.com/letsencrypt/pebble/v2/cmd';
const VERSION = 'v2.10.3';

/** Let's Encrypt's small authority for tests, and the name server that it asks. */
export const PEBBLE_PATH = goProgram('pebble');
export const NAME_SERVER_PATH = goProgram('pebble-challtestsrv');

/** Builds both before the first test. */
export function setup(): void {
  installGoPrograms([`${MODULE}/pebble@${VERSION}`, `${MODULE}/pebble-challtestsrv@${VERSION}`]);
}
