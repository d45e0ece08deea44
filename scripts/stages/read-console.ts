import { consoleLines } from '../checks/console-lines.ts';
import { consoleRecord } from '../checks/console-record.ts';
import type { DeclaredRow } from '../checks/declared-rows.ts';
import { unknownRow } from '../checks/evaluate.ts';
import { evaluateConsole } from '../checks/evaluate-console.ts';
import type { CheckRow } from '../model/check.ts';
import type { VmRequest } from '../tools/qemu-system.ts';
import { MOST_SERIAL_BYTES, readSerialLog, serialLogSize } from '../tools/serial-log.ts';
import type { Stage } from './stage.ts';

export interface ConsoleToRead {
  readonly vm: Pick<VmRequest, 'serialPath' | 'accelerator'>;
  readonly declared: readonly DeclaredRow[];
}

/** Holds every rule about the console against all that the guest wrote, from power on to power off. */
export const readConsole: Stage<ConsoleToRead, readonly CheckRow[]> = {
  name: 'console',
  title: 'Read the console',
  run: async ({ vm: { serialPath, accelerator }, declared }, { host }) => {
    const record = consoleRecord(consoleLines(await readSerialLog(host, serialPath), Number.POSITIVE_INFINITY), accelerator);
    const sizeBytes = await serialLogSize(host, serialPath);
    return declared.map((row) => {
      const judged = evaluateConsole(row, record);
      return sizeBytes > MOST_SERIAL_BYTES && judged.outcome === 'pass' ? unknownRow(row, tooMuch(sizeBytes)) : judged;
    });
  },
};

function tooMuch(sizeBytes: number): string {
  return `the guest wrote ${sizeBytes} bytes to its console, and the first ${MOST_SERIAL_BYTES} were read`;
}
