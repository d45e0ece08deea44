import { join } from 'node:path';
import { inventoryProbe } from '../checks/inventory.ts';
import type { NamedProbe } from '../checks/probe-script.ts';
import type { Host } from '../host/host.ts';

/** The list of a disk is made by a script of its own, which shellcheck can read. */
export async function loadInventoryProbe({ files, facts }: Host): Promise<NamedProbe> {
  return inventoryProbe(await files.readText(join(facts.projectDir, 'packer/read-inventory.sh')));
}
