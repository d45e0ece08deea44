import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderBuildSeed, renderSeed, type SeedFile } from '../../scripts/render/seed.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';

const DIR = 'templates/cloud-init';
const templates = new Map(readdirSync(DIR).map((name) => [`${DIR}/${name}`, readFileSync(`${DIR}/${name}`, 'utf8')]));
const KEYS = ['ssh-ed25519 AAAA one', 'ssh-rsa BBBB two'];
const textOf = (files: readonly SeedFile[], path: SeedFile['path']): string => files.find((file) => file.path === path)?.text ?? '';
const seed = (changes: Partial<Parameters<typeof renderSeed>[0]> = {}): readonly SeedFile[] =>
  renderSeed({ instanceId: 'i-1', hostname: 'web-1', user: 'tess', family: 'debian', sshPublicKeys: KEYS, templates, ...changes });

describe('the seed of a VM', () => {
  test('begins with the line by which cloud-init knows it', () => {
    expect(textOf(seed(), 'user-data')).toMatch(/^#cloud-config\n/);
  });

  test('gives the keys to the image’s own user and lets nobody in with a password', () => {
    expect(parse(textOf(seed(), 'user-data'))).toEqual({
      hostname: 'web-1',
      users: ['default'],
      ssh_authorized_keys: KEYS,
      ssh_pwauth: false,
      package_update: false,
      package_upgrade: false,
    });
  });

  test('names the instance', () => {
    expect(parse(textOf(seed(), 'meta-data'))).toEqual({ 'instance-id': 'i-1', 'local-hostname': 'web-1' });
  });

  test('brings up a card of any name', () => {
    expect(parse(textOf(seed(), 'network-config'))).toMatchObject({
      version: 2,
      ethernets: { card: { match: { name: 'e*' }, dhcp4: true } },
    });
  });

  test('leaves the network to cloud-init where patterns of names are not known', () => {
    expect(textOf(seed({ family: 'el' }), 'network-config')).toMatch(/^#/);
    expect(parse(textOf(seed({ family: 'el' }), 'network-config'))).toBeNull();
  });

  test('of two cards, each is known by its address, and no pattern catches both', () => {
    const cards = { mac: '52:54:00:00:00:01', privateMac: '02:92:0a:4d:00:0b', privateAddress: '10.77.0.11/24' };
    expect(textOf(seed({ cards, family: 'el' }), 'network-config')).toBe(textOf(seed({ cards }), 'network-config'));
    expect(parse(textOf(seed({ cards }), 'network-config'))).toEqual({
      version: 2,
      ethernets: {
        outside: { match: { macaddress: cards.mac }, 'set-name': 'outside', dhcp4: true, dhcp6: false },
        private: { match: { macaddress: cards.privateMac }, 'set-name': 'private', dhcp4: false, dhcp6: false, addresses: [cards.privateAddress] },
      },
    });
    expect(textOf(seed({ cards }), 'user-data')).toBe(textOf(seed(), 'user-data'));
  });

  test('brings the machine’s own settings as a file of root’s, before the first boot needs it; without them nothing is said of it', () => {
    const userData = parse(textOf(seed({ instanceData: 'domain: a.example\n' }), 'user-data')) as Readonly<Record<string, unknown>>;
    expect(userData['write_files']).toEqual([
      { path: '/etc/ingot/instance.yaml', owner: 'root:root', permissions: '0600', encoding: 'b64', content: 'ZG9tYWluOiBhLmV4YW1wbGUK' },
    ]);
    expect({ ...userData, write_files: undefined }).toEqual({ ...(parse(textOf(seed(), 'user-data')) as object), write_files: undefined });
    expect(textOf(seed(), 'user-data')).not.toMatch(/write_files|instance/);
  });

  test.each(HOSTILE_STRINGS)('the settings %j arrive byte for byte, and bring nothing else', (value) => {
    const userData = parse(textOf(seed({ instanceData: value }), 'user-data')) as { write_files: readonly { content: string }[] };
    expect(Buffer.from(userData.write_files[0]?.content ?? '', 'base64').toString('utf8')).toBe(value);
    expect(Object.keys(userData)).toEqual([...Object.keys(parse(textOf(seed(), 'user-data')) as object), 'write_files']);
  });

  test('carries hostile keys and names literally', () => {
    for (const value of HOSTILE_STRINGS) {
      const files = seed({ hostname: value, instanceId: value, sshPublicKeys: [value] });
      expect(parse(textOf(files, 'user-data'))).toMatchObject({ hostname: value, ssh_authorized_keys: [value], ssh_pwauth: false });
      expect(parse(textOf(files, 'meta-data'))).toEqual({ 'instance-id': value, 'local-hostname': value });
    }
  });

  test('refuses a login name that is none', () => {
    expect(() => seed({ user: 'a\nb' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });
});

describe('the seed of a bake', () => {
  const files = renderBuildSeed({ instanceId: 'b-1', sshPublicKeys: KEYS, templates });
  const userData = parse(textOf(files, 'user-data')) as Readonly<Record<string, unknown>>;

  test('makes one user, and not the image’s own', () => {
    expect(textOf(files, 'user-data')).toMatch(/^#cloud-config\n/);
    expect(userData['users']).toEqual([
      expect.objectContaining({ name: 'ingot-build', lock_passwd: true, sudo: 'ALL=(ALL) NOPASSWD:ALL', ssh_authorized_keys: KEYS }),
    ]);
  });

  test('changes nothing else of the image', () => {
    expect(userData).toMatchObject({
      package_update: false,
      package_upgrade: false,
      cloud_config_modules: [],
      cloud_final_modules: [],
    });
    expect(userData).not.toHaveProperty('preserve_hostname');
    expect(parse(textOf(files, 'meta-data'))).toEqual({ 'instance-id': 'b-1' });
  });

  test('still makes host keys and the user: both are needed to log in', () => {
    expect(userData['cloud_init_modules']).toEqual(expect.arrayContaining(['bootcmd', 'users-groups', 'ssh']));
  });

  test('a vendor’s small disk is grown before anything is installed', () => {
    expect(userData).toMatchObject({ growpart: { mode: 'auto', devices: ['/'] }, resize_rootfs: true });
    expect(userData['cloud_init_modules']).toEqual(['bootcmd', 'growpart', 'resizefs', 'users-groups', 'ssh']);
  });
});
