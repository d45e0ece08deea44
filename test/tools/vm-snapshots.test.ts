import { describe, expect, test } from 'vitest';
import { loadSnapshot, saveSnapshot } from '../../scripts/tools/vm-snapshots.ts';

const qemu = (answer: string) => {
  const lines: unknown[] = [];
  return {
    lines,
    qmp: {
      execute: (_command: string, args?: Readonly<Record<string, unknown>>) => (lines.push(args?.['command-line']), Promise.resolve(answer)),
      close: () => undefined,
    },
  };
};

describe('states of a VM', () => {
  test('are kept and taken back by name', async () => {
    const { lines, qmp } = qemu('');
    await saveSnapshot(qmp, 'first-boot');
    await loadSnapshot(qmp, 'first-boot');
    expect(lines).toEqual(['savevm first-boot', 'loadvm first-boot']);
  });

  test('a word of the monitor is a refusal', async () => {
    await expect(loadSnapshot(qemu('Error: no such snapshot\r\n').qmp, 'x')).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      details: ['Error: no such snapshot'],
    });
  });
});
