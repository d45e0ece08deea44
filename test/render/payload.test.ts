import { describe, expect, test } from 'vitest';
import type { ImageSpec, LayerName, SourceTexts } from '../../scripts/model/image-spec.ts';
import { planBuild } from '../../scripts/plan/build-plan.ts';
import { renderPayload, type RenderedFile } from '../../scripts/render/payload.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';
import { sampleFile, sampleHostFacts, sampleParameter, sampleSpec, webComponent } from '../support/sample-spec.ts';

const WEB = 'packer/components/web';
const TEXTS: SourceTexts = new Map([
  ['packer/run-layer.sh', 'run\n'],
  ['packer/seal.sh', 'seal\n'],
  ['packer/lib/log.sh', 'log\n'],
  [`${WEB}/install.sh`, 'install\n'],
  [`${WEB}/app.sh`, 'app\n'],
  [`${WEB}/configure.sh`, 'configure\n'],
  [
    `${WEB}/files/etc/web.conf.hbs`,
    'workers {{word params.workers}}; user {{word facts.nginxUser}}; # {{yaml distro.title}} {{word image}} {{word role}} {{word loginUser}} {{word components.base}}\n',
  ],
  [`${WEB}/files/usr/local/bin/web`, '{{ shipped as written }}\n'],
  [`${WEB}/requirements.lock`, 'lock\n'],
]);

function payload(
  layerName: LayerName,
  { spec = sampleSpec(), texts = TEXTS }: { readonly spec?: ImageSpec; readonly texts?: SourceTexts } = {},
): readonly RenderedFile[] {
  const { layers } = planBuild(spec, sampleHostFacts(), { base: 'auto', specDigest: '' });
  const layer = layers.find(({ name }) => name === layerName);
  if (layer === undefined) throw new Error(`no layer ${layerName}`);
  return renderPayload({ spec, layer, texts });
}
const pathsOf = (files: readonly RenderedFile[]): readonly string[] => files.map(({ path }) => path).toSorted();
const textAt = (files: readonly RenderedFile[], path: string): string | undefined => files.find((file) => file.path === path)?.text;
const withFile = (target: string, text: string): Parameters<typeof payload>[1] => {
  const source = `${WEB}/files/x.hbs`;
  return {
    spec: sampleSpec({ components: [webComponent({ files: [sampleFile(target, { source, template: true })] })] }),
    texts: new Map([...TEXTS, [source, text]]),
  };
};

describe('a payload', () => {
  const library = ['guest.env', 'layer', 'lib/log.sh', 'run-layer.sh'];

  test('holds what its layer needs', () => {
    expect(pathsOf(payload('packages'))).toEqual([...library, 'packages.list', 'steps.list', 'steps/web/install.sh'].toSorted());
    expect(pathsOf(payload('app'))).toEqual([...library, 'steps.list', 'steps/web/app.sh'].toSorted());
    expect(pathsOf(payload('configure'))).toEqual(
      [...library, 'files.list', 'files/etc/web.conf', 'files/usr/local/bin/web', 'steps.list', 'steps/web/configure.sh'].toSorted(),
    );
    expect(pathsOf(payload('sealed'))).toEqual([...library, 'seal.sh'].toSorted());
  });

  test('says what to do in lists', () => {
    expect(textAt(payload('packages'), 'layer')).toBe('packages\n');
    expect(textAt(payload('packages'), 'packages.list')).toBe('curl\nless\nnginx\n');
    expect(textAt(payload('packages'), 'steps.list')).toBe('web\tsteps/web/install.sh\n');
    expect(textAt(payload('configure'), 'files.list')).toBe('0644\troot\troot\t/etc/web.conf\n0755\troot\troot\t/usr/local/bin/web\n');
    expect(textAt(payload('configure'), 'guest.env')).toContain("WEB_WORKERS='4'\n");
  });

  test('has scripts that can be run and data that cannot', () => {
    expect(
      payload('packages')
        .filter(({ mode }) => mode === 0o755)
        .map(({ path }) => path),
    ).toEqual(['lib/log.sh', 'run-layer.sh', 'steps/web/install.sh']);
    expect(payload('configure').find(({ path }) => path === 'files/usr/local/bin/web')?.mode).toBe(0o755);
  });

  test('is ours to blame for when a text is missing', () => {
    expect(() => payload('sealed', { texts: new Map() })).toThrow(
      expect.objectContaining({ code: 'BUG', what: expect.stringContaining('packer/lib/log.sh') as string }) as Error,
    );
  });
});

describe('files', () => {
  test('with holes see facts, names and the parameters of their own component', () => {
    expect(textAt(payload('configure'), 'files/etc/web.conf')).toBe('workers 4; user www-data; # "Testian 1" shop web tess true\n');
  });

  test('without holes are shipped as written', () => {
    expect(textAt(payload('configure'), 'files/usr/local/bin/web')).toBe('{{ shipped as written }}\n');
  });

  test('do not see parameters of other layers, nor what is not in their key', () => {
    const component = webComponent({
      parameters: [sampleParameter('WEB_A', { name: 'a', layers: ['packages'] })],
      files: [sampleFile('/etc/web.conf', { source: `${WEB}/files/x.hbs`, template: true })],
    });
    const spec = sampleSpec({ components: [component] });
    for (const hole of ['params.a', 'distro.packages', 'distro.state', 'mirrors']) {
      const texts = new Map([...TEXTS, [`${WEB}/files/x.hbs`, `\n{{yaml ${hole}}}`]]);
      expect(() => payload('configure', { spec, texts })).toThrow(
        expect.objectContaining({ what: expect.stringContaining(`${WEB}/files/x.hbs:2:`) as string }) as Error,
      );
    }
  });

  test.each(['etc/x', '/etc/../x', '/etc/./x', '/etc//x', '/etc/', '/', '/a\tb', '/a\nb'])('are not put at %j', (target) => {
    expect(() => payload('configure', withFile(target, ''))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });

  test('carry hostile parameters', () => {
    for (const value of HOSTILE_STRINGS) {
      const component = webComponent({
        parameters: [sampleParameter('WEB_WORKERS', { name: 'workers', value })],
        files: [sampleFile('/etc/web.json', { source: `${WEB}/files/x.hbs`, template: true })],
      });
      const files = payload('configure', {
        spec: sampleSpec({ components: [component] }),
        texts: new Map([...TEXTS, [`${WEB}/files/x.hbs`, '{{yaml params.workers}}']]),
      });
      expect(JSON.parse(textAt(files, 'files/etc/web.json') ?? '')).toBe(value);
    }
  });
});
