import { consoleLines } from '../checks/console-lines.ts';
import type { DeclaredRow } from '../checks/declared-rows.ts';
import { evaluateConsole } from '../checks/evaluate-console.ts';
import type { CheckRow } from '../model/check.ts';
import { readSerialLog } from '../tools/serial-log.ts';
import type { Stage } from './stage.ts';

/** Holds every rule about the console against all that the guest wrote, from power on to power off. */
export const readConsole: Stage<{ readonly serialPath: string; readonly declared: readonly DeclaredRow[] }, readonly CheckRow[]> = {
  name: 'console',
  title: 'Read the console',
  run: async ({ serialPath, declared }, { host }) => {
    const lines = consoleLines(await readSerialLog(host, serialPath));
    return declared.map((row) => evaluateConsole(row, lines));
  },
};
