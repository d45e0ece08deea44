import { describe, expect, test } from 'vitest';
import { readSerialLog, serialLogSize } from '../../scripts/tools/serial-log.ts';
import { fakeHost } from '../support/fake-host.ts';

describe('readSerialLog', () => {
  test('reads on from a place: a reboot does not see the boot before it', async () => {
    const host = fakeHost();
    const path = `${host.dir}/serial.log`;
    await host.files.writeText(path, 'first boot\n');
    const place = await serialLogSize(host, path);
    await host.files.appendText(path, 'second boot\n');
    await expect(readSerialLog(host, path, place)).resolves.toBe('second boot\n');
    await expect(readSerialLog(host, path)).resolves.toBe('first boot\nsecond boot\n');
  });

  test('a log that is not there yet is empty', async () => {
    const host = fakeHost();
    await expect(readSerialLog(host, `${host.dir}/none`)).resolves.toBe('');
  });

  test('bytes that are no text do no harm', async () => {
    const host = fakeHost();
    await host.files.writeText(`${host.dir}/log`, '....');
    await host.files.writeAt(`${host.dir}/log`, 0, Uint8Array.from([0xff, 0xfe, 0x00, 0x41]));
    await expect(readSerialLog(host, `${host.dir}/log`)).resolves.toContain('A');
  });
});
