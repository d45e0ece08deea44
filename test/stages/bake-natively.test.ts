import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LayerName } from '../../scripts/model/image-spec.ts';
import { bakeNatively } from '../../scripts/stages/bake-natively.ts';
import type { DriverJob } from '../../scripts/stages/bake-layer.ts';
import { PROJECT_DIR, settingsOf } from '../support/fake-disks.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';
import { within } from '../support/recording-desk.ts';
import { driverJob } from './driver-job.ts';

interface Native {
  readonly host: FakeHost;
  readonly job: DriverJob;
  /** Where archives and lists stay between bakes. */
  readonly keptDir: string;
  /** What Packer was told. */
  readonly settings: ReadonlyMap<string, string>;
  readonly bake: (host?: FakeHost) => Promise<void>;
}

/** A layer; `inGuest` does what apt does to the folder that the guest sees. */
function nativeOf(name: LayerName, inGuest: (aptDir: string) => void = () => undefined): Native {
  const settings = new Map<string, string>();
  const host = fakeHost(
    [
      {
        command: 'packer build',
        effect: ([, , , hclDir = '']) => {
          for (const [variable, value] of settingsOf(hclDir)) settings.set(variable, value);
          inGuest(settings.get('APT_CACHE_DIR') ?? '');
          writeFileSync(settings.get('OUTPUT_DISK') ?? '', 'layer');
        },
      },
    ],
    { projectDir: PROJECT_DIR },
  );
  const job = driverJob(host, name);
  const keptDir = join(job.workspace.cacheDir, 'apt/testian-1');
  return { host, job, keptDir, settings, bake: (on = host) => within(on, (context) => bakeNatively(job, context)) };
}

function keep(keptDir: string, paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(keptDir, path, '..'), { recursive: true });
    writeFileSync(join(keptDir, path), `kept ${path}`);
  }
}

describe('bakeNatively', () => {
  test('gives the script the parent, the disk to write, the payload and a scratch folder', async () => {
    const { job, settings, bake } = nativeOf('configure');
    await bake();
    expect(Object.fromEntries(settings)).toMatchObject({
      ...{ LAYER_NAME: 'configure', PARENT_DISK: job.parentPath, OUTPUT_DISK: job.partialPath, PAYLOAD_DIR: job.payloadDir, WORK_DIR: job.workDir },
    });
    expect(settings.has('APT_CACHE_DIR')).toBe(false);
    expect(readFileSync(join(job.workDir, 'packer/image.pkr.hcl'), 'utf8')).toContain(`exec bash '${PROJECT_DIR}/packer/native-layer.sh'`);
    expect(readFileSync(job.partialPath, 'utf8')).toBe('layer');
  });

  test('lends the packages layer what earlier bakes fetched, by link', async () => {
    let seen: readonly string[] = [];
    const { keptDir, job, bake } = nativeOf('packages', (aptDir) => {
      seen = [...readdirSync(join(aptDir, 'archives')), ...readdirSync(join(aptDir, 'lists'))];
    });
    keep(keptDir, ['archives/less_1_amd64.deb', 'archives/lock', 'lists/first_InRelease', 'lists/auxfiles/x']);
    await bake();
    expect(seen.toSorted()).toEqual(['first_InRelease', 'less_1_amd64.deb', 'partial', 'partial'].toSorted());
    const lent = join(job.workDir, 'apt/archives/less_1_amd64.deb');
    expect(statSync(lent).ino).toBe(statSync(join(keptDir, 'archives/less_1_amd64.deb')).ino);
  });

  test('keeps what this bake fetched: all archives, and the newest lists only', async () => {
    const { keptDir, bake } = nativeOf('packages', (aptDir) => {
      for (const path of ['archives/nginx_1_amd64.deb', 'archives/lock', 'archives/partial/half.deb', 'lists/second_InRelease', 'lists/lock']) {
        writeFileSync(join(aptDir, path), `fetched ${path}`);
      }
    });
    keep(keptDir, ['archives/less_1_amd64.deb']);
    await bake();
    expect(readdirSync(join(keptDir, 'archives')).toSorted()).toEqual(['less_1_amd64.deb', 'nginx_1_amd64.deb']);
    expect(readdirSync(join(keptDir, 'lists'))).toEqual(['second_InRelease']);
  });

  test('lets two bakes keep the same package at once', async () => {
    const { host, keptDir, bake } = nativeOf('packages', (aptDir) => writeFileSync(join(aptDir, 'archives/nginx_1_amd64.deb'), 'mine'));
    keep(keptDir, ['archives/nginx_1_amd64.deb']);
    // The other bake kept it after this one had looked.
    const list = (dir: string): Promise<readonly string[]> => (dir === join(keptDir, 'archives') ? Promise.resolve([]) : host.files.list(dir));
    await bake({ ...host, files: { ...host.files, list } });
    expect(readdirSync(join(keptDir, 'archives'))).toEqual(['nginx_1_amd64.deb']);
  });

  test('keeps nothing of a bake that failed', async () => {
    const { host, job, keptDir } = nativeOf('packages');
    const failing = fakeHost([{ command: 'packer build', exitCode: 1 }], { projectDir: PROJECT_DIR });
    await expect(within({ ...host, run: failing.run }, (context) => bakeNatively(job, context))).rejects.toMatchObject({ code: 'BAKE_FAILED' });
    expect(readdirSync(join(keptDir, 'archives'))).toEqual([]);
  });
});
