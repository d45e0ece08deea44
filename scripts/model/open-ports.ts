/** TCP ports of a guest at which a stranger on its network found somebody, in rising order. */
export interface OpenPorts {
  readonly ipv4: readonly number[];
  /** Undefined: the guest has no address of this kind. */
  readonly ipv6: readonly number[] | undefined;
}

/** Whatever is open in one way or another. */
export function allOpenPorts({ ipv4, ipv6 = [] }: OpenPorts): readonly number[] {
  return [...new Set([...ipv4, ...ipv6])].toSorted((a, b) => a - b);
}
