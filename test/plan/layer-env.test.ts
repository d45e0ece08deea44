import { describe, expect, test } from 'vitest';
import { layerEnv, wholeEnv } from '../../scripts/plan/layer-env.ts';
import { sampleComponent, sampleDistro, sampleParameter, sampleSpec } from '../support/sample-spec.ts';

const spec = sampleSpec({
  components: [
    sampleComponent('nginx', {
      parameters: [
        sampleParameter('NGINX_WORKERS', { value: 4 }),
        sampleParameter('NGINX_GZIP', { value: true, layers: ['app', 'configure'] }),
        sampleParameter('NGINX_MODULE', { value: 'brotli', layers: ['packages'] }),
      ],
    }),
  ],
  distro: sampleDistro({ facts: { sshUnit: 'ssh', postgresqlHBAPath: '/x', accessControl: 'apparmor' } }),
});

describe('layerEnv', () => {
  test('holds facts of the image and the distro in every layer', () => {
    expect(layerEnv(spec, 'sealed', ['nginx'])).toEqual({
      INGOT_DISTRO: 'testian-1',
      INGOT_FAMILY: 'debian',
      INGOT_VERSION_ID: '1',
      INGOT_CODENAME: 'first',
      INGOT_IMAGE: 'shop',
      INGOT_ROLE: 'web',
      INGOT_LOGIN_USER: 'tess',
      FACT_SSH_UNIT: 'ssh',
      FACT_POSTGRESQL_HBA_PATH: '/x',
      FACT_ACCESS_CONTROL: 'apparmor',
    });
  });

  test('shows a parameter only to the layers that it names', () => {
    const parametersOf = (layer: 'packages' | 'app' | 'configure' | 'sealed'): readonly string[] =>
      Object.keys(layerEnv(spec, layer, [])).filter((name) => name.startsWith('NGINX_'));
    expect(parametersOf('packages')).toEqual(['NGINX_MODULE']);
    expect(parametersOf('app')).toEqual(['NGINX_GZIP']);
    expect(parametersOf('configure')).toEqual(['NGINX_GZIP', 'NGINX_WORKERS']);
    expect(parametersOf('sealed')).toEqual([]);
  });

  test('writes numbers and booleans as words', () => {
    expect(layerEnv(spec, 'configure', [])).toMatchObject({ NGINX_WORKERS: '4', NGINX_GZIP: 'true' });
  });

  test('names the components in the configure layer only, in their order', () => {
    expect(layerEnv(spec, 'configure', ['b', 'a'])['INGOT_COMPONENTS']).toBe('b a');
    expect(layerEnv(spec, 'packages', ['b', 'a'])).not.toHaveProperty('INGOT_COMPONENTS');
  });
});

describe('wholeEnv', () => {
  test('holds what any layer sees', () => {
    expect(Object.keys(wholeEnv(spec, ['nginx']))).toEqual(
      expect.arrayContaining(['INGOT_COMPONENTS', 'NGINX_WORKERS', 'NGINX_GZIP', 'NGINX_MODULE', 'FACT_SSH_UNIT']),
    );
  });
});
