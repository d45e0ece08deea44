import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bash, PROJECT, type Said, scratchDir } from './run-bash.ts';

const INGOT = join(PROJECT, 'packer/components/backup/files/usr/lib/ingot');
const RETENTION = join(INGOT, 'backup/retention.sh');

/** Runs shell with the backup's functions, and a scratch folder for the backups. */
function withBackup(shell: string, dir: string, env: Readonly<Record<string, string>> = {}): Said {
  const load = `. "${INGOT}/backup/library.sh"; . "${INGOT}/backup/off-site.sh"; BACKUP_DIR=$PWD BACKUP_RESERVE_MIB=0 BACKUP_TARGET=s3://bucket/folder`;
  return bash(`${load}\n${shell}`, env, dir);
}

function kept(names: readonly string[], days: number): readonly string[] {
  const dir = scratchDir();
  for (const name of names) writeFileSync(join(dir, name), '');
  const said = bash(`"${RETENTION}" "$PWD/db_backup_*.sql.gz" ${days}`, {}, dir);
  expect(said).toMatchObject({ status: 0, stderr: '' });
  return readdirSync(dir).toSorted();
}

const dump = (day: string, time = '023000'): string => `db_backup_${day}_${time}.sql.gz`;
const month = Array.from({ length: 31 }, (_, index) => dump(`202601${String(index + 1).padStart(2, '0')}`));

describe('retention', () => {
  test('of 31 days the newest 30 are kept', () => {
    expect(kept(month, 30)).toEqual(month.slice(1));
  });

  test('days count, not files', () => {
    expect(kept([dump('20260101'), dump('20260102', '010000'), dump('20260102', '020000'), dump('20260103')], 2)).toEqual([
      dump('20260102', '010000'),
      dump('20260102', '020000'),
      dump('20260103'),
    ]);
  });

  test('after a long pause, or a clock that was wrong, the older ones stay', () => {
    expect(kept([dump('20240101'), dump('20240102'), dump('21060207')], 30)).toHaveLength(3);
  });

  test('what is called otherwise is left alone', () => {
    expect(kept(['db_backup_mine.sql.gz', dump('20260101'), dump('20260102')], 1)).toEqual([dump('20260102'), 'db_backup_mine.sql.gz']);
  });

  test('snapshots of media files are folders, and nothing to delete is fine', () => {
    const dir = scratchDir();
    for (const name of ['20260101_023000', '20260102_023000', 'before_restore_20260101_120000']) mkdirSync(join(dir, name));
    expect(bash(`"${RETENTION}" "$PWD/[0-9]*" 1; "${RETENTION}" "$PWD/none*" 1`, {}, dir).stdout).toBe('backups of more than 1 days ago: 1 deleted\n');
    expect(readdirSync(dir).toSorted()).toEqual(['20260102_023000', 'before_restore_20260101_120000']);
  });

  test.each(['', '"$PWD/*"', '"$PWD/*" 0', '"$PWD/*" many'])('refuses the arguments %j', (argv) => {
    expect(bash(`"${RETENTION}" ${argv}`, {}, scratchDir())).toMatchObject({ status: 2, stderr: 'usage: retention.sh PATTERN DAYS\n' });
  });
});

describe('deployment_lock', () => {
  const attempt = (setUp: string): Said =>
    withBackup(`backup_fail() { echo "$1" >&2; exit 1; }; DEPLOYMENT_DIR=$PWD/state; ${setUp}; deployment_lock; echo mine`, scratchDir());

  test('is had when nothing is deployed just now, and where nothing ever is', () => {
    expect(attempt('mkdir state')).toMatchObject({ status: 0, stdout: 'mine\n' });
    expect(attempt(':')).toMatchObject({ status: 0, stdout: 'mine\n' });
  });

  test('is refused while a deployment holds it, whose note in the file stays', () => {
    const said = attempt('mkdir state; echo 4711 >state/deploy.lock; exec 7<>state/deploy.lock; flock 7; trap "cat state/deploy.lock" EXIT');
    expect(said).toMatchObject({ status: 1, stdout: '4711\n', stderr: expect.stringContaining('a deployment is running') });
  });
});

test.each([
  ['localhost', 'here'],
  ['127.0.0.1', 'here'],
  ['::1', 'here'],
  ['10.0.0.5', 'elsewhere'],
  ['127.0.0.1.example.com', 'elsewhere'],
])('a database on %s is %s', (host, place) => {
  const env = { PG_BIN_DIR: '/usr/lib/postgresql/14/bin', DATABASE_HOST: host };
  expect(withBackup('if database_here; then echo here; else echo elsewhere; fi', scratchDir(), env).stdout).toBe(`${place}\n`);
});

describe('media files', () => {
  const part = `eval "$(sed -n '/^media_part()/,/^}/p' '${INGOT}/backup.sh')"; retention='${RETENTION}'; BACKUP_DAYS=1 BACKUP_TIME=20260109_023000 MEDIA_DIR=$PWD/uploads;`;
  const refusing = 'backup_fail() { echo "$1" >&2; exit 1; };';

  test('are copied however many bytes they have', () => {
    const dir = scratchDir();
    mkdirSync(join(dir, 'uploads'));
    const rsync = 'rsync() { case $* in *--stats*) echo "Total transferred file size: 3221225472 bytes" ;; *) mkdir -p "${@: -1}" ;; esac; };';
    const said = withBackup(`${rsync} bytes_free() { echo 9000000000; }; MEDIA_DIR=$PWD/uploads; snapshot_media "$PWD/media/20260109_023000"`, dir);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(dir, 'media'))).toEqual(['20260109_023000']);
  });

  test('that a restore replaced are kept as long as others, and put none of those out', () => {
    const dir = scratchDir();
    for (const name of ['20260107_023000', '20260108_023000', 'before_restore_20260101_100000', 'before_restore_20260102_100000'])
      mkdirSync(join(dir, 'media', name), { recursive: true });
    mkdirSync(join(dir, 'uploads'));
    expect(withBackup(`${part} snapshot_media() { mkdir -p "$1"; }; media_part`, dir)).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(dir, 'media')).toSorted()).toEqual(['20260109_023000', 'before_restore_20260102_100000']);
  });

  test('behind a link are not copied: root would follow it', () => {
    const dir = scratchDir();
    symlinkSync('/etc', join(dir, 'uploads'));
    expect(withBackup(`${refusing} ${part} snapshot_media() { echo copied; }; media_part`, dir)).toMatchObject({
      ...{ status: 1, stdout: '' },
      stderr: expect.stringContaining('is a link') as string,
    });
  });
});

describe('dump_complete', () => {
  const whole = gzipSync(`-- PostgreSQL database dump\n${'SELECT 1;\n'.repeat(5000)}-- PostgreSQL database dump complete\n--\n\n\\unrestrict x\n\n`);
  test.each([
    ['a whole dump', whole, 0],
    ['a dump that was cut off', whole.subarray(0, whole.length - 10), 1],
    ['a dump without its last line', gzipSync('-- PostgreSQL database dump\n'), 1],
    ['a file that is no gzip', Buffer.from('-- PostgreSQL database dump complete\n'), 1],
  ])('%s', (_, content, status) => {
    const dir = scratchDir();
    writeFileSync(join(dir, 'dump'), content);
    expect(withBackup('if dump_complete dump; then exit 0; else exit 1; fi', dir).status).toBe(status);
  });
});

test('newest: the latest of the names, not of the files, and none of another form', () => {
  const dir = scratchDir();
  for (const name of [dump('20260103'), dump('20260101'), `${dump('20260109')}.part`, 'db_backup_z.sql.gz']) writeFileSync(join(dir, name), '');
  expect(withBackup(`newest 'db_backup_*'`, dir).stdout).toBe(join(dir, dump('20260103')));
  expect(withBackup(`newest 'none*'`, dir).stdout).toBe('');
});

test('space_for: says what is free, what is needed and that nothing was deleted', () => {
  expect(withBackup('space_for . 1 x', scratchDir()).status).toBe(0);
  expect(withBackup("space_for . 1000000000000000000 'the dump'", scratchDir())).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^bash: not enough disk space for the dump: .* are free below \., .* are needed .*Nothing was deleted/) as string,
  });
});

describe('off-site storage', () => {
  function opened(credentials: string, env: Readonly<Record<string, string>>): Said & { readonly dir: string } {
    const dir = scratchDir();
    writeFileSync(join(dir, 'keys'), credentials);
    return { dir, ...withBackup('off_site_open .', dir, { INSTANCE_BACKUP_CREDENTIALS_FILE: join(dir, 'keys'), ...env }) };
  }
  const KEYS = '# mine\n[other]\naws_access_key_id=NO\n[default]\naws_access_key_id = AKIA1\naws_secret_access_key=a/b=c+d==\n';

  test('keys come from the section default, into a file that its owner alone reads', () => {
    const { dir, status } = opened(KEYS, { INSTANCE_BACKUP_REGION: 'eu-central-1' });
    expect(status).toBe(0);
    expect(statSync(join(dir, 's3cmd.conf')).mode & 0o777).toBe(0o600);
    const lines = readFileSync(join(dir, 's3cmd.conf'), 'utf8').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'access_key = AKIA1',
        'secret_key = a/b=c+d==',
        'host_base = s3.eu-central-1.amazonaws.com',
        'host_bucket = %(bucket)s.s3.eu-central-1.amazonaws.com',
        'use_https = True',
      ]),
    );
  });

  test('another service is asked by its own host, with the bucket in the path', () => {
    const { dir } = opened(KEYS, { INSTANCE_BACKUP_ENDPOINT: 'http://s3.example.com:9000/' });
    const text = readFileSync(join(dir, 's3cmd.conf'), 'utf8');
    expect(text).toContain('host_base = s3.example.com:9000\nhost_bucket = s3.example.com:9000\nuse_https = False\n');
  });

  test.each([
    ['[other]\naws_access_key_id=NO\n', {}, 'holds no aws_access_key_id and aws_secret_access_key below [default]'],
    [KEYS, { INSTANCE_BACKUP_ENDPOINT: 'https://s3.example.com/storage' }, 'has a path after the host'],
    [KEYS, { INSTANCE_BACKUP_CREDENTIALS_FILE: '/nowhere/keys' }, 'the credentials /nowhere/keys are not there'],
  ])('%j with %j is refused', (credentials, env, message) => {
    const { status, stderr, dir } = opened(credentials, env);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('a/b=c');
    expect(readdirSync(dir)).toEqual(['keys']);
  });
});

describe('aikovrr-restore', () => {
  const script = readFileSync(join(PROJECT, 'packer/components/backup/files/usr/bin/aikovrr-restore'), 'utf8').replaceAll('. /usr/lib/ingot/', `. ${INGOT}/`);
  function restore(argv: string): Said {
    const dir = scratchDir();
    writeFileSync(join(dir, 'aikovrr-restore'), script, { mode: 0o755 });
    return bash(`./aikovrr-restore ${argv}`, {}, dir);
  }

  test('--help says how it is used', () => {
    expect(restore('--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^usage: aikovrr-restore /) as string, stderr: '' });
  });

  test.each([
    ['', 'which backup?'],
    ['--nothing', 'there is no option --nothing'],
    ['one two', 'one backup at a time: one or two'],
    ["--into 'a;b' latest", '--into needs the name of a new database'],
  ])('%j is refused before anything is touched', (argv, message) => {
    const { status, stderr } = restore(argv);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
