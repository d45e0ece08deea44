/** A path, or everything below it, that may differ between the two drivers, and why that changes nothing for whoever launches the image. */
export interface AllowedDifference {
  readonly path: RegExp;
  readonly why: string;
}

export const ALLOWED_DIFFERENCES: readonly AllowedDifference[] = [
  { path: /^var\/cache\/ldconfig\/aux-cache$/, why: 'holds inode numbers and times of the libraries on this very disk' },
  { path: /^var\/lib\/dpkg\/triggers\//, why: 'order of interest lines follows the order of unpacking' },
  { path: /^boot\/initrd\.img-/, why: 'an archive that holds the times at which its files were made' },
  { path: /^usr\/share\/netplan\/.*__pycache__/, why: 'byte code that Python writes when netplan runs at boot: every VM writes it at its first one' },
  { path: /^var\/(cache\/apt\/archives|lib\/apt\/lists)\/partial$/, why: 'an empty folder that apt makes when it runs' },
  { path: /^var\/cache\/man\//, why: 'an index of manual pages that is rebuilt daily' },
  { path: /^etc\/(shadow|gshadow)-?$/, why: 'holds the day on which an account was made' },
];
