/** What makes the service at a UDP port say something: there, silence says nothing. */
export interface UdpQuestion {
  readonly port: number;
  readonly payload: readonly number[];
}

/** Ports of a guest at which a stranger on its network found somebody, in rising order; TCP, but for the last. */
export interface OpenPorts {
  readonly ipv4: readonly number[];
  /** Undefined: the guest has no address of this kind. */
  readonly ipv6: readonly number[] | undefined;
  /** UDP ports that answered, in one way or another. */
  readonly udp: readonly number[];
}

/** Whatever is open over TCP, in one way or another. */
export function allOpenPorts({ ipv4, ipv6 = [] }: Pick<OpenPorts, 'ipv4' | 'ipv6'>): readonly number[] {
  return union(ipv4, ipv6);
}

/** All of both, each once, in rising order. */
export function union(left: readonly number[], right: readonly number[]): readonly number[] {
  return [...new Set([...left, ...right])].toSorted((a, b) => a - b);
}
