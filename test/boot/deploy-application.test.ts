import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningVm } from '../../scripts/pipelines/describe-vm.ts';
import { sshOptions } from '../../scripts/tools/ssh.ts';
import { buildBundle } from '../fixtures/app/build-bundle.ts';
import { ingot, ingotJson, PROJECT_DIR, STORE_DIR } from './support/ingot.ts';
import { leftoversBelow } from './support/leftovers.ts';
import { publishedStandalone } from './support/published-standalone.ts';
import { eventually, openSession, type VmSession } from './support/vm-session.ts';

const NAME = 'application-test';
const CLONE = 'application-test-clone';
/** What no two machines of one image may share, a line each. */
const IDENTITY = `sudo bash -c 'cat /etc/machine-id; cut -d" " -f2 /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/ssh_host_rsa_key.pub
  openssl pkey -in /etc/nginx/tls/server.key -pubout | sha256sum; grep ^SECRET_KEY= /opt/aikovrr/backend/.env | sha256sum
  grep ^DATABASE_PASSWORD= /etc/aikovrr/database.env | sha256sum; sha256sum </etc/ssl/private/ssl-cert-snakeoil.key; sha256sum </var/lib/systemd/random-seed
  cd / && runuser -u postgres -- psql -XAtc "SELECT system_identifier FROM pg_control_system()"'`;
/** So many times as long as the machine took to boot may anything in it take: an emulated one is slow in everything. */
const PATIENCE = 6;
const SMALLEST_DEADLINE_MS = 180_000;

/** One VM and one reboot for the whole story: each test stands on what the one before has left. */
describe('a real application on a machine of the image', () => {
  let dir: string;
  let keyPath: string;
  let reference: string;
  let running: RunningVm;
  let vm: VmSession;
  let url: string;
  let deadlineMs: number;

  /** A machine of the image, with a login that is kept. */
  const machine = async (name: string): Promise<{ readonly launched: RunningVm; readonly open: () => VmSession }> => {
    const args = [reference, '--store', STORE_DIR, '--name', name, '--ssh-key', keyPath, '--profile', 'minimum', '--wait'];
    const launched = await ingotJson<RunningVm>('launch', args);
    const user = /(\S+)@127\.0\.0\.1/.exec(launched.sshCommand)?.[1] ?? '';
    return { launched, open: () => openSession({ port: launched.sshPort, user, keyPath, dir, deadlineMs }) };
  };

  const curl = async (path: string, args: readonly string[] = []): Promise<string> => {
    const { stdout } = await execa('curl', ['-ksS', '-m', String(Math.ceil(deadlineMs / 1000)), ...args, `${url}${path}`]);
    return stdout;
  };
  const version = async (): Promise<unknown> => {
    try {
      return (JSON.parse(await curl('api/health')) as { readonly version?: unknown }).version;
    } catch {
      return undefined;
    }
  };
  const served = (wanted: string): Promise<void> => eventually(`version ${wanted}`, deadlineMs, 1000, async () => (await version()) === wanted);
  const notes = async (): Promise<readonly string[]> => (JSON.parse(await curl('api/notes')) as readonly { readonly text: string }[]).map(({ text }) => text);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ingot-app-'));
    reference = await publishedStandalone();
    keyPath = join(dir, 'id_ed25519');
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyPath]);
    const startMs = performance.now();
    const first = await machine(NAME);
    running = first.launched;
    deadlineMs = Math.max(SMALLEST_DEADLINE_MS, PATIENCE * (performance.now() - startMs));
    url = running.urls.find((each) => each.startsWith('https:')) ?? '';
    vm = first.open();
    await vm.attempt('systemctl is-system-running --wait');
  });

  afterAll(async () => {
    await vm?.close();
    await ingot('stop', [NAME]);
    await ingot('stop', [CLONE]);
    await rm(dir, { recursive: true, force: true });
  });

  test('is listed; the key of the caller logs in, a password does not, the page is served', async () => {
    expect((await ingot('vms')).stdout).toContain(NAME);
    expect(await vm.run('cat /etc/machine-id')).toMatch(/^[0-9a-f]{32}$/);
    const password = ['-o', 'PubkeyAuthentication=no', '-o', 'PreferredAuthentications=password', '-p', String(running.sshPort)];
    const refused = await execa('ssh', [...sshOptions(60), ...password, 'debian@127.0.0.1', 'true'], { reject: false });
    expect(refused.stderr).toContain('Permission denied (publickey)');
    const page = await execa('curl', ['-fsS', running.urls.find((each) => each.startsWith('http:')) ?? '']);
    expect(page.stdout.toLowerCase()).toContain('<html');
  });

  test('before a deployment it says so, and nothing crashes', async () => {
    expect(await curl('')).toContain('<title>AIKovrr');
    expect(await curl('api/health', ['-o', join(dir, 'health'), '-w', '%{http_code}'])).toBe('503');
    expect(await vm.run('sudo aikovrr-deploy --status')).toBe('release: none\ndatabase: reachable\nbackend: nothing is deployed');
  });

  test('aikovrr-deploy builds, migrates and serves a bundle', async () => {
    await vm.put(buildBundle({ version: 'first' }), '/tmp/first.tar.gz');
    expect(await vm.run('sudo aikovrr-deploy /tmp/first.tar.gz')).toMatch(/page built in .*\n.*\n.*database dumped.*\n.*migrated.*\n(.*\n)*  serving: /);
    expect(await version()).toBe('first');
  });

  test('a POST through nginx writes a row', async () => {
    const answer = await curl('api/notes', ['-H', 'Content-Type: application/json', '-d', '{"text":"kept"}']);
    expect(JSON.parse(answer)).toMatchObject({ id: 1, text: 'kept' });
    expect(await notes()).toEqual(['kept']);
    expect(await vm.run('sudo grep -c "note 1 written" /opt/aikovrr/backend/logs/django.log')).toBe('1');
  });

  test('the page comes for every address inside the application, with its scripts and the admin’s static files', async () => {
    const [page, about] = [await curl(''), await curl('about')];
    expect(page).toContain('<title>AIKovrr notes</title>');
    expect(about).toBe(page);
    const script = /src="\/(assets\/[^"]+\.js)"/.exec(page)?.[1] ?? 'no script';
    expect(await curl(script)).toContain('About these notes');
    const login = await curl('admin/login/');
    const sheet = /href="\/(static\/admin\/css\/base[^"]*\.css)"/.exec(login)?.[1] ?? 'no sheet';
    expect(await curl(sheet)).toContain('--primary');
  });

  test('bundles that are broken leave the old version serving, and the database as it was', async () => {
    await vm.put(buildBundle({ version: 'sick', variant: 'failing-health', page: 'built' }), '/tmp/sick.tar.gz');
    const sick = await vm.attempt('sudo aikovrr-deploy /tmp/sick.tar.gz');
    expect(sick.exitCode).toBe(1);
    expect(sick.all).toContain('undone: database: the migrations were undone');
    expect(sick.all).toContain('GET /api/health: 503');
    await vm.put(buildBundle({ variant: 'traversal' }), '/tmp/traversal.tar.gz');
    expect(await vm.attempt('sudo aikovrr-deploy /tmp/traversal.tar.gz')).toMatchObject({ exitCode: 2 });
    expect(await version()).toBe('first');
    expect(await notes()).toEqual(['kept']);
    expect(await vm.run('cd / && sudo -u postgres psql -XAtd aikovrr_db -c "SELECT count(*) FROM django_migrations WHERE app = \'notes\'"')).toBe('1');
  });

  test('killed processes come back: a worker, gunicorn, supervisord', async () => {
    const master = 'sudo supervisorctl pid aikovrr-backend';
    const workers = async (): Promise<string> => (await vm.attempt(`sudo pgrep -cP "$(${master})"`)).all;
    const first = await vm.run(master);
    await vm.run(`sudo kill -9 "$(sudo pgrep -oP ${first})"`);
    await eventually('four workers', deadlineMs, 1000, async () => (await workers()) === '4');
    await vm.run(`sudo kill -9 ${first}`);
    await served('first');
    const supervisor = 'systemctl show -p MainPID --value supervisor';
    const old = await vm.run(supervisor);
    await vm.run(`sudo kill -9 ${old}`);
    await eventually('another supervisord', deadlineMs, 1000, async () => !['0', old].includes(await vm.run(supervisor)));
    await served('first');
    expect(await vm.run(`${master} && sudo pgrep -u aikovrr -f gunicorn -c`)).toMatch(/^\d+\n5$/);
  });

  test('after a reboot the row is there', async () => {
    await vm.reboot();
    await served('first');
    expect(await notes()).toEqual(['kept']);
    expect(await vm.run('systemctl --failed --no-legend --plain')).toBe('');
  });

  test('a table that was dropped comes back from the backup', async () => {
    await vm.run('sudo systemctl start aikovrr-backup');
    await vm.run('cd / && sudo -u postgres psql -Xqd aikovrr_db -c "DROP TABLE notes_note"');
    expect(await curl('api/notes', ['-o', join(dir, 'gone'), '-w', '%{http_code}'])).toBe('500');
    await vm.run('sudo aikovrr-restore latest --yes');
    await served('first');
    expect(await notes()).toEqual(['kept']);
  });

  test('a second machine of the same image shares no identity and no secret with the first', async () => {
    const clone = (await machine(CLONE)).open();
    await clone.attempt('systemctl is-system-running --wait');
    const [ours, theirs] = [(await vm.run(IDENTITY)).split('\n'), (await clone.run(IDENTITY)).split('\n')];
    await clone.close();
    expect(ours).toHaveLength(9);
    expect(theirs).toHaveLength(9);
    expect(ours.filter((line) => theirs.includes(line))).toEqual([]);
  });

  test('it stops, and nothing of it stays', async () => {
    await vm.close();
    expect((await ingot('stop', [NAME])).exitCode).toBe(0);
    // The clone runs on, in a folder whose name begins alike.
    expect(await leftoversBelow(`${join(PROJECT_DIR, 'build/vms', NAME)}/`)).toEqual([]);
  });
});
