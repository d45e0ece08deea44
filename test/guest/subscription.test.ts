import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchDir, withLibrary, type Said } from './run-bash.ts';

/** A stand-in for the vendor's program: as the real one, a Python script that reads its arguments and keeps its state in files. */
const STAND_IN = `#!/usr/bin/python3 -SE
import os, sys
here = os.environ["STATE"]
registered = os.path.join(here, "registered")
words = sys.argv[1:]
with open(os.path.join(here, "calls"), "a") as calls:
    calls.write(" ".join(words) + "\\n")
with open("/proc/self/cmdline", "rb") as seen, open(os.path.join(here, "seen"), "ab") as file:
    file.write(seen.read() + b"\\n")
if words[0] == os.environ.get("BROKEN"):
    print("cannot " + " ".join(words))
    sys.exit(70)
if words[0] == "register":
    open(registered, "w").close()
if words[0] == "unregister" and not os.environ.get("STICKY"):
    os.remove(registered)
if words[0] == "identity" and not os.path.exists(registered):
    print("This system is not yet registered.")
    sys.exit(1)
`;

interface Run extends Said {
  readonly calls: readonly string[];
  /** What every process of the stand-in showed to the machine. */
  readonly seen: string;
  readonly registered: boolean;
}

const FACT = { FACT_SUBSCRIPTION_REPOSITORIES: 'base-rpms extra-rpms' };

function run(shell: string, env: Readonly<Record<string, string>> = FACT, credentials: string | null = '12345\ns3cret key\n'): Run {
  const dir = scratchDir();
  mkdirSync(join(dir, 'bin'));
  mkdirSync(join(dir, 'payload/bake'), { recursive: true });
  writeFileSync(join(dir, 'bin/subscription-manager'), STAND_IN);
  chmodSync(join(dir, 'bin/subscription-manager'), 0o755);
  if (credentials !== null) writeFileSync(join(dir, 'payload/bake/subscription'), credentials);
  const said = withLibrary(
    `set -euo pipefail; PATH=$PWD/bin:$PATH; ${shell}`,
    { INGOT_FAMILY: 'el', INGOT_PAYLOAD: join(dir, 'payload'), STATE: dir, ...env },
    dir,
  );
  const read = (name: string): string => (existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8') : '');
  return { ...said, calls: read('calls').split('\n').filter(Boolean), seen: read('seen'), registered: existsSync(join(dir, 'registered')) };
}

describe('a bake that goes well', () => {
  const good = run('subscription_open; [[ -e registered ]]; echo installing; subscription_close; echo done');

  test('is registered while packages are installed, and not afterwards', () => {
    expect(good.stderr).toBe('');
    expect(good.status).toBe(0);
    expect(good.registered).toBe(false);
    expect(good.calls).toEqual([
      'register --org 12345 --activationkey s3cret key',
      'config --rhsm.manage_repos=1',
      'repos --enable=base-rpms --enable=extra-rpms',
      'unregister',
      'clean',
      'identity',
    ]);
  });

  test('the key is in no command line that the machine could show, and in nothing that is said', () => {
    expect(good.seen).toContain('subscription-manager');
    expect(good.seen).not.toContain('s3cret');
    expect(good.stdout + good.stderr).not.toContain('s3cret');
  });
});

test('a distro without such repositories needs neither program nor key', () => {
  const said = run('subscription_open; subscription_close; echo done', {}, null);
  expect(said).toMatchObject({ status: 0, stdout: 'done\n', calls: [] });
});

test('without a key the layer ends before anything is asked for', () => {
  const said = run('subscription_open; echo late', FACT, null);
  expect(said).toMatchObject({ status: 1, calls: [], stdout: '' });
  expect(said.stderr).toContain('need a subscription, and this bake brings none');
});

describe('a bake that fails', () => {
  test.each([
    ['at a step', 'subscription_open; bash -c "exit 7"; echo late', 7],
    ['by saying so', 'subscription_open; fail "not installed"; echo late', 1],
    ['by a signal', 'subscription_open; kill -TERM $$; echo late', 143],
  ])('%s is unregistered, and its status stays', (_how, shell, status) => {
    const said = run(shell);
    expect(said.registered).toBe(false);
    expect(said.calls.slice(-3)).toEqual(['unregister', 'clean', 'identity']);
    expect(said.stdout).not.toContain('late');
    expect([status, null]).toContain(said.status);
  });

  test('because registering failed names that, and never the key', () => {
    const said = run('subscription_open; echo late', { ...FACT, BROKEN: 'register' });
    expect(said.status).toBe(1);
    expect(said.stderr).toContain('subscription-manager register ended with 70');
    expect(said.stdout).toContain('cannot register --org 12345 --activationkey (the activation key)');
    expect(said.stdout + said.stderr + said.seen).not.toContain('s3cret');
  });

  test('because the repositories cannot be enabled is unregistered too', () => {
    expect(run('subscription_open; echo late', { ...FACT, BROKEN: 'repos' })).toMatchObject({ status: 70, registered: false });
  });
});

describe('a registration that stays fails the bake', () => {
  test('when the vendor does not answer', () => {
    const said = run('subscription_open; subscription_close; echo late', { ...FACT, BROKEN: 'unregister' });
    expect(said.status).toBe(1);
    expect(said.stderr).toContain('remove it in the portal of the vendor');
    expect(said.calls.filter((call) => call === 'unregister')).toHaveLength(2);
    expect(said.calls).toContain('clean');
  });

  test('when the machine still has its identity', () => {
    const said = run('subscription_open; subscription_close; echo late', { ...FACT, STICKY: '1' });
    expect(said.status).toBe(1);
    expect(said.stderr).toContain('still registered after it was unregistered');
  });
});
