import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { needTool } from '../support/need-tool.ts';
import { makeCertificates, type Certificates } from './certificates.ts';
import { bash, PROJECT, scratchDir, type Said } from './run-bash.ts';
import { tlsMachine, type TlsMachine } from './tls-machine.ts';

let files: Certificates;
beforeAll(() => {
  needTool('openssl');
  files = makeCertificates();
});

const source = (machine: TlsMachine): string => readFileSync(join(machine.tls, 'current/source'), 'utf8').trim();
const version = (machine: TlsMachine): string => readlinkSync(join(machine.tls, 'current'));

/** A machine as its first boot left it. */
function freshMachine(): TlsMachine {
  const machine = tlsMachine(files);
  expect(machine.run(['--self-signed'])).toMatchObject({ status: 0, stderr: '' });
  writeFileSync(join(machine.tls, 'current/source'), 'self-signed\n');
  return machine;
}

/** Runs it, and expects that the certificate in use stays, and that nothing is left behind. */
function refused(machine: TlsMachine, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Said {
  const before = [version(machine), source(machine), ...readdirSync(machine.tls), ...readdirSync(machine.nginx)];
  const said = machine.run(argv, env);
  expect([version(machine), source(machine), ...readdirSync(machine.tls), ...readdirSync(machine.nginx)]).toEqual(before);
  return said;
}

describe('options', () => {
  test('--help explains itself, with the exit statuses', () => {
    const said = tlsMachine(files).run(['--help']);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/--certificate FILE --key FILE[\s\S]*Exit status: 0 done/);
  });

  test.each([
    [[], /name the domain/],
    [['--bogus'], /no option --bogus/],
    [['*.example.test'], /wildcard/],
    [['localhost'], /not a full domain name/],
    [['192.0.2.1'], /not a full domain name/],
    [['a.test; reboot'], /not a full domain name/],
    [['a.test', '--email', 'nobody'], /not an e-mail address/],
    [['a.test', '--email'], /--email needs a value/],
    [['a.test', '--directory-url', 'http://a.test/'], /begins with https/],
    [['a.test', '--self-signed'], /takes nothing else/],
    [['--status', '--self-signed'], /do not go together/],
    [['--key', 'a.key'], /needs both/],
    [['--certificate', 'a', '--key', 'b', '--dry-run'], /are for a DOMAIN/],
  ])('%j is refused with one message', (argv, message) => {
    const said = tlsMachine(files).run(argv);
    expect(said).toMatchObject({ status: 2, stdout: '' });
    expect(said.stderr).toMatch(message);
    expect(said.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('a certificate of your own', () => {
  test('is in use with its chain, its key and all that follows from it, by one rename', () => {
    const machine = freshMachine();
    const before = version(machine);
    const said = machine.run(['--certificate', files.leaf, '--key', files.leafKey, '--chain', files.intermediate, 'app.example.test']);
    expect(said).toMatchObject({ status: 0, stdout: expect.stringContaining('for app.example.test') });
    expect(readFileSync(join(machine.tls, 'server.crt'), 'utf8').match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(statSync(join(machine.tls, 'server.key')).mode & 0o777).toBe(0o600);
    expect(source(machine)).toBe('file');
    expect(existsSync(join(machine.tls, 'self-signed'))).toBe(false);
    expect(readFileSync(join(machine.tls, 'current/nginx.conf'), 'utf8')).toContain('max-age=31536000');
    expect(
      readdirSync(machine.tls)
        .filter((name) => name.startsWith('version.'))
        .toSorted(),
    ).toEqual([before, version(machine)].toSorted());
    expect(machine.calls()).toContain('systemctl reload-or-restart nginx.service');
  });

  test.each([
    ['a key of another certificate', () => [files.leaf, files.otherKey], /does not belong/],
    ['a key with a passphrase', () => [files.leaf, files.lockedKey], /without a passphrase/],
    ['a file that is not there', () => [files.leaf, '/nonexistent'], /cannot be read/],
    ['something else than a certificate', () => [files.leafKey, files.leafKey], /holds no certificate/],
    ['a chain that does not lead on', () => [files.brokenChain, files.leafKey], /did not sign the one before/],
    ['a certificate that has ended', () => [files.ended, files.endedKey], /ended on/],
    ['another name', () => [files.other, files.otherKey], /is for other.example.test, not for app.example.test/],
  ])('%s is refused', (_what, pair, message) => {
    const [certificate = '', key = ''] = pair();
    const said = refused(freshMachine(), ['--certificate', certificate, '--key', key, 'app.example.test']);
    expect(said.status).toBe(2);
    expect(said.stderr).toMatch(message);
    expect(said.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('is not used when the web server refuses it', () => {
    const machine = freshMachine();
    const said = refused(machine, ['--certificate', files.leaf, '--key', files.leafKey], { FAKE_NGINX: 'refuses' });
    expect(said.status).toBe(5);
    expect(said.stderr).toMatch(/^nginx: refused by .*etc\/nginx\/nginx\.conf\n(.*\n)*aikovrr-tls: the web server refuses/m);
  });
});

describe("Let's Encrypt", () => {
  const domain = ['app.example.test', '--email', 'a@example.test'];

  test('answers through a folder, and its certificate is in use', () => {
    const machine = freshMachine();
    expect(machine.run(domain)).toMatchObject({ status: 0, stderr: '' });
    expect(source(machine)).toBe('letsencrypt');
    expect(machine.calls()).toMatch(/certbot certonly .*--webroot --webroot-path \S*\/var\/www\/acme --email a@example\.test .*-d app\.example\.test$/m);
    expect(machine.calls()).not.toContain('--force-renewal');
  });

  test('answers through certbot itself on a load balancer, whichever engine has the ports', () => {
    const machine = freshMachine();
    writeFileSync(join(machine.nginx, 'ingot/backends.conf'), '');
    expect(machine.run(domain).status).toBe(0);
    expect(machine.calls()).toContain('--standalone --http-01-address 127.0.0.1 --http-01-port 8402');
  });

  test('does not keep the certificate of another authority', () => {
    const machine = freshMachine();
    writeFileSync(join(machine.root, 'etc/letsencrypt/renewal/aikovrr.conf'), 'server = https://staging.example.test/directory\n');
    expect(machine.run(domain).status).toBe(0);
    expect(machine.calls()).toContain('--force-renewal');
  });

  test('refuses with its own reason on one line, which --status repeats', () => {
    const machine = freshMachine();
    const said = refused(machine, domain, { FAKE_CERTBOT: 'refuses' });
    expect(said.status).toBe(4);
    expect(said.stderr).toMatch(
      /^aikovrr-tls: no certificate for app\.example\.test: Domain: app\.example\.test; Type: dns; Detail: no such host\. .*stays.*\n$/,
    );
    expect(machine.run(['--status']).stdout).toContain('Detail: no such host');
  });

  test('a dry run changes nothing', () => {
    const machine = freshMachine();
    expect(refused(machine, [...domain, '--dry-run'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing was changed') });
  });

  test('a renewal is installed where such a certificate is in use, and only there', () => {
    const machine = freshMachine();
    machine.run(domain);
    machine.renew();
    expect(machine.run(['--install-renewed'])).toMatchObject({ status: 0, stdout: expect.stringContaining('is in use') });
    expect(refused(machine, ['--install-renewed'])).toMatchObject({ status: 0, stdout: '' });
    machine.run(['--self-signed']);
    machine.renew();
    expect(refused(machine, ['--install-renewed'])).toMatchObject({ status: 0, stdout: '' });
  });
});

describe('what the machine does by itself', () => {
  const instance = "INSTANCE_DOMAIN='app.example.test'\nINSTANCE_LETSENCRYPT_EMAIL='a@example.test'\n";

  test('nothing, without a domain and an address', () => {
    expect(refused(freshMachine(), ['--configured'])).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to do') });
  });

  test('gets the configured certificate, once', () => {
    const machine = freshMachine();
    writeFileSync(join(machine.root, 'etc/ingot/instance.env'), instance);
    expect(machine.run(['--configured']).status).toBe(0);
    expect(source(machine)).toBe('letsencrypt');
    expect(refused(machine, ['--configured'])).toMatchObject({ status: 0, stdout: 'the certificate in use is the configured one\n' });
  });

  test('leaves alone what a person chose', () => {
    const machine = freshMachine();
    writeFileSync(join(machine.root, 'etc/ingot/instance.env'), instance);
    machine.run(['--self-signed']);
    expect(refused(machine, ['--configured'])).toMatchObject({ status: 0, stdout: expect.stringContaining('chosen by a person') });
  });
});

test('what asks for a certificate by itself may write where its script tries a configuration', () => {
  const unit = readFileSync(join(PROJECT, 'packer/components/certbot/files/usr/lib/systemd/system/aikovrr-tls.service'), 'utf8');
  const writable = (/^ReadWritePaths=(.*)$/m.exec(unit)?.[1] ?? '').split(' ').map((path) => path.replace(/^-/, ''));
  expect(writable).toEqual(expect.arrayContaining(['/etc/nginx', '/etc/letsencrypt', '/etc/haproxy']));
});

test('a configuration of HAProxy that could not be tried is not refused in its name', () => {
  const dir = scratchDir();
  const web = join(PROJECT, 'packer/components/nginx/files/usr/lib/ingot/web.sh');
  const shell = `haproxy() { echo asked; }
    eval "$(sed -n '/^haproxy_test()/,/^}/p' '${web}')"
    TLS_DIR=/etc/nginx/tls HAPROXY_CONFIG=/nowhere/haproxy.cfg
    echo "bind crt $TLS_DIR/current/x" >config
    haproxy_test config "$PWD" || echo "status $?"`;
  expect(bash(shell, {}, dir)).toMatchObject({ stdout: 'status 1\n', stderr: expect.stringContaining('/nowhere') as string });
});
