import { describe, expect, test } from 'vitest';
import { withLibrary } from './run-bash.ts';

/** The rules of both ufw files after some calls. */
function ufw(shell: string): string {
  const said = withLibrary(
    `UFW_RULES=./file4 UFW_RULES6=./file6; ufw_no_rules ufw >file4; ufw_no_rules ufw6 >file6; ${shell}; grep -hE '^(-A ufw6?-user-input|### tuple)' file4 file6 || true`,
  );
  expect(said.stderr).toBe('');
  return said.stdout;
}

/** What firewalld is told, and what it would be told where it does not run. */
function firewalld(shell: string, state: { readonly runs: boolean; readonly rules?: string }): readonly string[] {
  const stubs = `
    in_chroot() { false; }
    say_call() { case "$*" in *--state*) ${state.runs};; *--list-rich-rules*) printf '%s' "$RULES";; *) printf '%s\\n' "$*" >>calls;; esac; }
    firewall-cmd() { say_call cmd "$@"; }
    firewall-offline-cmd() { say_call offline "$@"; }`;
  const said = withLibrary(`: >calls; ${stubs}\n${shell}; cat calls`, { INGOT_FAMILY: 'el', RULES: state.rules ?? '' });
  expect(said.stderr).toBe('');
  return said.stdout.trim().split('\n');
}

describe('ufw', () => {
  test('a range opens its own family alone', () => {
    const rules = ufw('firewall_allow 22 10.9.0.0/16; firewall_allow 22 fd00::/48');
    expect(rules.split('\n').filter((line) => line.startsWith('-A'))).toEqual([
      '-A ufw-user-input -p tcp --dport 22 -s 10.9.0.0/16 -j ACCEPT',
      '-A ufw6-user-input -p tcp --dport 22 -s fd00::/48 -j ACCEPT',
    ]);
    expect(rules).toContain('### tuple ### allow tcp 22 ::/0 any fd00::/48 in\n');
  });

  test('a limit from a range limits that range', () => {
    expect(ufw('firewall_limit 22 10.9.0.0/16')).toContain('-A ufw-user-input -p tcp --dport 22 -s 10.9.0.0/16 -j ufw-user-limit-accept\n');
  });

  test('ports are forgotten in both families, and what others wrote stays', () => {
    const theirs =
      'ufw_rule ./file4 "deny any any 0.0.0.0/0 any 192.0.2.66 in" "-s 192.0.2.66 -j DROP"; firewall_allow 8088; ufw_rule ./file4 "deny tcp 22 0.0.0.0/0 any 192.0.2.7 in" "-p tcp --dport 22 -s 192.0.2.7 -j DROP"';
    const ours = 'firewall_limit 22; firewall_allow 443; firewall_allow 5432 10.0.0.0/8';
    expect(ufw(`firewall_allow 22; ${theirs}; ${ours}; firewall_forget 22 443 5432`)).toBe(ufw(theirs));
  });

  test('the same calls give the same files, however often', () => {
    const again = 'firewall_forget 22 80; firewall_limit 22; firewall_allow 80';
    expect(ufw(`${again}; ${again}; ${again}`)).toBe(ufw(again));
  });

  test('nothing is loaded while an image is baked', () => {
    const said = withLibrary('in_chroot() { true; }; iptables() { echo loaded; }; iptables-restore() { echo loaded; }; firewall_load');
    expect(said).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('rules are loaded without taking the firewall down', () => {
    const stubs =
      'in_chroot() { false; }; UFW_RULES=/dev/null UFW_RULES6=/dev/null; for name in iptables iptables-restore ip6tables-restore ufw; do eval "$name() { echo $name \\"\\$@\\" >&2; }"; done';
    expect(withLibrary(`${stubs}; firewall_load`).stderr).toBe('iptables-restore -n\nip6tables-restore -n\n');
  });
});

describe('firewalld', () => {
  test('an absent one has its files written, a running one is asked and reloaded', () => {
    expect(firewalld('firewall_allow 443; firewall_load', { runs: false })).toEqual(['offline -q --zone=public --add-port=443/tcp']);
    expect(firewalld('firewall_allow 443; firewall_load', { runs: true })).toEqual(['cmd -q --permanent --zone=public --add-port=443/tcp', 'cmd -q --reload']);
  });

  test('a range is a rich rule of its family', () => {
    expect(firewalld('firewall_allow 22 10.9.0.0/16; firewall_limit 22 fd00::/48; firewall_limit 22', { runs: true })).toEqual([
      'cmd -q --permanent --zone=public --add-rich-rule=rule family=ipv4 source address=10.9.0.0/16 port port=22 protocol=tcp accept',
      'cmd -q --permanent --zone=public --add-rich-rule=rule family=ipv6 source address=fd00::/48 port port=22 protocol=tcp accept limit value=12/m',
      'cmd -q --permanent --zone=public --add-rich-rule=rule port port=22 protocol=tcp accept limit value=12/m',
    ]);
  });

  test('ports are forgotten with their rich rules, and what others wrote stays', () => {
    const ours = 'rule family="ipv4" source address="10.0.0.0/8" port port="5432" protocol="tcp" accept';
    const theirs =
      'rule family="ipv4" source address="192.0.2.66" port port="5432" protocol="tcp" reject\nrule family="ipv4" source address="10.0.0.0/8" port port="8088" protocol="tcp" accept\n';
    expect(firewalld('firewall_forget 5432', { runs: true, rules: `${ours}\n${theirs}` })).toEqual([
      'cmd -q --permanent --zone=public --remove-port=5432/tcp',
      `cmd -q --permanent --zone=public --remove-rich-rule=${ours}`,
    ]);
  });
});
