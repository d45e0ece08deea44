/** Names that become folders of a store or of a VM: an allow list, so that no name can leave its folder or look like an option. */
export const IMAGE_ID_PATTERN = /^(?=.{1,128}$)[a-z0-9]+(?:[.-][a-z0-9]+)*$/;
/** `YYYY.MM.DD-N`. */
export const VERSION_PATTERN = /^\d{4}\.\d{2}\.\d{2}-[1-9]\d{0,5}$/;
/** Names of pointers such as `latest`. */
export const CHANNEL_PATTERN = /^(?=.{1,32}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** SHA-256 in hex. */
export const SHA256_PATTERN = /^[0-9a-f]{64}$/;
/** A launched VM: also its host name, once dots are dashes. */
export const VM_NAME_PATTERN = /^(?=.{1,63}$)[a-z0-9]+(?:[.-][a-z0-9]+)*$/;

/** Oldest first: by day, then by number (`-10` after `-9`), which the text's own order would get wrong. */
export function compareVersions(a: string, b: string): number {
  const [dayA = '', numberA = ''] = a.split('-');
  const [dayB = '', numberB = ''] = b.split('-');
  if (dayA !== dayB) return dayA < dayB ? -1 : 1;
  return Number(numberA) - Number(numberB);
}

/** Which release is meant, once every short form has been spelled out. */
export interface Reference {
  readonly imageId: string;
  readonly selector: Selector;
}

export type Selector =
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'digest'; readonly sha256: string };
