import { cpus, homedir, totalmem, userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { interruptedError } from '../errors.ts';
import type { Clock, Host } from './host.ts';
import { localFiles } from './local-files.ts';
import { localNet } from './local-net.ts';
import { localRun, localSendSignal, localStart } from './local-processes.ts';

/** The machine that we are on. */
export function localHost({
  interrupted,
  projectDir,
  env,
}: {
  readonly interrupted: AbortSignal;
  readonly projectDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Host {
  const isRoot = process.getuid?.() === 0;
  return {
    run: localRun(interrupted, isRoot),
    start: localStart(),
    sendSignal: localSendSignal,
    files: localFiles,
    clock: localClock(interrupted),
    net: localNet,
    interrupted,
    facts: {
      platform: process.platform,
      arch: process.arch,
      cpus: cpus().length,
      memoryMiB: Math.floor(totalmem() / 2 ** 20),
      isRoot,
      userName: userInfo().username,
      homeDir: homedir(),
      pid: process.pid,
      env,
      projectDir,
    },
  };
}

function localClock(interrupted: AbortSignal): Clock {
  return {
    monotonicMs: () => performance.now(),
    now: () => new Date(),
    sleep: async (ms) => {
      try {
        await delay(ms, undefined, { signal: interrupted });
      } catch (error) {
        throw interruptedError(error);
      }
    },
    pause: (ms) => delay(ms),
  };
}
