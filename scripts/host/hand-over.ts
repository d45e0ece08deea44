import { spawn } from 'node:child_process';
import { BakeError } from '../errors.ts';
import type { Argv } from './host.ts';

const SIGNAL_STATUS = 128;

/** Gives our terminal to a program, such as ssh, until it ends: the one run that is not captured. Resolves with its exit status. */
export function handOver([program, ...args]: Argv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.once('error', (cause) =>
      reject(
        new BakeError('HOST_NOT_READY', {
          what: `The program ${program} cannot be run on this host`,
          fix: 'Run `npm run doctor` to see what is missing and how to get it',
          cause,
        }),
      ),
    );
    child.once('exit', (exitCode) => resolve(exitCode ?? SIGNAL_STATUS));
  });
}
