import { examineHost } from '../stages/examine-host.ts';
import { EXIT_STATUS } from '../errors.ts';
import { askedDistros } from '../config/asked-distros.ts';
import { listDistros } from '../config/list-distros.ts';
import { endedDistro } from '../plan/life-cycle.ts';
import { endedSupportLines } from '../reports/ended-support.ts';
import { hostTable } from '../reports/host-table.ts';
import { defineCommand } from './command.ts';
import { CACHE } from './shared-options.ts';

/** Shows what this host has, lacks and can do, before anyone waits for a bake. */
export const doctor = defineCommand({
  options: {
    driver: { kind: 'choice', choices: ['auto', 'native', 'vm'], default: 'auto', help: 'whose needs to look at' },
    distro: { kind: 'list', value: 'ID', help: 'distros whose packages are to be checked here (default: all that are ready)' },
    cache: CACHE,
  },
  run: async ({ values, desk, places }) => {
    const distros = await askedDistros(desk.host, values.distro);
    const { report, acceleration } = await examineHost(desk, { driver: values.driver, distros, dir: places.cacheDir });
    const today = desk.host.clock.now().toISOString().slice(0, 10);
    const ended = (await listDistros(desk.host)).flatMap((distro) => endedDistro(distro, today) ?? []);
    const text = `${endedSupportLines(ended)}${hostTable(report, acceleration, values.distro)}`;
    return { document: { ...report, acceleration, ended }, text, exitStatus: report.ready ? 0 : EXIT_STATUS.HOST_NOT_READY };
  },
});
