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
  renderSeed({ instanceId: 'i-1', hostname: 'web-1', user: 'tess', sshPublicKeys: KEYS, templates, ...changes });

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
      resize_rootfs: false,
      growpart: { mode: 'off' },
      cloud_config_modules: [],
      cloud_final_modules: [],
    });
    expect(userData).not.toHaveProperty('preserve_hostname');
    expect(parse(textOf(files, 'meta-data'))).toEqual({ 'instance-id': 'b-1' });
  });

  test('still makes host keys and the user: both are needed to log in', () => {
    expect(userData['cloud_init_modules']).toEqual(['bootcmd', 'users-groups', 'ssh']);
  });
});
