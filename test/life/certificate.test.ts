import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAuthority, type Authority } from './support/authority.ts';
import { enterGuest, OUTSIDE_ADDRESS, type Guest } from './support/guest.ts';
import { servedCertificate, type ServedCertificate } from './support/outside.ts';

const [NAME, OTHER_NAME] = ['www.life.example', 'other.life.example'];
/** Where an administrator puts the root of an authority of their own. */
const TRUSTED = '/usr/local/share/ca-certificates/authority-of-the-tests.crt';

/** The certificate of a machine that strangers reach, from an authority that asks for proof: each test stands on what the one before has left. */
describe('a certificate of an authority', () => {
  let guest: Guest;
  let authority: Authority;
  let serial: string;
  let issued: string;

  const served = (): Promise<ServedCertificate> => servedCertificate(guest.machine.httpsPort, { name: NAME, roots: authority.root });
  const ask = (name: string): ReturnType<Guest['attempt']> =>
    guest.attempt(`sudo aikovrr-tls ${name} --email admin@life.example --directory-url ${authority.directoryUrl}`);
  /** What the image's own timer does when its hour has come. */
  const renewal = (): ReturnType<Guest['attempt']> => guest.attempt('sudo systemctl start "$(systemctl show -P Triggers certbot.timer)"');
  const hooks = async (): Promise<number> =>
    Number((await guest.attempt('sudo grep -c "Running deploy-hook command" /var/log/letsencrypt/letsencrypt.log')).all);
  const lastResult = (): Promise<string> => guest.run('systemctl show -P Result "$(systemctl show -P Triggers certbot.timer)"');

  beforeAll(async () => {
    guest = await enterGuest();
    authority = await startAuthority({ httpPort: guest.machine.httpPort, addressForGuest: OUTSIDE_ADDRESS });
    await authority.point(NAME, '127.0.0.1');
    await guest.put(Buffer.from(authority.apiCertificate), '/tmp/authority.crt');
    await guest.run(`sudo install -m 0644 /tmp/authority.crt ${TRUSTED} && sudo update-ca-certificates`);
  });

  afterAll(async () => {
    await authority?.stop();
    const folders = ['live', 'archive', 'renewal', 'accounts'].map((name) => `/etc/letsencrypt/${name}`).join(' ');
    await guest?.attempt(
      `sudo aikovrr-tls --self-signed; sudo rm -f ${TRUSTED}; sudo update-ca-certificates --fresh; sudo find ${folders} -mindepth 1 -delete`,
    );
    await guest?.attempt('sudo systemctl reset-failed');
    await guest?.close();
  });

  test('aikovrr-tls gets one, and strangers are served it, over HTTPS alone', async () => {
    const before = await served();
    expect(before.trusted).toBe(false);
    const said = await ask(NAME);
    expect(said.all).toContain(`for ${NAME}; it is renewed by itself`);
    const after = await served();
    expect(after.trusted).toBe(true);
    expect(await guest.run('sudo aikovrr-tls --status | sed -n "s/^source: *//p"')).toBe('letsencrypt');
    const { stdout } = await execa('curl', ['-sS', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url}', '-H', `Host: ${NAME}`, httpUrl()]);
    expect(stdout).toBe(`301 https://${NAME}/`);
    issued = after.serial;
  });

  test('the image’s timer renews it, and strangers are served the new one without a person', async () => {
    expect(await guest.run('systemctl is-active certbot.timer && systemctl is-enabled certbot.timer')).toBe('active\nenabled');
    const before = await hooks();
    expect((await renewal()).exitCode).toBe(0);
    const after = await served();
    expect(after).toEqual({ serial: expect.not.stringMatching(issued), trusted: true });
    expect(await hooks()).toBe(before + 1);
    serial = after.serial;
  });

  test('a name that does not lead here gets none, with the reason, and the certificate in use stays', async () => {
    const said = await ask(OTHER_NAME);
    expect(said.exitCode).toBe(4);
    expect(said.all).toContain(`no certificate for ${OTHER_NAME}: Domain: ${OTHER_NAME}`);
    expect(await served()).toEqual({ serial, trusted: true });
  });

  test('a renewal that the authority refuses is a failed unit that is seen, and the certificate in use stays', async () => {
    await authority.point(NAME);
    expect((await renewal()).exitCode).toBe(1);
    expect(await lastResult()).toBe('exit-code');
    expect(await guest.metrics()).toContainEqual(expect.stringMatching(/^node_systemd_unit_state\{name="certbot\.service",state="failed",type="[a-z]*"\} 1$/));
    expect(await served()).toEqual({ serial, trusted: true });
  });

  test('once the name leads here again, the next run of the timer renews it', async () => {
    await authority.point(NAME, '127.0.0.1');
    expect((await renewal()).exitCode).toBe(0);
    expect(await lastResult()).toBe('success');
    const after = await served();
    expect(after).toEqual({ serial: expect.not.stringMatching(serial), trusted: true });
    serial = after.serial;
  });

  test('an authority that cannot be reached changes nothing', async () => {
    await authority.stop();
    const said = await ask(NAME.replace('www', 'web'));
    expect(said.exitCode).toBe(4);
    expect(said.all).toContain('The certificate in use stays');
    expect((await renewal()).exitCode).toBe(1);
    expect(await served()).toEqual({ serial, trusted: true });
  });

  const httpUrl = (): string => `http://127.0.0.1:${guest.machine.httpPort}/`;
});
