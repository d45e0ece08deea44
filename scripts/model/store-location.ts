/** An address: anything that names how it is reached. */
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** True for a store in a folder of this host: its name is a path, and its disks are used as they lie. */
export function isLocalStore(location: string): boolean {
  return !SCHEME.test(location);
}
