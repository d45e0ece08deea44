import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../boot/support/vm-session.ts';
import { enterGuest, type Guest } from './support/guest.ts';

const UNIT = 'life-broken';
const PROGRAM = 'life-broken-child';

/** Something on the machine breaks, and nobody has logged in: what the machine and its metrics say. */
describe('a failure', () => {
  let guest: Guest;

  const failedUnits = async (): Promise<readonly string[]> =>
    (await guest.metrics())
      .filter((line) => /^node_systemd_unit_state\{.*state="failed".*\} 1$/.test(line))
      .map((line) => /name="([^"]*)"/.exec(line)?.[1] ?? line);
  const programs = async (): Promise<readonly string[]> => (await guest.metrics()).filter((line) => /^ingot_programs?_/.test(line));
  const state = async (): Promise<string> => (await guest.attempt('systemctl is-system-running')).all;

  beforeAll(async () => {
    guest = await enterGuest();
  });

  afterAll(async () => {
    await guest?.attempt(
      `sudo rm -f /etc/systemd/system/${UNIT}.service /etc/supervisor/conf.d/${PROGRAM}.conf; sudo systemctl daemon-reload; sudo systemctl reset-failed`,
    );
    await guest?.attempt('sudo supervisorctl update');
    await guest?.close();
  });

  test('is none on a machine that nothing has happened to', async () => {
    expect(await failedUnits()).toEqual([]);
    expect(await state()).toBe('running');
  });

  test('of a unit makes the machine degraded, and the metrics name the unit', async () => {
    await guest.put(Buffer.from('[Service]\nType=oneshot\nExecStart=/bin/false\n'), `/tmp/${UNIT}.service`);
    await guest.run(`sudo install -m 0644 /tmp/${UNIT}.service /etc/systemd/system/ && sudo systemctl daemon-reload`);
    expect((await guest.attempt(`sudo systemctl start ${UNIT}`)).exitCode).toBe(1);
    expect(await state()).toBe('degraded');
    expect(await failedUnits()).toEqual([`${UNIT}.service`]);
  });

  test('is forgotten once the unit works', async () => {
    await guest.run(`sudo sed -i s,/bin/false,/bin/true, /etc/systemd/system/${UNIT}.service && sudo systemctl daemon-reload && sudo systemctl start ${UNIT}`);
    expect(await failedUnits()).toEqual([]);
    expect(await state()).toBe('running');
  });

  test('of a program that supervisor cannot keep running fails no unit, and the metrics name the program', async () => {
    const section = `[program:${PROGRAM}]\ncommand=/bin/false\nstartretries=0\n`;
    await guest.put(Buffer.from(section), `/tmp/${PROGRAM}.conf`);
    expect(await programs()).toEqual(['ingot_programs_down 0']);
    await guest.run(`sudo install -m 0644 /tmp/${PROGRAM}.conf /etc/supervisor/conf.d/ && sudo supervisorctl update`);
    await eventually('a program that was given up', guest.deadlineMs, 1000, async () =>
      (await guest.attempt(`sudo supervisorctl status ${PROGRAM}`)).all.includes('FATAL'),
    );
    expect(await programs()).toEqual([`ingot_program_running{program="${PROGRAM}"} 0`, 'ingot_programs_down 1']);
    expect(await state()).toBe('running');
  });
});
