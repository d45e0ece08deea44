import { WAIT_FOR_BOOT } from './guest-collector.ts';
import { frameMark } from './probe-results.ts';
import { probeCalls, probeFunctions, probeLanes, type NamedProbe, type ProbeScriptRequest } from './probe-script.ts';
import { shellWord } from '../model/shell-word.ts';

const AGENT_DIR = '/run/ingot-prove';
/** The guest's name of the second serial line. */
const LINE = '/dev/ttyS1';

export interface AgentRequest extends Omit<ProbeScriptRequest, 'probes'> {
  /** How long the guest may take to finish booting before the agent begins all the same. */
  readonly settleSeconds: number;
}

/**
 * A script for one login, after which the guest takes orders by a serial line: a saved state of the VM is a guest that waits for its next order, so that each
 * sabotage begins at once in an untouched machine, without a login, and also when it is the login that is broken.
 */
export function agentSetup(request: AgentRequest): string {
  const file = (name: string, text: string): string => `printf '%s' ${shellWord(text)} >${AGENT_DIR}/${name}\n`;
  return `set -uo pipefail
timeout ${request.settleSeconds} bash -c ${shellWord(WAIT_FOR_BOOT)} >/dev/null
rm -rf ${AGENT_DIR} && mkdir -m 0700 ${AGENT_DIR} || exit 70
${file('functions', probeFunctions(request))}\
${file('agent', agent(request.nonce))}\
systemctl stop ingot-prove.service 2>/dev/null
systemd-run -q --collect --unit=ingot-prove --setenv=HOME=/root --setenv=USER=root --setenv=LOGNAME=root bash ${AGENT_DIR}/agent || exit 71
# What comes before the line is open is lost, and the state that is saved next is the one that every order meets.
until [[ -e ${AGENT_DIR}/ready ]]; do
  systemctl is-active -q ingot-prove.service || exit 72
  sleep 0.2
done
`;
}

/** The line that ends each answer of the agent. */
export function answerEnd(nonce: string): string {
  return `${frameMark(nonce)}-answered`;
}

/** The order that breaks one thing and asks for it. */
export function sabotageOrder(saboteur: NamedProbe, probes: readonly NamedProbe[]): string {
  return order(probeCalls([saboteur, ...probes]));
}

/** The order that asks once more: some damage shows only after a moment. */
export function askAgainOrder(probes: readonly NamedProbe[]): string {
  return order(`sleep 3\n${probeCalls(probes)}`);
}

/** The order that asks a machine that nobody has touched. */
export function greenOrder(probes: readonly NamedProbe[], lanes: number): string {
  return order(probeLanes(probes, lanes));
}

/** What travels: how many bytes come, in eight digits and a newline, and the bytes. */
function order(text: string): string {
  const script = `. ${AGENT_DIR}/functions\n${text}`;
  return `${String(Buffer.byteLength(script)).padStart(8, '0')}\n${script}`;
}

function agent(nonce: string): string {
  return `stty -F ${LINE} raw -echo clocal
exec <>${LINE} >&0
: >${AGENT_DIR}/ready
# By number of characters: a read to the end of the line takes what has come behind it as well, and drops it.
while IFS= read -r -N 9 -u 0 bytes; do
  head -c "$((10#\${bytes:0:8}))" <&0 >${AGENT_DIR}/order
  bash ${AGENT_DIR}/order </dev/null 2>/dev/null
  printf '%s\\n' ${answerEnd(nonce)}
done
`;
}
