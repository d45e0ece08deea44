import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A package that is made from a tree of files. */
export interface MadeDeb {
  readonly name: string;
  readonly version: string;
  readonly depends: readonly string[];
  readonly provides?: readonly string[];
  readonly description: string;
  /** What it brings, laid out as below /. */
  readonly tree: string;
}

/** A key that is made for one test, as the product takes it: `FINGERPRINT:PATH`. */
export interface MadeKey {
  readonly home: string;
  readonly fingerprint: string;
  readonly path: string;
}

export function makeKey(dir: string): MadeKey {
  const home = join(dir, 'gnupg');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  gpg(home, '--quick-generate-key', '--passphrase', '', 'Stand-in <stand-in@localhost>', 'rsa3072', 'sign', 'never');
  const path = join(dir, 'key.asc');
  gpg(home, '--armor', '--output', path, '--export');
  const listed = gpg(home, '--with-colons', '--list-keys');
  return { home, path, fingerprint: /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '' };
}

function gpg(home: string, ...args: readonly string[]): string {
  return execFileSync('gpg', ['--homedir', home, '--batch', '--yes', '--quiet', '--pinentry-mode', 'loopback', ...args], { encoding: 'utf8' });
}

export interface MadeSuite {
  readonly suite: string;
  readonly debs: readonly MadeDeb[];
  readonly key: MadeKey;
  /** Who it says that it is of; default: a stand-in. */
  readonly origin?: string;
  readonly label?: string;
}

/** Writes one signed suite with these packages, as apt reads it. */
export function writeAptRepository(dir: string, { suite, debs, key, origin = 'Stand-in', label = origin }: MadeSuite): void {
  const packages = debs.map((deb) => writeDeb(dir, deb)).join('\n');
  const path = 'main/binary-amd64/Packages';
  write(join(dir, 'dists', suite, path), packages);
  const release = [
    ...[`Origin: ${origin}`, `Label: ${label}`, `Suite: ${suite}`, `Codename: ${suite}`],
    ...[`Date: ${new Date().toUTCString()}`, 'Architectures: amd64', 'Components: main'],
    ...['SHA256:', ` ${sha256(packages)} ${Buffer.byteLength(packages)} ${path}`, ''],
  ];
  const releasePath = join(dir, 'dists', suite, 'Release');
  write(releasePath, release.join('\n'));
  gpg(key.home, '--clearsign', '--output', join(dir, 'dists', suite, 'InRelease'), releasePath);
}

function writeDeb(dir: string, { name, version, depends, provides = [], description, tree }: MadeDeb): string {
  const control = [
    ...[`Package: ${name}`, `Version: ${version}`, 'Architecture: amd64', 'Maintainer: Stand-in <stand-in@localhost>', `Depends: ${depends.join(', ')}`],
    ...(provides.length === 0 ? [] : [`Provides: ${provides.join(', ')}`]),
    ...[`Description: ${description}`, ''],
  ].join('\n');
  const sums = filesOf(tree).map((path) => `${createHash('md5').update(readFileSync(path)).digest('hex')}  ${relative(tree, path)}\n`);
  write(join(tree, 'DEBIAN/control'), control);
  write(join(tree, 'DEBIAN/md5sums'), sums.join(''));
  const file = `pool/${name}_${version}_amd64.deb`;
  mkdirSync(join(dir, 'pool'), { recursive: true });
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '-b', tree, join(dir, file)], { stdio: 'ignore' });
  const made = readFileSync(join(dir, file));
  return `${control}Filename: ${file}\nSize: ${made.length}\nSHA256: ${sha256(made)}\n`;
}

function filesOf(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

export function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** Fetches a package of the npm registry and unpacks it below a folder. */
export function unpackFromNpm(spec: string, dir: string): string {
  const target = join(dir, spec.replaceAll(/[^\w.-]+/g, '-'));
  if (existsSync(target)) return target;
  mkdirSync(target, { recursive: true });
  const name = execFileSync('npm', ['pack', '--silent', '--pack-destination', dir, spec], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  execFileSync('tar', ['-xzf', join(dir, name), '-C', target, '--strip-components=1', '--no-same-owner', '--mode=u+rwX,go+rX']);
  rmSync(join(dir, name));
  return target;
}

/** A program and every library that it needs, with the loader that fits them, in one folder. */
export function copyWithLibraries(program: string, dir: string): void {
  const said = execFileSync('ldd', [program], { encoding: 'utf8' });
  if (said.includes('not found'))
    throw new Error(
      `This host lacks libraries of ${program}: ${said
        .split('\n')
        .filter((line) => line.includes('not found'))
        .join(', ')}`,
    );
  const libraries = [...said.matchAll(/(\/\S+)(?= \(0x)/g)].flatMap(([, path]) => path ?? []);
  for (const path of [program, ...libraries]) {
    const target = join(dir, path.split('/').at(-1) ?? '');
    if (existsSync(target) && path !== program) continue;
    copyFileSync(path, target);
    chmodSync(target, 0o755);
  }
}
