import type { OpenPorts } from '../model/open-ports.ts';

export interface OutsideRequest {
  /** Host port by guest port. */
  readonly hostPorts: ReadonlyMap<number, number>;
  readonly keyPath: string;
  readonly sshOptions: readonly string[];
  readonly loginUser: string;
  readonly openPorts: OpenPorts;
  readonly workDir: string;
}

/** Guest ports that a client needs to reach. */
export const CLIENT_PORTS = { ssh: 22, http: 80, https: 443 } as const;

/** What a probe that acts as a client of the VM is told. */
export function outsideEnvironment({ hostPorts, keyPath, sshOptions, loginUser, openPorts, workDir }: OutsideRequest): Readonly<Record<string, string>> {
  const port = (guestPort: number): string => String(hostPorts.get(guestPort) ?? '');
  return {
    GUEST_HOST: '127.0.0.1',
    SSH_PORT: port(CLIENT_PORTS.ssh),
    HTTP_PORT: port(CLIENT_PORTS.http),
    HTTPS_PORT: port(CLIENT_PORTS.https),
    SSH_KEY: keyPath,
    SSH_OPTIONS: sshOptions.join(' '),
    LOGIN_USER: loginUser,
    OPEN_PORTS: openPorts.ipv4.join(' '),
    OPEN_PORTS_IPV6: openPorts.ipv6?.join(' ') ?? 'none',
    OPEN_UDP_PORTS: openPorts.udp.join(' '),
    WORK_DIR: workDir,
  };
}
