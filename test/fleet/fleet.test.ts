import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ingot, ingotJson, PROJECT_DIR } from '../boot/support/ingot.ts';
import { leftoversBelow } from '../boot/support/leftovers.ts';
import { buildBundle } from '../fixtures/app/build-bundle.ts';
import { balancerSettings, FLEET, MACHINES, memoryOfEach } from './support/machines.ts';

interface ShownVm {
  readonly name: string;
  readonly state: string;
  readonly pid: number;
  readonly forwards: readonly { readonly host: number; readonly guest: number }[];
}

const STORE_DIR = join(PROJECT_DIR, 'build/fleet-tests/published');
const NOTE = "it's a note; $HOME `id` ünïcödé";

/** The high availability of the requirements, from YAML to an answered request: each test stands on what the one before has left. */
describe('a load balancer, two application servers and a database on one private network', () => {
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ingot-fleet-'));
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'key')]);
    await stopFleet();
  });

  afterAll(async () => {
    await stopFleet();
    await rm(dir, { recursive: true, force: true });
  });

  test.each(['db', 'app', 'lb'])('the role %s is baked, proven and published', async (role) => {
    const outcome = await ingotJson<{ readonly status: string }>('bake', ['--distro', 'debian', '--role', role, '--yes', '--store', STORE_DIR]);
    expect(['published', 'nothing-to-do']).toContain(outcome.status);
  });

  test('one command starts four machines, each told what it is', async () => {
    const memory = String(memoryOfEach());
    process.stderr.write(`${MACHINES.length} machines of ${memory} MiB\n`);
    const size = ['--profile', 'minimum', '--cpus', '1', '--memory', memory];
    const { exitCode, stderr } = await ingot('launch', [
      '--topology',
      'ha',
      '--name',
      FLEET,
      ...size,
      '--ssh-key',
      join(dir, 'key'),
      '--store',
      STORE_DIR,
      '--wait',
    ]);
    expect(exitCode, stderr).toBe(0);
    expect((await vms()).filter(({ state }) => state === 'running').map(({ name }) => name)).toEqual(expect.arrayContaining(MACHINES.map(({ name }) => name)));
  });

  test.each([0, 1, 2, 3])('machine %i has done its first boot, and nothing of it failed', async (at) => {
    const { name } = MACHINES[at] ?? never();
    expect(
      await on(
        name,
        'systemctl is-system-running --wait >/dev/null; sudo cat /var/lib/ingot/first-boot.error 2>/dev/null; systemctl --failed --no-legend --plain',
      ),
    ).toBe('');
  });

  test('each reaches the others on the private network, and only at the doors that are open there', async () => {
    const [database, app] = [MACHINES[0] ?? never(), MACHINES[1] ?? never()];
    for (const { name } of MACHINES) for (const { address } of MACHINES) await on(name, `ping -c 1 -W 30 ${address}`);
    expect(await on(app.name, port(database.address, 5432))).toBe('open');
    expect(await on('fleet-lb', port(app.address, 443))).toBe('open');
    for (const closed of [8000, 5173]) expect(await on('fleet-lb', port(app.address, closed))).toBe('closed');
  });

  test.each(['fleet-app1', 'fleet-app2'])('the application is deployed to %s', async (name) => {
    await on(name, 'cat >/tmp/bundle.tar.gz && sudo aikovrr-deploy /tmp/bundle.tar.gz', buildBundle({ version: 'fleet', page: 'built' }));
    expect(JSON.parse(await on(name, 'curl -fsSk -m 60 https://localhost/api/health'))).toEqual({ status: 'ok', version: 'fleet' });
  });

  test('what is posted through the load balancer is read through it again', async () => {
    const posted = await request('/api/notes', ['-H', 'Content-Type: application/json', '-d', JSON.stringify({ text: NOTE })]);
    expect(posted).toMatchObject({ status: 201, body: { text: NOTE } });
    for (let at = 0; at < 8; at++) expect(await request('/api/notes')).toMatchObject({ status: 200, body: [{ text: NOTE }] });
  });

  test('both application servers have had a part of it, and know who asked', async () => {
    for (const name of ['fleet-app1', 'fleet-app2']) {
      const seen = await on(name, 'sudo grep -h /api/notes /var/log/nginx/access.log');
      expect(seen).toContain('203.0.113.');
      expect(seen).not.toMatch(/^10\.77\.0\.13 /m);
    }
  });

  test('an application server dies in the middle of it, and requests are answered all the same', async () => {
    const victim = (await vms()).find(({ name }) => name === 'fleet-app1') ?? never();
    process.kill(victim.pid, 'SIGKILL');
    for (let at = 0; at < 10; at++) expect(await request('/api/notes')).toMatchObject({ status: 200, body: [{ text: NOTE }] });
    expect(await request('/api/notes', ['-H', 'Content-Type: application/json', '-d', '{"text":"after"}'])).toMatchObject({ status: 201 });
    expect((await ingot('stop', ['fleet-app1'])).exitCode).toBe(0);
  });

  test('told to use the other engine, the load balancer does, and still balances', async () => {
    await on('fleet-lb', 'sudo tee /etc/ingot/instance.yaml >/dev/null && sudo systemctl restart ingot-first-boot', stringify(balancerSettings('haproxy')));
    // It is started by a job that waits for the first boot to end; one that starts again and again never gets there.
    await on('fleet-lb', 'for try in {1..300}; do [[ $(systemctl is-active haproxy) == activating ]] || break; sleep 1; done');
    expect(await on('fleet-lb', 'systemctl is-active haproxy nginx; true')).toBe('active\ninactive');
    expect(await request('/api/notes')).toMatchObject({ status: 200, body: [{ text: NOTE }, { text: 'after' }] });
  });

  test('stopped, it leaves nothing', async () => {
    await stopFleet();
    for (const { name } of MACHINES) expect(await leftoversBelow(join(PROJECT_DIR, 'build/vms', name))).toEqual([]);
  });
});

async function vms(): Promise<readonly ShownVm[]> {
  return (await ingotJson<{ readonly vms: readonly ShownVm[] }>('vms')).vms;
}

async function stopFleet(): Promise<void> {
  if ((await vms()).some(({ name }) => name.startsWith(`${FLEET}-`))) await ingot('stop', [FLEET]);
}

/** Runs a command on a machine, as its owner would with `npm run ssh`; gives what it says. */
async function on(name: string, command: string, input: string | Uint8Array = ''): Promise<string> {
  const { argv } = await ingotJson<{ readonly argv: readonly [string, ...string[]] }>('ssh', [name]);
  const [program, ...words] = argv;
  return (await execa(program, [...words, '--', command], { input })).stdout;
}

/** Says whether a TCP port can be reached from where it runs. */
function port(address: string, number: number): string {
  return `timeout 30 bash -c '</dev/tcp/${address}/${number}' 2>/dev/null && echo open || echo closed`;
}

/** A request as a client outside sends it, to the load balancer's forwarded port. */
async function request(path: string, options: readonly string[] = []): Promise<{ readonly status: number; readonly body: unknown }> {
  const balancer = (await vms()).find(({ name }) => name === 'fleet-lb') ?? never();
  const httpsPort = balancer.forwards.find(({ guest }) => guest === 443)?.host ?? never();
  const { stdout } = await execa('curl', ['-sSk', '-m', '120', '-w', '\n%{http_code}', ...options, `https://127.0.0.1:${httpsPort}${path}`]);
  const lines = stdout.split('\n');
  const text = lines.slice(0, -1).join('\n');
  return { status: Number(lines.at(-1)), body: isJson(text) ? JSON.parse(text) : text };
}

function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

function never(): never {
  throw new Error('There is no such machine');
}
