import type { WantedGrade } from '../model/grading.ts';
import type { NamedProbe } from './probe-script.ts';
import { shellWord } from '../model/shell-word.ts';

const SCAP_SECONDS = 240;
const CONTENT_DIR = 'usr/share/xml/scap/ssg/content';

export interface ProbeFacts {
  /** Where the graders' packages were unpacked. */
  readonly gradersDir: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** What has to be run beside a disk that is mounted, read-only, at $ROOT, for the graders that need no booted machine. */
export function diskGradeProbes(wanted: readonly WantedGrade[], { gradersDir, facts }: ProbeFacts): readonly NamedProbe[] {
  return wanted.flatMap((want) => {
    if (want.grader === 'openscap') return [{ name: want.id, run: scapCommand(want, gradersDir) }];
    if (want.grader === 'exposure') return [{ name: want.id, run: exposureCommand(facts[want.unitFact ?? ''] ?? '') }];
    return [];
  });
}

/**
 * Some versions of oscap stop for ever now and then, so it has a limit and a second try. It is given a clean environment because it reads
 * its own where it means the machine's. Exit 2 says that rules fail, which is an answer.
 */
function scapCommand({ content = '', profile = '' }: WantedGrade, gradersDir: string): string {
  const path = shellWord(`${gradersDir}/${CONTENT_DIR}/${content}`);
  // Probes are forks of one shell: $$ is the same in all of them.
  return `answer=$INGOT_SCRATCH/scap.$BASHPID
for try in 1 2; do
  timeout -k 5 ${SCAP_SECONDS} env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin OSCAP_PROBE_ROOT="$ROOT" \\
    oscap xccdf eval --progress-full --profile xccdf_org.ssgproject.content_profile_${profile} ${path} >"$answer" 2>"$answer.err"
  status=$?
  [[ $status == 0 || $status == 2 ]] && { cat "$answer"; exit 0; }
done
tail -1 "$answer.err" >&2
exit 1`;
}

function exposureCommand(unit: string): string {
  return `systemd-analyze security --offline=true --root="$ROOT" --no-pager ${shellWord(`${unit}.service`)} 2>&1 | tail -3`;
}
