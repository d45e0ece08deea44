import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchDir, withLibrary } from './run-bash.ts';

/** Writes a file, runs shell on it as `$1`-less `file`, and gives back what became of it. */
function changed(text: string, shell: string, env: Readonly<Record<string, string>> = {}): string {
  const dir = scratchDir();
  writeFileSync(join(dir, 'file'), text);
  const said = withLibrary(shell, env, dir);
  expect(said.stderr).toBe('');
  expect(said.status).toBe(0);
  return readFileSync(join(dir, 'file'), 'utf8');
}

describe('set_line', () => {
  test('replaces the first match, drops the others, keeps the rest', () => {
    expect(changed('a=1\nb=2\n#a=3\na=4\n', `set_line file '^#?a=' 'a=9'`)).toBe('a=9\nb=2\n');
  });

  test('appends where nothing matches', () => {
    expect(changed('b=2\n', `set_line file '^a=' 'a=9'`)).toBe('b=2\na=9\n');
  });

  test('is the same when it runs twice, and takes a value literally', () => {
    const line = `a=\\1&"'$x`;
    const once = changed('a=1\n', `set_line file '^a=' "$LINE"`, { LINE: line });
    expect(once).toBe(`${line}\n`);
    expect(changed(once, `set_line file '^a=' "$LINE"`, { LINE: line })).toBe(once);
  });

  test('keeps the mode of the file', () => {
    const dir = scratchDir();
    writeFileSync(join(dir, 'file'), 'a=1\n', { mode: 0o640 });
    withLibrary(`set_line file '^a=' a=2`, {}, dir);
    expect(statSync(join(dir, 'file')).mode & 0o777).toBe(0o640);
  });
});

describe('boots_without', () => {
  const FSTAB = 'UUID=a / ext4 rw 0 1\nUUID=B /boot/efi vfat umask=0077 0 0\nUUID=c /boot/efi2 ext4 rw 0 2\n# UUID=d /boot/efi vfat rw 0 0\n';
  const BOOTS = FSTAB.replace('umask=0077', 'umask=0077,nofail,x-systemd.device-timeout=10min');

  test('the named file system alone may be late', () => {
    expect(changed(FSTAB, 'boots_without /boot/efi file')).toBe(BOOTS);
  });

  test('is the same when it runs twice; a machine without a table has nothing to change', () => {
    expect(changed(BOOTS, 'boots_without /boot/efi file; boots_without /boot/efi none')).toBe(BOOTS);
  });
});

describe('apparmor_enforce', () => {
  test.each([
    ['profile a /usr/bin/a flags=(complain) {', 'profile a /usr/bin/a {'],
    ['profile a /usr/bin/a flags=(complain,attach_disconnected, complain) {', 'profile a /usr/bin/a flags=(attach_disconnected) {'],
    ['profile a flags=(attach_disconnected, complain, mediate_deleted) {', 'profile a flags=(attach_disconnected,mediate_deleted) {'],
    ['  profile child flags=(complain,attach_disconnected mediate_deleted) {', '  profile child flags=(attach_disconnected mediate_deleted) {'],
    ['/usr/bin/complain flags=(attach_disconnected) {', '/usr/bin/complain flags=(attach_disconnected) {'],
    ['# flags=(complain)', '# flags=(complain)'],
  ])('%s', (line, expected) => {
    expect(changed(`abi <abi/4.0>,\n${line}\n}\n`, 'apparmor_enforce file')).toBe(`abi <abi/4.0>,\n${expected}\n}\n`);
  });
});

describe('ssh_keywords_out', () => {
  const dropIn = 'PermitRootLogin no\n# X11Forwarding\nMaxAuthTries 4\n';
  const kept = (main: string): string => changed(main, `printf '%s' "$DROP_IN" >ours; ssh_keywords_out ours file`, { DROP_IN: dropIn });

  test.each(['PermitRootLogin yes', '  permitrootlogin   prohibit-password', 'PermitRootLogin=yes', 'MaxAuthTries 6', 'PERMITROOTLOGIN yes'])(
    '%s goes',
    (line) => {
      expect(kept(`Port 22\n${line}\nUsePAM yes\n`)).toBe('Port 22\nUsePAM yes\n');
    },
  );

  test.each(['#PermitRootLogin yes', 'X11Forwarding yes', 'PermitRootLoginX yes', '', 'Include /etc/ssh/sshd_config.d/*.conf'])('%j stays', (line) => {
    expect(kept(`${line}\n`)).toBe(`${line}\n`);
  });
});

describe('ufw rules', () => {
  const rules = (shell: string): string =>
    changed('', `UFW_RULES=file; UFW_RULES6=file6; : >file6; ufw_no_rules ufw | write_file 0640 ./file; ufw_no_rules ufw6 | write_file 0640 ./file6; ${shell}`);

  test('an allowed port is written as ufw itself writes it', () => {
    expect(rules('firewall_allow 80')).toContain(
      '### RULES ###\n\n### tuple ### allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in\n-A ufw-user-input -p tcp --dport 80 -j ACCEPT\n\n### END RULES ###\n',
    );
  });

  test('rules keep their order, and IPv6 has chains of its own', () => {
    const text = rules('firewall_limit 22; firewall_allow 443; cat file6 >>file');
    expect(text.indexOf('--dport 22 ')).toBeLessThan(text.indexOf('--dport 443 '));
    expect(text).toContain('--hitcount 6 -j ufw-user-limit\n');
    expect(text).toContain('-A ufw6-user-input -p tcp --dport 22 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 -j ufw6-user-limit\n');
    expect(text).toContain('### tuple ### allow tcp 443 ::/0 any ::/0 in\n');
  });

  test('a range reaches one port, in IPv4 only', () => {
    const text = rules('firewall_allow 5432 10.0.0.0/8; cat file6 >>file');
    expect(text.match(/--dport 5432/g)).toHaveLength(1);
    expect(text).toContain('-A ufw-user-input -p tcp --dport 5432 -s 10.0.0.0/8 -j ACCEPT\n');
  });

  test('the file is one that the kernel would take: every table that is opened is committed', () => {
    expect(rules('true')).toMatch(/^\*filter\n[^]*\nCOMMIT\n$/);
  });
});

describe('packages_missing', () => {
  const missing = (installed: string, ...names: readonly string[]): string =>
    withLibrary(`dpkg-query() { printf '%s' "$INSTALLED"; }; packages_missing ${names.join(' ')}`, { INSTALLED: installed }).stdout;

  test('names what is not installed, whatever way it was asked for', () => {
    expect(missing('ii  curl\nii  libc6\nrc  nginx\nun  vim\n', 'curl', 'nginx', 'libc6:amd64', 'git=1:2', 'vim')).toBe('git\nnginx\nvim\n');
  });

  test('says nothing when all are there', () => {
    expect(missing('ii  curl\nhi  git\n', 'git', 'curl')).toBe('');
  });
});

describe('the arguments of a kernel that is installed in a chroot', () => {
  /** A system with an entry for each of two kernels and a rescue, of which the newest has these options. */
  function entries(options: string): string {
    const dir = scratchDir();
    mkdirSync(join(dir, 'entries'));
    for (const [name, text] of Object.entries({ '4.18.0-553.el8': options, '4.18.0-9.el8': 'root=UUID=old', '0-rescue-1': 'root=UUID=rescue' }))
      writeFileSync(join(dir, `entries/ffff-${name}.conf`), `title Linux\noptions ${options === '' ? '' : text}\n`);
    return dir;
  }

  test('are those of the newest kernel that is there, without variables of GRUB', () => {
    const dir = entries('root=UUID=new ro console=ttyS0 $tuned_params');
    expect(withLibrary('boot_arguments entries', {}, dir)).toEqual({ status: 0, stderr: '', stdout: 'root=UUID=new ro console=ttyS0\n' });
  });

  test('are none where all of them are a variable, and where there is no entry', () => {
    expect(withLibrary('boot_arguments entries', {}, entries('$kernelopts $tuned_params')).stdout.trim()).toBe('');
    expect(withLibrary('boot_arguments nowhere', {}, scratchDir())).toEqual({ status: 0, stderr: '', stdout: '' });
  });

  test('are written down for kernel-install while packages are installed, and taken away afterwards; a file of the base is left alone', () => {
    const dir = entries('root=UUID=new ro');
    const held = 'in_chroot() { true; }; boot_arguments() { echo root=UUID=new ro; }';
    expect(withLibrary(`${held}; boot_arguments_hold cmdline; cat cmdline; boot_loader_release; ls`, { INGOT_FAMILY: 'el' }, dir).stdout).toBe(
      'root=UUID=new ro\nentries\n',
    );
    writeFileSync(join(dir, 'cmdline'), 'mine\n');
    expect(withLibrary(`${held}; boot_arguments_hold cmdline; boot_loader_release; cat cmdline`, { INGOT_FAMILY: 'el' }, dir).stdout).toBe('mine\n');
  });
});

describe('program_knows', () => {
  const knows = (help: string, status = 0): number | null =>
    withLibrary(`exporter() { printf '%s\\n' "$HELP"; return ${status}; }; program_knows exporter collector.disable-defaults`, { HELP: help }).status;

  test.each(['      --collector.disable-defaults', '      --[no-]collector.disable-defaults  \n', '--collector.disable-defaults=true'])(
    '%j names it',
    (help) => {
      expect(knows(help)).toBe(0);
      expect(knows(help, 1)).toBe(0);
    },
  );

  test.each(['', '--collector.disable', '--collectorXdisable-defaults', '--collector.disable-defaults-not'])('%j does not', (help) => {
    expect(knows(help)).toBe(1);
  });
});

describe('packages_remove', () => {
  const DEBIAN = `dpkg-query() { case \${!#} in snapd) echo 'ii ' ;; held) echo 'hi ' ;; gone) echo 'rc ' ;; *) return 1 ;; esac; }; apt-get() { echo "apt-get \${*: -3}"; }`;
  const EL = `rpm() { [[ \${!#} == tuned ]]; }; dnf() { echo "dnf \${*: -3}"; }`;
  const remove = (family: string, fake: string, names: string): string =>
    withLibrary(`${fake}; printf '%s\\n' ${names} | packages_remove`, { INGOT_FAMILY: family }).stdout;

  test('takes out what is there, and asks for nothing else', () => {
    expect(remove('debian', DEBIAN, 'snapd absent held gone')).toBe('    taken out of the base: snapd held\napt-get purge snapd held\n');
    expect(remove('el', EL, 'rpcbind tuned')).toBe('    taken out of the base: tuned\ndnf --setopt=clean_requirements_on_remove=False remove tuned\n');
  });

  test('does nothing where none of them is there', () => {
    expect(remove('debian', DEBIAN, 'absent gone')).toBe('');
    expect(remove('el', EL, 'rpcbind')).toBe('');
  });
});

describe('packages_forget_keys', () => {
  const RPM = 'rpm() { echo "rpm $*"; [[ $1 != -q || $3 != *0badc0de ]]; }';

  test('takes the keys that were put in for this bake out of rpm’s ring, and leaves what is not there', () => {
    const dir = scratchDir();
    mkdirSync(join(dir, 'bake'));
    writeFileSync(join(dir, 'bake/passing-keys'), '9ab84a5c\n0badc0de\n');
    const said = withLibrary(`${RPM}; packages_forget_keys`, { INGOT_FAMILY: 'el', INGOT_PAYLOAD: dir }, dir);
    expect(said).toEqual({
      status: 0,
      stderr: '',
      stdout: 'rpm -q --quiet gpg-pubkey-9ab84a5c\nrpm -e --allmatches gpg-pubkey-9ab84a5c\nrpm -q --quiet gpg-pubkey-0badc0de\n',
    });
  });

  test('has nothing to do without such keys', () => {
    expect(withLibrary(`${RPM}; packages_forget_keys`, { INGOT_FAMILY: 'el', INGOT_PAYLOAD: scratchDir() })).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

test('a family that the library does not know is refused, not guessed', () => {
  const said = withLibrary('packages_refresh', { INGOT_FAMILY: 'arch' });
  expect(said.status).toBe(1);
  expect(said.stderr).toBe("ingot: packages_refresh: family 'arch' is not known (debian, el)\n");
});
