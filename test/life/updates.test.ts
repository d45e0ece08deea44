import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeKey, writeAptRepository, type MadeDeb, type MadeKey } from '../vendor/support/apt-repository.ts';
import { serveFolder, type FolderServer } from '../vendor/support/folder-server.ts';
import { enterGuest, OUTSIDE_ADDRESS, type Guest } from './support/guest.ts';

/** Small packages of the image: the first gets a security update, the second an update of another kind. */
const [PATCHED, IMPROVED] = ['nethogs', 'iotop'];
const NEWER = '+life1';
const SOURCES = '/etc/apt/sources.list.d/life.list';
/** A day later: what the timers have done today does not count any more. */
const ANOTHER_DAY = 'sudo rm -rf /var/lib/apt/periodic && sudo mkdir /var/lib/apt/periodic';

/** The distro publishes updates while the machine runs; each test stands on what the one before has left. */
describe('updates that the distro publishes', () => {
  let guest: Guest;
  let dir: string;
  let key: MadeKey;
  let server: FolderServer;
  const versions: Record<string, string> = {};

  const installed = (name: string): Promise<string> => guest.run(`dpkg-query -W -f '\${Version}' ${name}`);

  /** The package as the guest has it, with a higher version. */
  const repacked = async (name: string): Promise<MadeDeb> => {
    const tree = join(dir, `tree-${name}`);
    await mkdir(tree);
    const files = `dpkg -L ${name} | while read -r path; do [[ -f $path || -L $path ]] && echo "$path"; done`;
    const archive = await guest.run(`bash -c '${files} | tar -C / -czPT - --transform=s,^/,, | base64 -w 0'`);
    await writeFile(join(dir, 'files.tar.gz'), Buffer.from(archive, 'base64'));
    execFileSync('tar', ['-xzf', join(dir, 'files.tar.gz'), '-C', tree]);
    const [depends, description] = (await guest.run(`dpkg-query -W -f '\${Depends}\\n\${binary:Summary}' ${name}`)).split('\n');
    return { name, version: `${await installed(name)}${NEWER}`, depends: depends?.split(', ') ?? [], description: description ?? name, tree };
  };

  /** Runs what a timer of the image would start when its hour has come. */
  const hourOf = (timer: string): Promise<string> => guest.run(`sudo systemctl start "$(systemctl show -P Triggers ${timer})"`);
  const pending = async (): Promise<readonly string[]> => (await guest.metrics()).filter((line) => line.startsWith('ingot_updates_pending{'));

  beforeAll(async () => {
    guest = await enterGuest();
    dir = await mkdtemp(join(tmpdir(), 'ingot-life-apt-'));
    key = makeKey(dir);
    for (const name of [PATCHED, IMPROVED]) versions[name] = await installed(name);
    const debian = { key, origin: 'Debian' };
    writeAptRepository(join(dir, 'security'), { ...debian, label: 'Debian-Security', suite: 'bookworm-security', debs: [await repacked(PATCHED)] });
    writeAptRepository(join(dir, 'updates'), { ...debian, suite: 'bookworm-updates', debs: [await repacked(IMPROVED)] });
    server = await serveFolder(dir);
    const url = server.url.replace('127.0.0.1', OUTSIDE_ADDRESS);
    const lines = ['security', 'updates'].map((name) => `deb [signed-by=/etc/apt/keyrings/life.asc] ${url}/${name} bookworm-${name} main\n`);
    await guest.put(execFileSync('cat', [key.path]), '/tmp/life.asc');
    await guest.put(Buffer.from(lines.join('')), '/tmp/life.list');
    // The distro's own servers may be out of reach, and would have updates of their own.
    await guest.run('sudo bash -c "for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do [[ ! -e \\$file ]] || mv \\$file \\$file.kept; done"');
    await guest.run(`sudo install -D -m 0644 /tmp/life.asc /etc/apt/keyrings/life.asc && sudo install -m 0644 /tmp/life.list ${SOURCES}`);
  });

  afterAll(async () => {
    await guest?.attempt(`sudo rm -f ${SOURCES} /etc/apt/keyrings/life.asc`);
    await guest?.attempt(
      'sudo bash -c "for file in /etc/apt/sources.list.kept /etc/apt/sources.list.d/*.kept; do [[ ! -e \\$file ]] || mv \\$file \\${file%.kept}; done"',
    );
    await guest?.close();
    server?.close();
    if (key !== undefined) execFileSync('gpgconf', ['--homedir', key.home, '--kill', 'all']);
    await rm(dir, { recursive: true, force: true });
  });

  test('the daily look at the archives finds both, and the metrics say that they wait', async () => {
    await guest.run(ANOTHER_DAY);
    await hourOf('apt-daily.timer');
    for (const name of [PATCHED, IMPROVED])
      expect(await guest.run(`apt-cache policy ${name} | sed -n "s/^ *Candidate: //p"`)).toBe(`${versions[name]}${NEWER}`);
    expect(await pending()).toEqual(['ingot_updates_pending{kind="other"} 1', 'ingot_updates_pending{kind="security"} 1']);
  });

  test('the security update installs itself, without a person; the other one waits for one', async () => {
    await hourOf('apt-daily-upgrade.timer');
    expect(await installed(PATCHED)).toBe(`${versions[PATCHED]}${NEWER}`);
    expect(await guest.run(`sudo ${PATCHED} -V`)).toContain('version');
    expect(await installed(IMPROVED)).toBe(versions[IMPROVED]);
    expect(await pending()).toEqual(['ingot_updates_pending{kind="other"} 1', 'ingot_updates_pending{kind="security"} 0']);
  });

  test('what was done is in the log that a person reads', async () => {
    const log = await guest.run('sudo cat /var/log/unattended-upgrades/unattended-upgrades.log');
    expect(log).toContain(`Packages that will be upgraded: ${PATCHED}`);
    expect(log).toContain('All upgrades installed');
    expect(await guest.run('systemctl --failed --no-legend --plain')).toBe('');
  });
});
