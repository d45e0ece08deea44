import { consoleLines } from '../checks/console-lines.ts';
import type { DeclaredRow } from '../checks/declared-rows.ts';
import { unknownRow } from '../checks/evaluate.ts';
import { evaluateConsole } from '../checks/evaluate-console.ts';
import type { CheckRow } from '../model/check.ts';
import { MOST_SERIAL_BYTES, readSerialLog, serialLogSize } from '../tools/serial-log.ts';
import type { Stage } from './stage.ts';

/** Holds every rule about the console against all that the guest wrote, from power on to power off. */
export const readConsole: Stage<{ readonly serialPath: string; readonly declared: readonly DeclaredRow[] }, readonly CheckRow[]> = {
  name: 'console',
  title: 'Read the console',
  run: async ({ serialPath, declared }, { host }) => {
    const lines = consoleLines(await readSerialLog(host, serialPath), Number.POSITIVE_INFINITY);
    const sizeBytes = await serialLogSize(host, serialPath);
    return declared.map((row) => {
      const judged = evaluateConsole(row, lines);
      return sizeBytes > MOST_SERIAL_BYTES && judged.outcome === 'pass' ? unknownRow(row, tooMuch(sizeBytes)) : judged;
    });
  },
};

function tooMuch(sizeBytes: number): string {
  return `the guest wrote ${sizeBytes} bytes to its console, and the first ${MOST_SERIAL_BYTES} were read`;
}
