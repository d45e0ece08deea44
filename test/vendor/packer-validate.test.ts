import { listTargets } from '../../scripts/config/list-targets.ts';
import { realProject } from '../support/real-project.ts';
import { testWithPacker } from '../support/validate-with-packer.ts';

/** The distros of no night: the contract test validates what is baked every night. */
const host = realProject();
testWithPacker(
  host,
  (await listTargets(host)).filter(({ state }) => state !== 'ready'),
);
