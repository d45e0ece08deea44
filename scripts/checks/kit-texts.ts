import type { CheckRow } from '../model/check.ts';
import { shellWord } from '../model/shell-word.ts';

export interface KitScriptRequest {
  /** The VM's command line, as it was started, but for this folder. */
  readonly argv: readonly string[];
  readonly sshOptions: readonly string[];
  readonly sshPort: number;
  readonly loginUser: string;
}

/** A script that boots what failed once more and logs in. `-snapshot` keeps the disk and the overlay as they are. */
export function kitScript({ argv, sshOptions, sshPort, loginUser }: KitScriptRequest): string {
  const ssh = ['ssh', ...sshOptions, '-i', 'key', '-p', String(sshPort), '-l', loginUser, '127.0.0.1'].map(shellWord).join(' ');
  return `#!/usr/bin/env bash
# Why: boots what failed once more, on a throw-away copy, and logs in; the VM ends with the login.
# Needs: qemu-system-x86_64, ssh
set -euo pipefail
cd "$(dirname "$0")"
${argv.map(shellWord).join(' ')} -snapshot &
vm=$!
trap 'kill "$vm" 2>/dev/null || true' EXIT
echo "Booting; the console is written to $PWD/console-again.log"
until ${ssh} true </dev/null 2>/dev/null; do
  kill -0 "$vm"
  sleep 2
done
${ssh}
`;
}

export interface KitReadmeRequest {
  readonly imageId: string;
  readonly problem: string | undefined;
  readonly rows: readonly CheckRow[];
  readonly files: readonly string[];
  readonly kitDir: string;
  readonly kept: boolean;
}

/** The page that is read first: what failed, what is here, and the one line that logs in. */
export function kitReadme({ imageId, problem, rows, files, kitDir, kept }: KitReadmeRequest): string {
  const failed = rows.filter(({ outcome }) => outcome !== 'pass');
  return `# ${imageId} did not pass its verification

${problem === undefined ? '' : `${problem}.\n\n`}${failed.map(({ check, phase, outcome, found, hint }) => `- ${check} (${phase}): ${outcome}, found: ${found}. ${hint}\n`).join('')}
Boot it again and log in:

    bash ${shellWord(`${kitDir}/boot-and-login.sh`)}

${kept ? 'It starts from overlay.qcow2, the disk as this run left it.' : 'It starts from the disk as it was before this run; `--keep-failed` keeps what the run wrote.'}

Files: ${files.join(', ')}
`;
}
