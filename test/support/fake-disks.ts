import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from '../../scripts/host/host.ts';
import type { Answer } from './fake-host.ts';

/** The project itself: its templates and scripts are read, never written. */
export const PROJECT_DIR = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');

/** What `qemu-img info` says of a whole disk. */
export const WHOLE_DISK = JSON.stringify({
  ...{ format: 'qcow2', 'virtual-size': 20 * 2 ** 30, 'actual-size': 300 * 2 ** 20 },
  'format-specific': { data: { 'compression-type': 'zstd' } },
});

/** Programs that make disks: a disk is a file with one line that says what it was made from. Answers given first win. */
export function fakeDisks(first: readonly Answer[] = []): readonly Answer[] {
  return [
    ...first,
    { command: 'packer version', stdout: 'Packer v1.6.6\n' },
    { command: 'packer build', stdout: 'null.layer: output will be in this color.\n==> null.layer: Running', effect: ([, , , hclDir = '']) => layOver(hclDir) },
    { command: 'qemu-img convert', effect: (argv) => writeFileSync(argv.at(-1) ?? '', `copy of (${textOf(argv.at(-2))})`) },
    { command: /^qemu-img (rebase|commit|check)/ },
    { command: 'qemu-img info', stdout: WHOLE_DISK },
    { command: 'mmdebstrap', effect: (_argv, { env }) => writeFileSync(env?.['DISK'] ?? '', 'bootstrapped') },
    {
      command: /^bash .*check-disk\.sh$/,
      effect: (_argv, { env }) => writeFileSync(join(env?.['WORK_DIR'] ?? '', 'packages.txt'), 'bash 5.2 amd64\nnginx 1.22 amd64\n'),
    },
    { command: /^bash .*clear-free-blocks\.sh$/, stdout: 'Free blocks hold no data\n' },
    {
      command: /^python3 -m pip download/,
      effect: (argv) => writeFileSync(join(argv[argv.indexOf('--dest') + 1] ?? '', 'django-5-py3-none-any.whl'), 'wheel'),
    },
    { command: 'ssh-keygen', effect: (argv) => writeFileSync(`${argv.at(-1)}.pub`, 'ssh-ed25519 AAAA ingot-build\n') },
    { command: 'git -C', exitCode: 128, stderr: 'fatal: not a git repository' },
    { command: 'tar' },
    { command: 'apt-config dump', stdout: 'Acquire::Retries "3";\n' },
  ];
}

/** The variables, or the builder's settings, of a generated template. */
export function settingsOf(hclDir: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(hclDir, 'image.pkr.hcl'), 'utf8');
  const variables = [...text.matchAll(/"([A-Z_]+)=([^"]*)"/g)];
  const settings = [...text.matchAll(/^ *(\w+) += "([^"]*)"/gm)];
  return new Map([...variables, ...settings].map(([, name = '', value = '']) => [name, value]));
}

/** Files as they are, but on a disk that never loses power: a test that bakes many times need not wait for each flush. */
export function unflushed(files: Files): Files {
  const writeText: Files['writeText'] = async (path, text, mode) => {
    await files.writeUnsynced(`${path}.unflushed.tmp`, text, mode);
    await files.rename(`${path}.unflushed.tmp`, path);
  };
  return { ...files, writeText, sync: () => Promise.resolve() };
}

/** Every file below a folder. */
export function filesBelow(dir: string): readonly string[] {
  return existsSync(dir)
    ? readdirSync(dir, { recursive: true, encoding: 'utf8' })
        .map((name) => join(dir, name))
        .filter((path) => statSync(path).isFile())
    : [];
}

function layOver(hclDir: string): void {
  const settings = settingsOf(hclDir);
  const parent = textOf(settings.get('PARENT_DISK') ?? settings.get('iso_url'));
  const outputDir = settings.get('output_directory');
  writeFileSync(
    settings.get('OUTPUT_DISK') ?? join(outputDir ?? '', settings.get('vm_name') ?? ''),
    `${settings.get('LAYER_NAME') ?? 'vm layer'} on (${parent})`,
  );
}

function textOf(path: string | undefined): string {
  return readFileSync(path ?? '', 'utf8');
}
