import { expect, test } from 'vitest';
import { hostReport } from '../../scripts/plan/host-report.ts';
import { keyringRequirements } from '../../scripts/plan/archive-keyrings.ts';
import { sampleDistro } from '../support/sample-spec.ts';
import { STATE } from './host-state.ts';

const KEYRING = '/usr/share/keyrings/testian.gpg';
const OWN = sampleDistro().repositories.filter(({ base }) => base);
const BOOTSTRAP = { suite: 'first', packages: ['linux'], keyring: KEYRING };
const distro = (id: string, packages: { readonly apt?: string; readonly dnf?: string } = { apt: 'testian-keys' }): ReturnType<typeof sampleDistro> =>
  sampleDistro({ id, repositories: OWN, bootstrap: { ...BOOTSTRAP, keyringPackages: packages } });

test('one key ring is one row, whoever shares it, with the package of each package manager', () => {
  expect(keyringRequirements([distro('testian-1', { apt: 'testian-keys', dnf: 'keys-of-testian' }), distro('testian-2')])).toEqual([
    {
      ...{ id: KEYRING, anyOf: [KEYRING], purpose: 'checks who signed the packages of testian-1, testian-2', needs: ['bake'] },
      ...{ packages: { apt: 'testian-keys', dnf: 'keys-of-testian' }, otherwise: 'copy the file from a machine of that distro' },
    },
  ]);
});

test('the index of an apt archive is checked on the host whatever the base is; a third party’s with a key of the project', () => {
  const [first] = OWN;
  const repositories = [
    ...(first === undefined ? [] : [{ ...first, signedBy: '/usr/share/keyrings/own.gpg' }]),
    { id: 'x', mirror: 'vendor', suite: 's', components: [], signedBy: '/k/x', base: false, key: 'x' },
  ];
  const { bootstrap: _, ...withoutBootstrap } = sampleDistro({ repositories });
  expect(keyringRequirements([withoutBootstrap]).map(({ anyOf, packages }) => ({ anyOf, packages }))).toEqual([
    { anyOf: ['/usr/share/keyrings/own.gpg'], packages: {} },
  ]);
});

test('a distro whose own repositories name a key asks no host for its key ring', () => {
  const repositories = OWN.map((repository) => ({ ...repository, key: 'own' }));
  expect(keyringRequirements([sampleDistro({ repositories, bootstrap: { suite: 'first', packages: ['linux'] } })])).toEqual([]);
});

test('nothing on the host signs for the packages of the other family', () => {
  const { bootstrap: _, ...el } = sampleDistro({ family: 'el' });
  expect(keyringRequirements([el])).toEqual([]);
});

test('a host that lacks one says which file, the package, and what else can be done', () => {
  const remedy = (packageManager: 'apt' | 'dnf'): string | undefined =>
    hostReport({ needs: [], distros: [distro('testian-1')] }, [], { ...STATE, packageManager }).requirements.find(({ id }) => id === KEYRING)?.remedy;
  expect(remedy('apt')).toBe('package testian-keys, or copy the file from a machine of that distro');
  expect(remedy('dnf')).toBe('copy the file from a machine of that distro');
});
