import { describe, expect, test } from 'vitest';
import { qcow2Dependence } from '../../scripts/checks/qcow2-header.ts';

function header(change: (view: DataView) => void = () => undefined): Uint8Array {
  const bytes = new Uint8Array(104);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x514649fb);
  view.setUint32(4, 3);
  change(view);
  return bytes;
}

describe('qcow2Dependence', () => {
  test('has nothing against a stand-alone qcow2, nor against another kind of file', () => {
    expect(qcow2Dependence(header())).toBeUndefined();
    expect(qcow2Dependence(new Uint8Array(512))).toBeUndefined();
    expect(qcow2Dependence(new Uint8Array(3))).toBeUndefined();
  });

  test.each<[string, (view: DataView) => void]>([
    ['has a backing file', (view) => view.setBigUint64(8, 65_536n)],
    ['is encrypted', (view) => view.setUint32(32, 2)],
    ['keeps its data in another file', (view) => view.setBigUint64(72, 4n)],
  ])('sees that a disk %s', (why, change) => {
    expect(qcow2Dependence(header(change))).toBe(why);
  });

  test('a header of version 2 has no features', () => {
    const old = header((view) => {
      view.setUint32(4, 2);
      view.setBigUint64(72, 4n);
    });
    expect(qcow2Dependence(old)).toBeUndefined();
  });
});
