import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildBundle, VARIANTS, type BundleOptions } from '../fixtures/app/build-bundle.ts';
import { bash, PROJECT, scratchDir } from './run-bash.ts';

const TOOLS = join(PROJECT, 'packer/components/aikovrr/files/usr/lib/ingot/aikovrr-deploy');

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly words: string;
}

/** The part of aikovrr-deploy that reads what strangers packed, as the machine runs it. */
function unpack(bundle: Buffer, args: readonly string[]): Answer {
  const dir = scratchDir();
  writeFileSync(join(dir, 'bundle'), bundle);
  const { status, stdout, stderr } = bash(
    `exec python3 -I -B '${TOOLS}/unpack.py' "$@" <bundle`.replace('"$@"', args.map((arg) => `'${arg}'`).join(' ')),
    {},
    dir,
  );
  expect(stderr).not.toContain('Traceback');
  return { status, stdout, words: stderr.trim().split('\n').at(-1) ?? '' };
}

/** A bundle that tar itself packs in a folder that `shell` fills. */
function packed(shell: string): Buffer {
  const dir = scratchDir();
  const said = bash(`mkdir in && cd in && ${shell}`, {}, dir);
  expect(said).toMatchObject({ status: 0 });
  return readFileSync(join(dir, 'out.tar.gz'));
}

test('an old release that cannot be removed is told, keeps its record, and spares none of the others', () => {
  const program = `
import sys
sys.path.insert(0, sys.argv[1])
import releases
from sandbox import ProgramFailed
def remove(release, log):
    if release == "r2":
        raise ProgramFailed(["rm"], 1, "Permission denied")
    gone.append(release)
gone = []
releases.remove, releases.forget_dumps = remove, lambda kept: None
releases.current, releases.before = lambda: "r5", lambda release: "r4"
releases.known = lambda: [{"id": "r%d" % number} for number in range(1, 6)]
print(releases.prune(2, None), gone)
`;
  const { status, stdout, stderr } = spawnSync('python3', ['-I', '-B', '-c', program, TOOLS], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "(['r1', 'r3'], ['r2']) ['r1', 'r3']\n", stderr: '' });
});

describe('a bundle', () => {
  test('has the same bytes for the same options, whatever the clock says', () => {
    expect(buildBundle({ version: '7' }).equals(buildBundle({ version: '7' }))).toBe(true);
    expect(buildBundle({ version: '7' }).equals(buildBundle({ version: '8' }))).toBe(false);
  });

  test.each(Object.keys(VARIANTS) as NonNullable<BundleOptions['variant']>[])('%s is read whole by tar', (variant) => {
    const { status, stderr } = spawnSync('tar', ['-tz', '--absolute-names'], { input: buildBundle({ variant }), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('is accepted with what is in it', () => {
    const { status, stdout } = unpack(buildBundle(), ['check']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ files: 17, names: expect.arrayContaining(['backend/manage.py', 'frontend/package.json']), top: '' });
  });

  test('may lie in a folder of its own', () => {
    const bundle = packed('mkdir -p app-1/backend && touch app-1/backend/manage.py && tar -czf ../out.tar.gz app-1');
    expect(JSON.parse(unpack(bundle, ['check']).stdout)).toMatchObject({ names: ['backend', 'backend/manage.py'], top: 'app-1' });
  });

  test('is unpacked with its own modes but no one’s special rights, and with its links', () => {
    const target = join(scratchDir(), 'release');
    mkdirSync(target);
    const shell =
      'mkdir backend && echo x >backend/manage.py && chmod 4755 backend/manage.py && ln -s manage.py backend/also && ln backend/manage.py backend/twin';
    expect(unpack(packed(`${shell} && tar -czf ../out.tar.gz backend`), ['extract', target]).status).toBe(0);
    expect(readdirSync(join(target, 'backend')).toSorted()).toEqual(['also', 'manage.py', 'twin']);
    expect((lstatSync(join(target, 'backend/manage.py')).mode & 0o7777).toString(8)).toBe('755');
    expect(readFileSync(join(target, 'backend/also'), 'utf8')).toBe('x\n');
  });

  test.each([
    ['a name that climbs out', buildBundle({ variant: 'traversal' }), /would be written outside/],
    ['an absolute name', packed('echo x >x && tar -czPf ../out.tar.gz --transform "s:x:/etc/x:" x'), /would be written outside/],
    ['a link to an absolute place', buildBundle({ variant: 'link' }), /leads outside the bundle/],
    ['a link that climbs out', packed('mkdir a && ln -s ../../x a/l && tar -czf ../out.tar.gz a'), /leads outside the bundle/],
    [
      'a file below a link',
      packed('mkdir real && ln -s real l && touch real/x && tar -czf ../out.tar.gz --transform "s:^real/x:l/x:" l real/x'),
      /not a folder/,
    ],
    ['a pipe', packed('mkfifo p && tar -czf ../out.tar.gz p'), /neither a file/],
    ['a name twice', packed('touch x y && tar -czf ../out.tar.gz --transform "s:y:x:" x y'), /in it twice/],
    ['nothing', packed('tar -czf ../out.tar.gz -T /dev/null'), /it is empty/],
    ['something that is no archive', Buffer.from('hello'), /not a whole/],
    ['half of an archive', buildBundle().subarray(0, 2000), /not a whole/],
    ['an archive without its last byte', buildBundle().subarray(0, -1), /not a whole/],
  ])('with %s is refused, and nothing is written', (_, bundle, words) => {
    const target = join(scratchDir(), 'release');
    mkdirSync(target);
    expect(unpack(bundle, ['check'])).toMatchObject({ status: 2, words: expect.stringMatching(words) });
    expect(unpack(bundle, ['extract', target])).toMatchObject({ status: 2 });
    expect(readdirSync(target)).toEqual([]);
  });

  test('with links that lead outside only together is refused when it is unpacked', () => {
    const target = join(scratchDir(), 'release');
    mkdirSync(target);
    const bundle = packed('mkdir a && ln -s .. a/l && ln -s a/l/../x m && tar -czf ../out.tar.gz a m');
    expect(unpack(bundle, ['extract', target])).toMatchObject({ status: 2, words: expect.stringMatching(/leads outside/) });
  });

  test('with one wrong bit is refused', () => {
    const whole = buildBundle({ page: 'built' });
    for (let at = 10; at < whole.length; at += Math.ceil(whole.length / 12)) {
      const bent = Buffer.from(whole);
      bent[at] = (bent[at] ?? 0) ^ 8;
      expect(unpack(bent, ['check']).status, `byte ${at}`).toBe(2);
    }
  });
});

test('every part of it is Python that the oldest distro reads', () => {
  const sources = readdirSync(TOOLS).filter((name) => name.endsWith('.py'));
  expect(sources.length).toBeGreaterThan(10);
  const script = 'import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name).read(), name, feature_version=(3, 6))';
  const { status, stderr } = spawnSync('python3', ['-B', '-c', script, ...sources], { cwd: TOOLS, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
