import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bash, PROJECT, scratchDir } from './run-bash.ts';

const COMPONENT = join(PROJECT, 'packer/components/base-system/component.yaml');
const { guestFunctions } = parse(readFileSync(COMPONENT, 'utf8')) as { guestFunctions: string };

/** What `exposure` says on a machine whose systemd has this version, judges like this, and runs a unit with these properties. */
function exposure(version: number, judged: string, properties: string): string {
  const shell = `systemctl() { case $1 in --version) echo "systemd $VERSION ($VERSION-1)" ;; show) printf '%s' "$PROPERTIES" ;; esac; }
    systemd-analyze() { [[ -n $JUDGED ]] || { echo 'Unknown operation security.' >&2; return 1; }; printf '%s\\n' "$JUDGED"; }
    ${guestFunctions}
    set +e
    exposure web.service`;
  const said = bash(shell, { VERSION: String(version), JUDGED: judged, PROPERTIES: properties }, scratchDir());
  expect(said).toMatchObject({ status: 0, stderr: '' });
  return said.stdout;
}

describe('exposure', () => {
  test.each(['→ Overall exposure level for web.service: 1.9 OK :-)', '  NAME DESCRIPTION\n\n→ Overall exposure level for web.service: 1.9 OK 🙂'])(
    'is what systemd says: %j',
    (judged) => {
      expect(exposure(252, judged, '')).toBe('1.9\n');
    },
  );

  test('is the number of rights that are left, where systemd cannot judge', () => {
    const shown = (left: number): string => Array.from({ length: 9 }, (_, at) => `Right${at}=${at < left ? 'no' : 'yes'}\n`).join('');
    expect(exposure(239, '', shown(2))).toBe('2\n');
    expect(exposure(239, '', shown(0))).toBe('0\n');
  });

  test('is unknown where it does not answer for every right', () => {
    expect(exposure(239, '', '')).toBe('\n');
    expect(exposure(239, '', 'NoNewPrivileges=yes\nProtectHome=yes\n')).toBe('\n');
  });

  test('is unknown where it could judge and does not', () => {
    expect(exposure(252, '', 'NoNewPrivileges=yes\n')).toBe('\n');
  });
});
