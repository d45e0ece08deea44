import { expect, test } from 'vitest';
import { envName } from '../../scripts/config/env-name.ts';

test.each([
  [['nginx', 'workerConnections'], 'NGINX_WORKER_CONNECTIONS'],
  [['ssh-hardening', 'maxAuthTries'], 'SSH_HARDENING_MAX_AUTH_TRIES'],
  [['a.b', 'useTLSNow'], 'A_B_USE_TLS_NOW'],
  [['fact', 'fail2banBanaction'], 'FACT_FAIL2BAN_BANACTION'],
])('%j is %s', (names, expected) => {
  expect(envName(...names)).toBe(expected);
});
