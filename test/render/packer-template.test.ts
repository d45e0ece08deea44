import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { BuildPlan } from '../../scripts/model/build-plan.ts';
import { planBuild } from '../../scripts/plan/build-plan.ts';
import { renderPacker, type NativeLayer, type VmLayer } from '../../scripts/render/packer-template.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';
import { needTool } from '../support/need-tool.ts';
import { sampleHostFacts, sampleSpec } from '../support/sample-spec.ts';

const DIR = 'templates/packer';
const templates = new Map(readdirSync(DIR).map((name) => [`${DIR}/${name}`, readFileSync(`${DIR}/${name}`, 'utf8')]));
const scratch = mkdtempSync(join(tmpdir(), 'ingot-packer-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const plan = (facts: Parameters<typeof sampleHostFacts>[0] = {}): BuildPlan =>
  planBuild(sampleSpec(), sampleHostFacts(facts), { base: 'auto', specDigest: '' });
const nativeLayer = (changes: Partial<NativeLayer> = {}): NativeLayer => ({
  name: 'packages',
  parentPath: '/cache/base.qcow2',
  outputPath: '/cache/packages.qcow2',
  payloadDir: '/run/payload',
  workDir: '/run/work',
  ...changes,
});
const native = (layers: readonly NativeLayer[], scriptPath = '/project/packer/native-layer.sh'): string =>
  renderPacker({ driver: 'native', plan: plan(), templates, scriptPath, layers })
    .map(({ text }) => text)
    .join('');
const vmLayer = (changes: Partial<VmLayer> = {}): VmLayer => ({
  parentPath: '/cache/base.qcow2',
  outputDir: '/run/out',
  diskName: 'layer.qcow2',
  payloadTarPath: '/run/payload.tar',
  seedDir: '/run/seed',
  privateKeyPath: '/run/key',
  serialPath: '/run/serial.log',
  sshTimeoutMinutes: 30,
  shutdownTimeoutMinutes: 15,
  shutdownCommand: 'sudo poweroff',
  runsAtShutdown: false,
  ...changes,
});
const vm = (facts: Parameters<typeof sampleHostFacts>[0] = {}, layer: VmLayer = vmLayer()): ReadonlyMap<string, string> =>
  new Map(renderPacker({ driver: 'vm', plan: plan({ driver: 'vm', ...facts }), templates, layer }).map(({ path, text }) => [path, text]));

describe('the native build', () => {
  test('runs the script once for each layer, in order', () => {
    const hcl = native([nativeLayer(), nativeLayer({ name: 'configure', parentPath: '/cache/packages.qcow2' })]);
    expect([...hcl.matchAll(/"LAYER_NAME=(\w+)"/g)].map(([, name]) => name)).toEqual(['packages', 'configure']);
    expect(hcl).toContain(`inline         = ["exec bash '/project/packer/native-layer.sh'"]`);
    expect(hcl).toContain('source "null" "layer"');
  });

  test('hands the script every hostile value literally, by a real Packer, or refuses it', () => {
    needTool('packer');
    const scriptPath = join(scratch, `print $(touch evil) 'env' "x".sh`);
    const dumpPath = join(scratch, 'dump');
    writeFileSync(scriptPath, 'env -0 >"$DUMP_PATH"\n');
    const carried = HOSTILE_STRINGS.filter((value) => !value.includes('{{'));
    const environment = { DUMP_PATH: dumpPath, ...Object.fromEntries(carried.map((value, index) => [`V${index}`, value])) };
    writeFileSync(join(scratch, 'image.pkr.hcl'), native([nativeLayer({ environment })], scriptPath));
    execFileSync('packer', ['build', '-color=false', join(scratch, 'image.pkr.hcl')], {
      cwd: scratch,
      env: { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: scratch, TMPDIR: scratch },
    });
    const seen = new Map(
      readFileSync(dumpPath, 'utf8')
        .split('\0')
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    );
    expect(carried.map((_, index) => seen.get(`V${index}`))).toEqual(carried);
    expect(readdirSync(scratch)).not.toContain('evil');
  });

  test.each(['/a{{x}}', '/a{{.Vars}}'])('refuses %j, which Packer would fill in', (outputPath) => {
    expect(() => native([nativeLayer({ outputPath })])).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
    expect(() => native([nativeLayer()], outputPath)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
  });

  test('refuses a variable that is none', () => {
    expect(() => native([nativeLayer({ environment: { 'A;id': '' } })])).toThrow(expect.objectContaining({ code: 'BUG' }) as Error);
  });
});

describe('the build in a VM', () => {
  const image = vm().get('image.pkr.hcl') ?? '';

  test.each([
    'disk_image       = true',
    'use_backing_file = true',
    'iso_url          = "/cache/base.qcow2"',
    'iso_checksum     = "none"',
    'disk_size        = "20480M"',
    'skip_compaction  = true',
    'disk_compression = false',
    'disk_discard       = "unmap"',
    'disk_detect_zeroes = "unmap"',
    'cd_files = ["/run/seed/user-data", "/run/seed/meta-data"]',
    'cd_label = "cidata"',
    'headless    = true',
    'memory      = 2048',
    '["-serial", "file:/run/serial.log"]',
    'ssh_timeout            = "30m"',
    'shutdown_command       = "sudo poweroff"',
  ])('says %s', (line) => {
    expect(image).toContain(line);
  });

  test('lets nobody but this host reach the build user', () => {
    expect(image).toContain('hostfwd=tcp:127.0.0.1:{{ .SSHHostPort }}-:22');
  });

  test('asks for the CPU that the accelerator can give', () => {
    expect(vm({ accelerator: 'tcg' }).get('image.pkr.hcl')).toMatch(/accelerator = "tcg"[^]*\["-cpu", "max,vendor=GenuineIntel,[^"]+"\]/);
    expect(vm({ accelerator: 'kvm' }).get('image.pkr.hcl')).toMatch(/accelerator = "kvm"[^]*\["-cpu", "host"\]/);
  });

  test('names the parent’s format to old Packers, and asks new ones for the plugin', () => {
    expect([...vm().keys()]).toEqual(['image.pkr.hcl']);
    expect(image).toContain('create = ["-F", "qcow2"]');
    const later = vm({ packerVersion: '1.10.0' });
    expect([...later.keys()].toSorted()).toEqual(['image.pkr.hcl', 'plugins.pkr.hcl']);
    expect(later.get('image.pkr.hcl')).not.toContain('qemu_img_args');
    expect(later.get('plugins.pkr.hcl')).toContain('github.com/hashicorp/qemu');
  });

  test('runs the layer before the shutdown, or leaves it to the shutdown', () => {
    expect(image).toContain('bash /run/ingot/payload/run-layer.sh');
    const last = vm({}, vmLayer({ runsAtShutdown: true })).get('image.pkr.hcl') ?? '';
    expect(last).toContain('payload.tar');
    expect(last).not.toContain('run-layer.sh');
    expect(last).not.toContain('rm -f /usr/sbin/policy-rc.d');
  });

  const paths: readonly (keyof VmLayer)[] = ['parentPath', 'outputDir', 'diskName', 'payloadTarPath', 'seedDir', 'privateKeyPath', 'serialPath'];
  test.each(paths)('refuses a %s that Packer would bend on the way to QEMU', (name) => {
    for (const path of ['/a,b', '/a?b', '/a#b', '/a%41', '/a*', '/[a]', '/a\\b', '/a\nb', '/a{{x}}']) {
      expect(() => vm({}, vmLayer({ [name]: path }))).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
    }
    expect(() => vm({}, vmLayer({ [name]: '/it\'s a "path" with $(x) and ünïcödé' }))).not.toThrow();
  });
});
