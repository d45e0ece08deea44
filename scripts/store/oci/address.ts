import { BakeError } from '../../errors.ts';
import { shownAddress } from '../../model/store-location.ts';

/** One repository of a registry. */
export interface OciAddress {
  /** host[:port]. */
  readonly authority: string;
  readonly repository: string;
}

const OCI =
  /^oci:\/\/(?<authority>(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?)\/(?<repository>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)$/;

/** Reads `oci://host[:port]/repository`; undefined for every other text. */
export function readOciAddress(location: string): OciAddress | undefined {
  const { authority, repository } = OCI.exec(location)?.groups ?? {};
  return authority === undefined || repository === undefined ? undefined : { authority, repository };
}

/** The same for an option that takes nothing else. */
export function ociAddress(location: string, option: string): OciAddress {
  const address = readOciAddress(location);
  if (address !== undefined) return address;
  throw new BakeError('USAGE', {
    what: `${shownAddress(location)} is not a repository of a registry`,
    fix: `Write ${option} oci://host/repository, without a tag; credentials come from the environment or from docker login, never from an address`,
  });
}
