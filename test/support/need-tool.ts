import { spawnSync } from 'node:child_process';

/** A test that needs a real program fails with the remedy when it is not there: it is never skipped silently. */
export function needTool(program: string, versionArgv: readonly string[] = ['--version']): void {
  if (spawnSync(program, versionArgv, { stdio: 'ignore' }).error === undefined) return;
  throw new Error(`This test needs the program ${program}, which is not on this machine. Run: npm run setup -- --yes (or: apt-get install ${program})`);
}
