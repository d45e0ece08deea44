import { describe, expect, test, vi } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { hostReport, type Finding } from '../../scripts/plan/host-report.ts';
import { requirementsOf } from '../../scripts/plan/host-requirements.ts';
import { ensureHost, type HostWish } from '../../scripts/stages/ensure-host.ts';
import { inspectHost } from '../../scripts/stages/inspect-host.ts';
import { STATE } from '../plan/host-state.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { sampleDistro } from '../support/sample-spec.ts';

vi.mock('../../scripts/stages/inspect-host.ts', () => ({ inspectHost: vi.fn() }));

const READY = hostReport(
  { needs: ['boot'] },
  requirementsOf(['boot']).map(({ id }) => ({ id, path: '/x', version: undefined })),
  STATE,
);
const LACKING = hostReport(
  { needs: ['boot'] },
  READY.requirements.map(({ id }) => ({ id, path: id === 'ssh' ? undefined : '/x', version: undefined })),
  STATE,
);
const APT: readonly Answer[] = [{ command: /apt-get .* update$/ }, { command: /apt-get .* install -y --no-install-recommends openssh-client$/ }];

function reports(...all: readonly (typeof READY)[]): void {
  vi.mocked(inspectHost).mockReset();
  for (const report of all) vi.mocked(inspectHost).mockResolvedValueOnce(report);
}

function ensure(host: FakeHost, wish: Partial<HostWish> = {}): ReturnType<typeof ensureHost> {
  return ensureHost({ host, say: () => undefined }, { needs: ['boot'], yes: false, ...wish });
}

async function refusal(promise: Promise<unknown>): Promise<BakeError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof BakeError) return error;
  throw new Error('was not refused');
}

test('a ready host is left alone', async () => {
  reports(READY);
  const host = fakeHost();
  expect(await ensure(host)).toBe(READY);
  expect(host.commands).toEqual([]);
});

describe('a host that lacks something', () => {
  test('without permission: exit 3, the names, the exact command, and nothing done', async () => {
    reports(LACKING);
    const host = fakeHost();
    const error = await refusal(ensure(host));
    expect(error).toMatchObject({ code: 'HOST_NOT_READY', exitStatus: 3, details: ['ssh is missing (talks to the booted image): package openssh-client'] });
    expect(error.fix).toContain(`or run: ${LACKING.installLine}`);
    expect(host.commands).toEqual([]);
  });

  test('with --yes it is installed and looked at again', async () => {
    reports(LACKING, READY);
    const host = fakeHost(APT);
    expect(await ensure(host, { yes: true })).toBe(READY);
    expect(host.commands).toHaveLength(2);
  });

  test.each([
    [true, 2],
    [false, 0],
  ])('at a terminal the answer %s counts', async (answer, commands) => {
    reports(LACKING, READY);
    const host = fakeHost(APT);
    const ask = vi.fn(() => Promise.resolve(answer));
    await ensure(host, { ask }).catch(() => undefined);
    expect(ask).toHaveBeenCalledWith('This host lacks openssh-client. Install them now?');
    expect(host.commands).toHaveLength(commands);
  });

  test('what the packages did not bring is still refused', async () => {
    reports(LACKING, LACKING);
    expect(await refusal(ensure(fakeHost(APT), { yes: true }))).toMatchObject({ code: 'HOST_NOT_READY' });
  });

  test('a package manager that fails is quoted; one without network is told apart', async () => {
    reports(LACKING);
    const broken = fakeHost([{ command: /update$/ }, { command: /install/, exitCode: 100, stderr: 'E: Unable to locate package' }]);
    expect(await refusal(ensure(broken, { yes: true }))).toMatchObject({ code: 'HOST_NOT_READY', details: ['E: Unable to locate package'] });
    reports(LACKING);
    const offline = fakeHost([{ command: /update$/, exitCode: 100, stderr: 'Temporary failure resolving example' }]);
    expect(await refusal(ensure(offline, { yes: true }))).toMatchObject({ code: 'NETWORK_UNREACHABLE', exitStatus: 3 });
  });
});

describe('a package that the host’s package manager does not have', () => {
  const KEYRING = '/usr/share/keyrings/testian.gpg';
  const distros = [sampleDistro({ bootstrap: { suite: 'first', packages: ['linux'], keyring: KEYRING, keyringPackages: { apt: 'testian-keys' } } })];
  const found = (id: string, lacking: readonly string[]): Finding => ({ id, path: lacking.includes(id) ? undefined : '/x', version: undefined });
  const without = (...lacking: readonly string[]): typeof READY =>
    hostReport(
      { needs: ['boot'], distros },
      requirementsOf(['boot'], distros).map(({ id }) => found(id, lacking)),
      STATE,
    );

  test.each([
    'E: Unable to locate package testian-keys',
    "E: Package 'testian-keys' has no installation candidate",
    'Error: Unable to find a match: other testian-keys',
    'No match for argument: testian-keys',
  ])('is told by the file that it would bring, and what else can be done: %s', async (stderr) => {
    reports(without(KEYRING, 'ssh'));
    const host = fakeHost([{ command: /update$/ }, { command: /install/, exitCode: 100, stderr }]);
    expect(await refusal(ensure(host, { yes: true, distros }))).toMatchObject({
      ...{ code: 'HOST_NOT_READY', exitStatus: 3, what: 'The host’s package manager does not have testian-keys' },
      fix: 'Bring what the lines above name in the other way; nothing was installed',
      details: [
        `${KEYRING} is missing (checks who signed the packages of testian-1): package testian-keys, or copy the file from a machine of that distro`,
        stderr,
      ],
    });
  });

  test('is not blamed for another failure', async () => {
    reports(without(KEYRING));
    const host = fakeHost([{ command: /update$/ }, { command: /install/, exitCode: 100, stderr: 'E: dpkg was interrupted: testian-keys' }]);
    expect(await refusal(ensure(host, { yes: true, distros }))).toMatchObject({ what: 'The host’s package manager did not install what is missing' });
  });
});

test('the distros that are asked for are looked at with the rest', async () => {
  reports(READY);
  const distros = [sampleDistro()];
  await ensure(fakeHost(), { distros });
  expect(vi.mocked(inspectHost).mock.lastCall?.[1]).toMatchObject({ needs: ['boot'], distros });
});

describe('sudo', () => {
  const viaSudo = hostReport(
    { needs: ['boot'] },
    LACKING.requirements.map(({ id, path }) => ({ id, path: path ?? undefined, version: undefined })),
    { ...STATE, isRoot: false, hasSudo: true },
  );

  test('is not let ask for a password where nobody would see the question', async () => {
    reports(viaSudo, READY);
    const host = fakeHost([{ command: /.*/ }]);
    await ensure(host, { yes: true });
    expect(host.commands.every((line) => line.startsWith('sudo -n env '))).toBe(true);
  });

  test('may ask at a terminal', async () => {
    reports(viaSudo, READY);
    const host = fakeHost([{ command: /.*/ }]);
    await ensure(host, { yes: true, ask: () => Promise.resolve(true) });
    expect(host.commands.every((line) => line.startsWith('sudo env '))).toBe(true);
  });
});

describe('a problem that no package solves', () => {
  const full = hostReport(
    { needs: ['bake'] },
    requirementsOf(['bake']).map(({ id }) => ({ id, path: '/x', version: undefined })),
    { ...STATE, freeDiskMiB: 1 },
  );
  const fullAndLacking = hostReport({ needs: ['bake'] }, [], { ...STATE, freeDiskMiB: 1 });

  test('has its own code, and nothing is installed on the way to it', async () => {
    reports(full);
    expect(await refusal(ensure(fakeHost(), { yes: true }))).toMatchObject({ code: 'NO_SPACE', exitStatus: 3 });
    reports(fullAndLacking);
    expect(await refusal(ensure(fakeHost(), { yes: true }))).toMatchObject({ code: 'HOST_NOT_READY' });
  });

  test('does not stop setup', async () => {
    reports(full);
    expect(await ensure(fakeHost(), { onlyPackages: true })).toBe(full);
  });
});
