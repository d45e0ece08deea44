/** An address: anything that names how it is reached. */
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** True for a store in a folder of this host: its name is a path, and its disks are used as they lie. */
export function isLocalStore(location: string): boolean {
  return !SCHEME.test(location);
}

/** An address that somebody has mistyped, as it may be shown: a password that is in it, slashes and all, stays out of messages and logs. */
export function shownAddress(written: string): string {
  return JSON.stringify(written.replace(/\/\/.*@/s, '//…@').slice(0, 160));
}
