import { listTargets } from '../../scripts/config/list-targets.ts';
import { realProject } from '../support/real-project.ts';
import { testWithPacker } from '../support/validate-with-packer.ts';

const host = realProject();
testWithPacker(
  host,
  (await listTargets(host)).filter(({ state }) => state === 'ready'),
);
