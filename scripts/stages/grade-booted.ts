import { join } from 'node:path';
import { WAIT_FOR_BOOT } from '../checks/guest-collector.ts';
import { CLIENT_PORTS } from '../checks/outside-environment.ts';
import { noAnswer, READERS, type Answer } from '../checks/grade-answers.ts';
import type { Argv, Host, RunResult } from '../host/host.ts';
import type { Grader, WantedGrade } from '../model/grading.ts';
import { askLoginMethods, runOverSsh } from '../tools/ssh.ts';
import type { RunningGuest } from './boot-vm.ts';
import type { Stage } from './stage.ts';

export interface GuestToGrade {
  readonly wanted: readonly WantedGrade[];
  readonly guest: RunningGuest;
  readonly gradersDir: string;
  readonly scratchDir: string;
  /** How many times slower than the reference host: limits grow with it. */
  readonly slowness: number;
}

type Asking = (input: GuestToGrade, host: Host) => Promise<Answer>;

/** The audit of SSH comes last: it knocks so often that the guest may lock its caller out. */
const ASKING: readonly (readonly [Grader, Asking])[] = [
  ['lynis', askLynis],
  ['openssh', askOpenssh],
  ['nmap', askNmap],
  ['testssl', askTestssl],
  ['ssh-audit', askSshAudit],
];

const MINUTE_MS = 60_000;

/** Asks the graders that need a running machine: one from inside (pushed into the throw-away overlay, never into the image), the others as strangers. */
export const gradeBooted: Stage<GuestToGrade, ReadonlyMap<string, Answer>> = {
  name: 'grade-booted',
  title: 'Ask the graders that need a running machine',
  run: async (input, { host, say }) => {
    const answers = new Map<string, Answer>();
    await runOverSsh(host, input.guest.ssh, { command: WAIT_FOR_BOOT, timeoutMs: 10 * MINUTE_MS * input.slowness });
    for (const [grader, ask] of ASKING) {
      for (const { id, title } of input.wanted.filter((want) => want.grader === grader)) {
        say({ type: 'progress', stage: 'grade-booted', message: title });
        answers.set(id, await ask(input, host));
      }
    }
    return answers;
  },
};

const LYNIS_DIR = '/run/ingot-lynis';

async function askLynis({ guest, gradersDir, scratchDir, slowness }: GuestToGrade, host: Host): Promise<Answer> {
  const bundle = join(scratchDir, 'lynis.tar.gz');
  const parts = [
    '-C',
    join(gradersDir, 'usr/share/lynis'),
    'include',
    'db',
    '-C',
    join(gradersDir, 'usr/sbin'),
    'lynis',
    '-C',
    join(gradersDir, 'etc/lynis'),
    'default.prf',
  ];
  await host.run(['tar', '-czf', bundle, '--owner=root', '--group=root', ...parts]);
  const input = Buffer.from(await host.files.readBytes(bundle)).toString('base64');
  const unpack = `sudo -n sh -c 'mkdir -p ${LYNIS_DIR}/plugins && base64 -d | tar -xz -C ${LYNIS_DIR}'`;
  const pushed = await runOverSsh(host, guest.ssh, { command: unpack, input, timeoutMs: 5 * MINUTE_MS * slowness });
  if (pushed.exitCode !== 0) return noAnswer(`lynis could not be pushed into the guest: ${lastLine(pushed)}`);
  const audit = `cd ${LYNIS_DIR} && sh ./lynis audit system --quick --no-colors --quiet </dev/null >/dev/null 2>&1; cat /var/log/lynis-report.dat`;
  return answerOf('lynis', await runOverSsh(host, guest.ssh, { command: `sudo -n sh -c '${audit}'`, timeoutMs: 60 * MINUTE_MS * slowness }));
}

/** Not nmap: the SSH library of the one in Debian 12 has no message code that a server with encrypt-then-MAC alone would take. */
async function askOpenssh({ guest, slowness }: GuestToGrade, host: Host): Promise<Answer> {
  const result = await askLoginMethods(host, guest.ssh, 2 * MINUTE_MS * slowness);
  return answerOf('openssh', { ...result, stdout: result.stderr });
}

async function askNmap({ guest, slowness }: GuestToGrade, host: Host): Promise<Answer> {
  // A forwarded port has a number that says nothing: the script is told to run all the same (+).
  const argv: Argv = ['nmap', '-Pn', '-n', '-sT', '-p', String(portOf(guest, CLIENT_PORTS.https)), '--script', '+ssl-enum-ciphers', '127.0.0.1'];
  return answerOf('nmap', await host.run(argv, { reject: false, timeoutMs: 20 * MINUTE_MS * slowness, contain: true }));
}

async function askTestssl({ guest, scratchDir, slowness }: GuestToGrade, host: Host): Promise<Answer> {
  const report = join(scratchDir, 'testssl.json');
  await host.files.remove(report);
  const argv: Argv = [
    'testssl',
    '--quiet',
    '--color',
    '0',
    '--warnings',
    'off',
    '--jsonfile',
    report,
    `https://127.0.0.1:${portOf(guest, CLIENT_PORTS.https)}/`,
  ];
  const result = await host.run(argv, { reject: false, timeoutMs: 30 * MINUTE_MS * slowness, contain: true });
  if (!(await host.files.exists(report))) return noAnswer(`testssl wrote nothing: ${lastLine(result)}`);
  return result.timedOut ? noAnswer('it did not come to its end in time') : READERS.testssl(await host.files.readText(report));
}

async function askSshAudit({ guest, gradersDir, slowness }: GuestToGrade, host: Host): Promise<Answer> {
  const env = { PYTHONPATH: join(gradersDir, 'usr/lib/python3/dist-packages'), PYTHONDONTWRITEBYTECODE: '1' };
  const argv: Argv = ['python3', '-m', 'ssh_audit.ssh_audit', '-j', '--skip-rate-test', '-t', '60', '-p', String(portOf(guest, CLIENT_PORTS.ssh)), '127.0.0.1'];
  return answerOf('ssh-audit', await host.run(argv, { env, reject: false, timeoutMs: 10 * MINUTE_MS * slowness, contain: true }));
}

/** Graders say by their status what they found, so a status is no failure; a time-out is. */
function answerOf(grader: Grader, result: RunResult): Answer {
  if (result.timedOut) return noAnswer('it did not come to its end in time');
  const answer = READERS[grader](result.stdout);
  return answer.score === null && result.stderr.trim() !== '' ? noAnswer(`${answer.detail}: ${lastLine(result)}`) : answer;
}

function portOf({ hostPorts }: RunningGuest, guestPort: number): number {
  return hostPorts.get(guestPort) ?? 0;
}

function lastLine({ stdout, stderr }: RunResult): string {
  return `${stdout}\n${stderr}`.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
}
