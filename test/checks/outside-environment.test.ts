import { expect, test } from 'vitest';
import { outsideEnvironment } from '../../scripts/checks/outside-environment.ts';

test('tells a client where the guest is, how to log in, and which ports a stranger found open', () => {
  const hostPorts = new Map([
    [22, 40_022],
    [80, 40_080],
    [443, 40_443],
  ]);
  expect(
    outsideEnvironment({
      hostPorts,
      keyPath: '/w/key',
      sshOptions: ['-o', 'BatchMode=yes'],
      loginUser: 'debian',
      openPorts: { ipv4: [22, 80, 443], ipv6: [22], udp: [53] },
      workDir: '/w',
    }),
  ).toEqual({
    GUEST_HOST: '127.0.0.1',
    SSH_PORT: '40022',
    HTTP_PORT: '40080',
    HTTPS_PORT: '40443',
    SSH_KEY: '/w/key',
    SSH_OPTIONS: '-o BatchMode=yes',
    LOGIN_USER: 'debian',
    OPEN_PORTS: '22 80 443',
    OPEN_PORTS_IPV6: '22',
    OPEN_UDP_PORTS: '53',
    WORK_DIR: '/w',
  });
});
