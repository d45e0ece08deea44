import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadTemplates } from '../../scripts/stages/load-templates.ts';
import { PROJECT_DIR } from '../support/fake-disks.ts';
import { fakeHost } from '../support/fake-host.ts';

describe('loadTemplates', () => {
  test('reads the texts of both rooms, by their path from the project', async () => {
    const host = fakeHost();
    const texts = {
      'templates/packer/image.pkr.hcl.hbs': 'image',
      'templates/cloud-init/user-data.hbs': 'user',
      'templates/report/page.hbs': 'not for guests',
    };
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(host.dir, path)), { recursive: true });
      writeFileSync(join(host.dir, path), text);
    }
    expect([...(await loadTemplates(host))]).toEqual([
      ['templates/packer/image.pkr.hcl.hbs', 'image'],
      ['templates/cloud-init/user-data.hbs', 'user'],
    ]);
  });

  test('reads other rooms when they are asked for, and those alone', async () => {
    expect([...(await loadTemplates(fakeHost([], { projectDir: PROJECT_DIR }), ['ovf'])).keys()]).toEqual(['templates/ovf/image.ovf.hbs']);
  });

  test('finds the project’s own', async () => {
    const names = [...(await loadTemplates(fakeHost([], { projectDir: PROJECT_DIR }))).keys()];
    expect(names).toEqual(expect.arrayContaining(['templates/packer/image.pkr.hcl.hbs', 'templates/cloud-init/user-data.hbs']));
  });
});
