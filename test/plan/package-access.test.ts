import { describe, expect, test } from 'vitest';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import { asSeenFromGuest, bakeAptConf, bakeSourcesList, sourcesList } from '../../scripts/plan/package-access.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';
import { sampleDistro, sampleSpec } from '../support/sample-spec.ts';

const PUBLIC = 'deb [signed-by=/usr/share/keyrings/testian.gpg] http://public.example/testian first main\n';

function withRepository(changes: Partial<ImageSpec['distro']['repositories'][number]>): ImageSpec {
  const { repositories } = sampleDistro();
  return sampleSpec({ distro: sampleDistro({ repositories: repositories.map((repository) => ({ ...repository, ...changes })) }) });
}

describe('sourcesList', () => {
  test('has the public place for the image, this build’s own for the bake', () => {
    expect(sourcesList(sampleSpec(), 'url')).toBe(PUBLIC);
    expect(sourcesList(sampleSpec(), 'bakeUrl')).toBe(PUBLIC.replace('public', 'proxy'));
  });

  test('has one line for each repository of the distro itself, in its order, with all components', () => {
    const repositories = ['first', 'first-security'].map((suite) => ({
      ...{ id: suite, mirror: 'testian', suite, components: ['main', 'extra'] },
      ...{ signedBy: '/usr/share/keyrings/testian.gpg', base: true },
    }));
    expect(sourcesList(sampleSpec({ distro: sampleDistro({ repositories }) }), 'url').split('\n')).toEqual([
      'deb [signed-by=/usr/share/keyrings/testian.gpg] http://public.example/testian first main extra',
      'deb [signed-by=/usr/share/keyrings/testian.gpg] http://public.example/testian first-security main extra',
      '',
    ]);
  });

  test('can name another key ring, quoted like all else', () => {
    expect(sourcesList(sampleSpec(), 'url', ({ id }) => `/work/${id}.asc`)).toBe('deb [signed-by=/work/first.asc] http://public.example/testian first main\n');
    expect(() => sourcesList(sampleSpec(), 'url', () => '/a b')).toThrow(/cannot stand/);
  });

  test('refuses a mirror that is not there', () => {
    expect(() => sourcesList(withRepository({ mirror: 'nowhere' }), 'url')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', what: expect.stringContaining('testian-1 names the mirror nowhere') as string }) as Error,
    );
  });

  test('lets nothing into a line that would begin another word, option or comment', () => {
    for (const hostile of ['a b', 'a\nb', '[trusted=yes]', 'x#y', '"x"', '']) {
      const refusal = expect.objectContaining({ code: 'CONFIG_INVALID', what: expect.stringContaining('cannot stand in a sources.list') as string }) as Error;
      expect(() => sourcesList(withRepository({ suite: hostile }), 'url')).toThrow(refusal);
      expect(() => sourcesList(withRepository({ components: ['main', hostile] }), 'url')).toThrow(refusal);
      expect(() => sourcesList(withRepository({ signedBy: hostile }), 'url')).toThrow(refusal);
      expect(() => sourcesList(sampleSpec({ mirrors: [{ id: 'testian', url: hostile, bakeUrl: 'http://x' }] }), 'url')).toThrow(refusal);
    }
  });

  test('either refuses a hostile value or keeps it in its one line', () => {
    for (const suite of HOSTILE_STRINGS) {
      let text = PUBLIC;
      try {
        text = sourcesList(withRepository({ suite }), 'url');
      } catch {
        continue;
      }
      expect(text.trimEnd().split(/\s+/)).toHaveLength(5);
    }
  });
});

describe('bakeSourcesList', () => {
  const [own] = sampleDistro().repositories;
  const distro = sampleDistro({ repositories: own === undefined ? [] : [{ ...own, key: 'own' }] });
  const listWith = (key: object): string => bakeSourcesList(sampleSpec({ distro, keys: [{ id: 'own', fingerprint: 'A'.repeat(40), ...key }] }));

  test('the distro’s own packages are checked by the key ring that the guest has', () => {
    expect(listWith({})).toBe('deb [signed-by=/usr/share/keyrings/testian.gpg] http://proxy.example/testian first main\n');
  });

  test('but by the key that was put in for this build, where one was', () => {
    expect(listWith({ substitutePath: '/own.asc' })).toBe('deb [signed-by=/run/ingot/payload/bake/keys/own.asc] http://proxy.example/testian first main\n');
  });
});

const DUMP = `APT "";
APT::Architecture "amd64";
APT::Get::Assume-Yes "true";
Dir::Etc::sourcelist "sources.list";
DPkg::Pre-Install-Pkgs:: "/usr/sbin/dpkg-preconfigure --apt || true";
Acquire "";
Acquire::http "";
Acquire::http::Proxy "http://user:secret@proxy.corp:3128/";
Acquire::http::Proxy::mirror.corp "DIRECT";
Acquire::http::Timeout "20";
Acquire::http::User-Agent "corp";
Acquire::https::Verify-Peer "true";
Acquire::https::Proxy "http://127.0.0.1:3128";
Acquire::https::CaInfo "/etc/ssl/corp.pem";
Acquire::https::SslKey "/root/key.pem";
Acquire::Retries "3";
Acquire::ForceIPv4 "true";
Acquire::AllowInsecureRepositories "1";
Acquire::Check-Valid-Until "false";
Binary::apt::APT::Color "1";
Acquire::gpgv::Options:: "--ignore-time-conflict";
`;

const carried = (hostDump: string): readonly string[] => {
  const empty = new Set(bakeAptConf({ hostDump: '', withCertificates: false }).split('\n'));
  return bakeAptConf({ hostDump, withCertificates: false })
    .split('\n')
    .filter((line) => !empty.has(line));
};

describe('bakeAptConf', () => {
  test('points at this bake’s own sources and keeps its scratch out of the image', () => {
    const lines = bakeAptConf({ hostDump: '', withCertificates: false }).trimEnd().split('\n');
    expect(lines).toEqual([
      'Dir::Etc::sourcelist "/run/ingot/payload/bake/sources.list";',
      'Dir::Etc::sourceparts "-";',
      'Dir::Cache::pkgcache "/run/ingot/pkgcache.bin";',
      'Dir::Cache::srcpkgcache "/run/ingot/srcpkgcache.bin";',
      'APT::Sandbox::User "root";',
      'APT::Keep-Downloaded-Packages "true";',
      'Binary::apt::APT::Keep-Downloaded-Packages "true";',
      'Acquire::Languages "none";',
    ]);
  });

  test('names the certificates only when they lie beside it', () => {
    expect(bakeAptConf({ hostDump: '', withCertificates: true })).toContain('Acquire::https::CaInfo "/run/ingot/payload/bake/ca.crt";\n');
    expect(bakeAptConf({ hostDump: '', withCertificates: false })).not.toContain('CaInfo');
  });

  test('carries the host’s way to its mirrors, and nothing that weakens a check, runs a program or names a host’s file', () => {
    const lines = carried(DUMP);
    expect(lines).toEqual(
      expect.arrayContaining([
        'Acquire::http::Proxy "http://user:secret@proxy.corp:3128/";',
        'Acquire::http::Timeout "20";',
        'Acquire::http::User-Agent "corp";',
        'Acquire::https::Verify-Peer "true";',
        'Acquire::https::Proxy "http://127.0.0.1:3128";',
        'Acquire::Retries "3";',
        'Acquire::ForceIPv4 "true";',
      ]),
    );
    expect(lines.filter((line) => !/::(Proxy|Timeout|User-Agent|Verify-Peer|Retries|ForceIPv4)\b/.test(line))).toEqual([]);
  });

  test('carries what is set for one host', () => {
    expect(carried(DUMP)).toContain('Acquire::http::Proxy::mirror.corp "DIRECT";');
    expect(carried('Acquire::https::mirror.corp::Verify-Peer "false";')).toEqual(['Acquire::https::mirror.corp::Verify-Peer "false";']);
  });

  test('carries no program of the host: apt stops in a guest that does not have it', () => {
    expect(carried('Acquire::http::Proxy-Auto-Detect "/usr/bin/auto-apt-proxy";')).toEqual([]);
  });

  test.each([
    'Acquire::http::Proxy "x"; DPkg::Pre-Invoke { "id"; }; //',
    ' Acquire::http::Proxy "x";',
    'Acquire::http::Proxy "x"',
    'XAcquire::http::Proxy "x";',
    'Acquire::http::a::b::Proxy "x";',
    'Acquire::http::"x::Proxy "x";',
  ])('leaves out what is no plain setting: %s', (line) => {
    expect(carried(line)).toEqual([]);
  });
});

describe('asSeenFromGuest', () => {
  test.each([
    ['http://localhost:3128/x', 'http://10.0.2.2:3128/x'],
    ['https://127.0.0.1/debian', 'https://10.0.2.2/debian'],
    ['Acquire::http::Proxy "http://127.0.0.1:3142";', 'Acquire::http::Proxy "http://10.0.2.2:3142";'],
    ['a http://localhost:1 b http://127.0.0.1:2 c', 'a http://10.0.2.2:1 b http://10.0.2.2:2 c'],
    ['Acquire::http::Proxy "http://user:secret@localhost:3128";', 'Acquire::http::Proxy "http://user:secret@10.0.2.2:3128";'],
    ['Acquire::http::Proxy "http://localhost";', 'Acquire::http::Proxy "http://10.0.2.2";'],
  ])('%s becomes %s', (text, seen) => {
    expect(asSeenFromGuest(text)).toBe(seen);
  });

  test.each([
    'http://localhost.example/x',
    'http://mirror.example/localhost:80/',
    'http://127.0.0.10:80/',
    'ftp-localhost:21',
    'http://deb.example/127.0.0.1/',
  ])('%s stays', (text) => {
    expect(asSeenFromGuest(text)).toBe(text);
  });
});
