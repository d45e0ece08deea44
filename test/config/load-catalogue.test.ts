import { describe, expect, test } from 'vitest';
import { loadSpec } from '../../scripts/config/load-spec.ts';
import { DISTRO, IMAGE, WEB, problemsOf, project, type ProjectFile } from './project.ts';

type Files = Readonly<Record<string, ProjectFile>>;

const LOCK = { id: 'tin-1', build: '2026', digest: { algorithm: 'sha256', hex: 'a'.repeat(64) }, signedBy: null, lockedOn: '2026-01-01' };
const CLOUD_IMAGE = { mirrors: ['tin'], index: { path: 'images/', entry: '{build}/' }, path: 'images/{build}/b.img', checksums: 'images/{build}/SHA256SUMS' };

const distro = (changes: object): Files => ({ 'config/distros/tin-1.yaml': { yaml: { ...DISTRO, ...changes } } });
const image = (changes: object): Files => ({ 'config/images/box.yaml': { yaml: { ...IMAGE, ...changes } } });
const web = (changes: object): Files => ({ 'packer/components/web/component.yaml': { yaml: { ...WEB, ...changes } } });
const check = (changes: object): Files => web({ checks: [{ ...WEB.checks[0], ...changes }] });
const parameter = (declaration: object): Files =>
  web({ parameters: { workerCount: { type: 'integer', default: 2, description: 'workers', ...declaration }, greeting: WEB.parameters.greeting } });
const MUTE = { check: 'web.answers', reason: 'slow on this distro', see: 'docs/x.md', until: '2026-12-31' };
const LINE = { item: 'It answers', checks: ['web.*'] };
const list = (items: readonly object[], changes: object = {}): Files => ({
  ...image({ checklist: 'list' }),
  'config/checklists/list.yaml': { yaml: { id: 'list', title: 'List', items, ...changes } },
});
const without = (value: object, key: string): object => Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));

/** What is written, and the lines that it is refused with: the whole list, so that nothing else is said. */
const TABLE: readonly (readonly [string, Files, readonly (string | RegExp)[]])[] = [
  // one file by itself
  [
    'a mistyped key, and not also as a missing one',
    distro({ family: undefined, familly: 'debian' }),
    [/tin-1.yaml:\d+: familly: unknown key "familly"; did you mean "family"\?$/],
  ],
  ['a key that is like no other', web({ zzzzzzz: 1 }), [/: zzzzzzz: unknown key "zzzzzzz"; known keys: summary, after, packages/]],
  ['a missing key', { 'config/images/box.yaml': { yaml: without(IMAGE, 'disk') } }, [/: disk: the key "disk" is missing; add it: the disk that comes out$/]],
  ['a number where a text belongs', distro({ version: 22.04 }), [/: version: expected a text, found the number 22.04; put it in quotes/]],
  [
    'a text where a number belongs',
    image({ disk: { virtualSizeMiB: '4096' } }),
    [/: disk.virtualSizeMiB: expected a whole number, found the text "4096"; size/],
  ],
  ['a map where a list belongs', image({ distros: { tin: 1 } }), [/: distros: expected a list, found a map of keys; ids of/]],
  [
    'an unquoted mode',
    web({ files: { '/etc/web/secret.conf': { mode: 600 } } }),
    [/: files\["\/etc\/web\/secret.conf"\].mode: expected a text, found the number 600; put it in quotes \(four octal digits/],
  ],
  ['a value outside its enum', distro({ state: 'redy' }), [/: state: "redy" is not allowed here; did you mean "ready"\? \(allowed: ready, facts\)$/]],
  ['an id with a blank', image({ distros: ['tin 1'] }), [/: distros\[0\]: "tin 1" does not have the right form; lower-case letters/]],
  ['a package that is an option', web({ packages: { debian: ['--force'] } }), [/: packages.debian\[0\]: "--force" does not have the right form/]],
  ['a package that apt would remove', web({ packages: { debian: ['sudo-'] } }), [/: packages.debian\[0\]: "sudo-" does not have/]],
  [
    'a suite with a second source line',
    distro({ repositories: [{ ...DISTRO.repositories[0], suite: 'x main\ndeb http://evil' }] }),
    [/: repositories\[0\].suite: "x main\\ndeb http:\/\/evil" does not have the right form/],
  ],
  [
    'a mirror with a password',
    { 'config/mirrors.yaml': { yaml: { mirrors: { tin: { url: 'https://a:b@c', description: 'd', environment: 'INGOT_MIRROR_TIN' } } } } },
    [/: mirrors.tin.url: .* no user name/],
  ],
  [
    'an expectation of no known kind',
    check({ guest: { run: 'x', expect: { equal: 'y' } } }),
    [/: checks\[0\].guest.expect.equal: unknown key "equal"; did you mean "equals"\?/],
  ],
  [
    'a mute of a check that there is not',
    distro({ mutes: [{ ...MUTE, check: 'web.answer' }] }),
    [/: mutes\[0\].check: there is no check "web.answer"; did you mean/],
  ],
  ['a check that is muted twice', distro({ mutes: [MUTE, MUTE] }), [/: mutes\[1\].check: the check "web.answers" is muted twice; keep one of them$/]],
  ['a mute without an end', distro({ mutes: [{ ...MUTE, until: undefined }] }), [/: mutes\[0\].until: the key "until" is missing/]],
  ['a mute without a reason', distro({ mutes: [{ ...MUTE, reason: '' }] }), [/: mutes\[0\].reason: /]],
  ['a mute of many checks', distro({ mutes: [{ ...MUTE, check: 'web.*' }] }), [/: mutes\[0\].check: "web.\*" does not have the right form/]],
  [
    'a known line that is no regular expression',
    check({ guest: { run: 'x', expect: { known: [{ line: 'kernel: (', reason: 'because of that', seen: '2026-11-29' }] } } }),
    [/: checks\[0\].guest.expect.known\[0\].line: /],
  ],
  [
    'a known line that nobody has looked at',
    check({ guest: { run: 'x', expect: { known: [{ line: 'kernel: x', reason: 'because of that' }] } } }),
    [/: checks\[0\].guest.expect.known\[0\].seen: the key "seen" is missing/],
  ],
  ['a check without a saboteur', check({ saboteur: undefined }), [/: checks\[0\].saboteur: the key "saboteur" is missing/]],
  [
    'a duplicate key',
    { 'config/profiles/mini.yaml': 'id: mini\ntitle: a\ncpus: 1\nmemoryMiB: 512\ndiskGiB: 4\ncpus: 2\n' },
    ['config/profiles/mini.yaml:6: (top): the key "cpus" is written twice in one place; keep one of them'],
  ],
  [
    'a syntax error',
    { 'config/profiles/mini.yaml': 'id: mini\ntitle: "a\n' },
    [/^config\/profiles\/mini.yaml:\d: \(top\): is not valid YAML: Missing closing "quote; mend/],
  ],
  ['an unknown tag', { 'config/profiles/mini.yaml': 'id: !!js/function x\n' }, [/mini.yaml:1: \(top\): is not valid YAML: Unresolved tag/]],
  [
    'two documents in a file',
    { 'config/profiles/mini.yaml': 'id: mini\n---\nid: mini\n' },
    [/mini.yaml:\d: \(top\): is not valid YAML: Source contains multiple documents/],
  ],
  [
    'an empty file',
    { 'config/profiles/mini.yaml': '' },
    ['config/profiles/mini.yaml:1: (top): expected a map of keys, found nothing; One size of a VM, for launch: config/profiles/<id>.yaml.'],
  ],
  ['a NUL byte in a value', image({ title: 'a\0b' }), [/box.yaml:\d+: title: contains a NUL byte; remove it/]],
  [
    'bytes that are no text',
    { 'config/profiles/mini.yaml': new Uint8Array([0xff, 0xfe, 0x00]) },
    [/^config\/profiles\/mini.yaml:1: \(top\): is not UTF-8 text/],
  ],
  ['a file that would be passed over', { 'config/distros/lead-2.yml': 'id: lead-2\n' }, [/^config\/distros\/lead-2.yml:1: .* ends in .yml; rename it/]],
  [
    'a file that is a folder',
    { 'config/profiles/mini.yaml': undefined, 'config/profiles/mini.yaml/x': '' },
    [/^config\/profiles\/mini.yaml:1: \(top\): is a directory, not a file/],
  ],

  // distros
  [
    'an id that is not the file’s name',
    distro({ id: 'tin-2' }),
    [/tin-1.yaml:1: id: the id "tin-2" is not the file's name; write id: tin-1, or rename the file/],
  ],
  [
    'an unknown mirror',
    distro({ repositories: [{ ...DISTRO.repositories[0], mirror: 'tim' }] }),
    [/: repositories\[0\].mirror: there is no mirror "tim"; did you mean "tin"\?/],
  ],
  [
    'an alias of two distros',
    { 'config/distros/lead-2.yaml': { yaml: { ...DISTRO, id: 'lead-2' } } },
    [/: aliases\[0\]: the alias "tin" already means lead-2; keep it in one place/],
  ],
  ['an alias that is a distro', distro({ aliases: ['tin-1'] }), [/: aliases\[0\]: the alias "tin-1" already means tin-1/]],
  [
    'a default base without its section',
    distro({ defaultBase: 'cloud-image' }),
    [/: defaultBase: the default base is cloud-image, but there is no section cloudImage/],
  ],
  [
    'a locked digest of the wrong length',
    { 'config/locks/tin-1.yaml': { yaml: { ...LOCK, digest: { algorithm: 'sha512', hex: 'a'.repeat(64) } } } },
    [/^config\/locks\/tin-1.yaml:\d+: digest.hex: a sha512 has 128 digits, found 64; write the lock anew: npm run lock/],
  ],
  [
    'a lock of nothing',
    { 'config/locks/tim-1.yaml': { yaml: { ...LOCK, id: 'tim-1' } } },
    [/^config\/locks\/tim-1.yaml:1: id: there is no distro "tim-1"; did you mean "tin-1"\?/],
  ],
  [
    'a key with two places in one',
    distro({ cloudImage: { ...CLOUD_IMAGE, signature: { path: 's', fingerprint: 'A'.repeat(40), keys: [{ keyring: '/k.gpg', file: 'config/keys/k.asc' }] } } }),
    [/: cloudImage.signature.keys\[0\]: a key has one place/],
  ],
  [
    'a key at an unknown mirror',
    distro({ cloudImage: { ...CLOUD_IMAGE, signature: { path: 's', fingerprint: 'A'.repeat(40), keys: [{ mirror: 'tim', path: 'k.asc' }] } } }),
    [/: cloudImage: there is no mirror "tim"; did you mean "tin"\?/],
  ],
  ['a base outside its mirror', distro({ cloudImage: { ...CLOUD_IMAGE, path: '../b.img' } }), [/: cloudImage.path: "..\/b.img" does not have the right form/]],
  [
    'a repository twice',
    distro({ repositories: [DISTRO.repositories[0], DISTRO.repositories[0]] }),
    [/: repositories\[1\].id: the repository "tinny" is described twice/],
  ],
  ['packages for an unknown component', distro({ packages: { wep: [] } }), [/: packages.wep: there is no component "wep"; did you mean "web"\?/]],
  [
    'a variable of two mirrors',
    {
      'config/mirrors.yaml': {
        yaml: {
          mirrors: {
            tin: { url: 'https://a', description: 'd', environment: 'INGOT_MIRROR_TIN' },
            b: { url: 'https://b', description: 'd', environment: 'INGOT_MIRROR_TIN' },
          },
        },
      },
    },
    [/: mirrors.b.environment: another mirror has the variable INGOT_MIRROR_TIN/],
  ],

  // images
  [
    'an unknown component',
    image({ roles: { small: { ...IMAGE.roles.small, components: ['web', 'wep'] } } }),
    [/: roles.small.components\[1\]: there is no component "wep"; did you mean "web"\? \(known: app, web\)/],
  ],
  [
    'a component twice',
    image({ roles: { small: { ...IMAGE.roles.small, components: ['web', 'web'] } } }),
    [/: roles.small.components\[1\]: the role names the component "web" twice/],
  ],
  ['an unknown distro', image({ distros: ['tin-1', 'tin-2'] }), [/: distros\[1\]: there is no distro "tin-2"; did you mean "tin-1"\?/]],
  [
    'an unknown profile',
    image({ roles: { small: { ...IMAGE.roles.small, profile: 'maxi' } } }),
    [/: roles.small.profile: there is no profile "maxi"; did you mean "mini"\?/],
  ],
  ['an unknown default role', image({ defaultRole: 'big' }), [/: defaultRole: there is no role "big"; known: small, full/]],
  ['parameters of an unknown role', image({ roleParameters: { smal: {} } }), [/: roleParameters.smal: there is no role "smal"; did you mean "small"\?/]],
  ['parameters of an unknown component', image({ parameters: { wep: {} } }), [/: parameters.wep: there is no component "wep"; did you mean "web"\?/]],
  [
    'parameters of a component that the role does not use',
    image({ roleParameters: { small: { app: {} } } }),
    [/: roleParameters.small.app: the role "small" does not use the component "app"/],
  ],
  [
    'parameters of a component that no role uses',
    { ...image({ parameters: { spare: {} } }), 'packer/components/spare/component.yaml': { yaml: { summary: 's', packages: {} } } },
    [/: parameters.spare: no role of this image uses the component "spare"/],
  ],
  [
    'an unknown parameter',
    image({ parameters: { web: { workerCnt: 2 } } }),
    [/: parameters.web.workerCnt: there is no parameter of web "workerCnt"; did you mean "workerCount"\?/],
  ],
  [
    'an inherited property as a parameter',
    image({ parameters: { web: { toString: 'x' } } }),
    [/: parameters.web.toString: there is no parameter of web "toString"; known: workerCount, greeting/],
  ],
  [
    'a value of another type',
    image({ parameters: { web: { workerCount: 'two' } } }),
    [/: parameters.web.workerCount: expected a value of type integer, found "two"; number of workers/],
  ],
  [
    'a value that is too large',
    image({ roleParameters: { full: { web: { workerCount: 65 } } } }),
    [/: roleParameters.full.web.workerCount: 65 is more than 64; number of workers/],
  ],
  ['a value that is too small', image({ parameters: { web: { workerCount: 0 } } }), [/: 0 is less than 1;/]],

  // components
  ['an unknown `after`', web({ after: ['ap'] }), [/: after\[0\]: there is no component "ap"; did you mean "app"\?/]],
  ['a component after itself', web({ after: ['web'] }), [/: after\[0\]: a component cannot come after itself/]],
  ['a default outside its own limits', parameter({ default: 5, maximum: 4 }), [/: parameters.workerCount.default: 5 is more than 4; workers/]],
  ['a default of another type', parameter({ default: true }), [/: parameters.workerCount.default: expected a value of type integer, found true/]],
  ['a default outside its enum', parameter({ enum: [1, 3] }), [/: parameters.workerCount.default: 2 is not allowed here; .*allowed: 1, 3/]],
  ['a pattern for a number', parameter({ pattern: '^2$' }), [/: parameters.workerCount.pattern: pattern says nothing about a parameter of type integer/]],
  [
    'a pattern that does not compile',
    parameter({ type: 'string', default: 'x', pattern: '(' }),
    [/: parameters.workerCount.pattern: "\(" is no regular expression: Unterminated group/],
  ],
  [
    'a default that does not match its pattern',
    parameter({ type: 'string', default: 'x', pattern: '^y$' }),
    [/: parameters.workerCount.default: "x" does not match \^y\$; workers/],
  ],
  [
    'an exception for a file that is not there',
    web({ files: { '/etc/web/secret.cfg': { mode: '0600' } } }),
    [/: files\["\/etc\/web\/secret.cfg"\]: files\/ holds nothing for "\/etc\/web\/secret.cfg"; did you mean "\/etc\/web\/secret.conf"/],
  ],
  [
    'an exception with ..',
    web({ files: { '/etc/../etc/shadow': { mode: '0600' } } }),
    [/: files\["\/etc\/..\/etc\/shadow"\]: .* is not an absolute, plain path/],
  ],
  ['an exception that is not absolute', web({ files: { 'etc/web/secret.conf': { mode: '0600' } } }), [/ is not an absolute, plain path/]],
  [
    'an empty exception',
    web({ files: { '/etc/web/secret.conf': {} } }),
    [/: files\["\/etc\/web\/secret.conf"\]: \{\} is empty; mode and owner of one shipped file/],
  ],
  [
    'a file from two sources',
    { 'packer/components/web/files/etc/web/secret.conf.hbs': 'x' },
    [/: files\["\/etc\/web\/secret.conf"\]: two files of files\/ would become "\/etc\/web\/secret.conf"; remove packer/],
  ],
  ['a file name with a tab', { 'packer/components/web/files/etc/a\tb': 'x' }, [/ the name of the file "\/etc\/a\\tb" has a control character/]],
  [
    'a symlink among the files',
    { 'packer/components/web/files/etc/link': { linkTo: '/etc/passwd' } },
    [/^packer\/components\/web\/files\/etc\/link:1: \(top\): is a symlink, not a file/],
  ],
  [
    'a symlink instead of files/',
    { 'packer/components/app/files': { linkTo: '../web/files' } },
    [/^packer\/components\/app\/files:1: \(top\): is a symlink, not a folder/],
  ],
  [
    'a dangling symlink as a script',
    { 'packer/components/web/install.sh': { linkTo: 'nowhere.sh' } },
    [/^packer\/components\/web\/install.sh:1: \(top\): is a symlink, not a file/],
  ],
  [
    'a binary among the files',
    { 'packer/components/web/files/etc/logo.png': new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0]) },
    [/^packer\/components\/web\/files\/etc\/logo.png:1: \(top\): is not UTF-8 text; components ship text only/],
  ],
  [
    'a text with a NUL among the files',
    { 'packer/components/web/files/etc/nul': 'a\0b' },
    [/^packer\/components\/web\/files\/etc\/nul:1: \(top\): is not UTF-8 text/],
  ],
  [
    'a script that no layer runs',
    { 'packer/components/web/instal.sh': 'x' },
    [/^packer\/components\/web\/instal.sh:1: \(top\): no layer runs a script of this name; did you mean "install.sh"\?/],
  ],
  [
    'a missing lock file',
    { 'packer/components/app/requirements.lock': undefined },
    [/^packer\/components\/app\/requirements.lock:1: \(top\): there is no such file; add it, or remove the line or folder that calls for it/],
  ],
  ['locks without app.sh', { 'packer/components/app/app.sh': undefined }, [/: locks: there are locks, but no app.sh/]],
  [
    'a lock outside its folder',
    { 'packer/components/app/component.yaml': { yaml: { summary: 's', packages: { debian: [] }, locks: [{ kind: 'pip', name: 'x', lock: '../../x' }] } } },
    [/: locks\[0\].lock: "..\/..\/x" does not have the right form/],
  ],
  [
    'an npm lock without manifest',
    {
      'packer/components/app/component.yaml': {
        yaml: { summary: 's', packages: { debian: [] }, locks: [{ kind: 'npm', name: 'x', lock: 'requirements.lock' }] },
      },
    },
    [/: locks\[0\]: an npm lock needs its manifest/],
  ],
  [
    'a lock twice',
    {
      'packer/components/app/component.yaml': {
        yaml: { summary: 's', packages: { debian: [] }, locks: [1, 2].map(() => ({ kind: 'pip', name: 'x', lock: 'requirements.lock' })) },
      },
    },
    [/: locks\[1\].name: another pip lock has the name "x"/],
  ],
  [
    'a folder without component.yaml',
    { 'packer/components/spare/install.sh': 'x' },
    ['packer/components/spare/component.yaml:1: (top): there is no such file; add it, or remove the line or folder that calls for it'],
  ],
  [
    'a folder whose name is no id',
    { 'packer/components/Spare_1/component.yaml': { yaml: { summary: 's', packages: {} } } },
    [/^packer\/components\/Spare_1:1: \(top\): the name of the folder is no component id/],
  ],
  [
    'a folder with the boot component’s id',
    { 'packer/components/first-boot/component.yaml': { yaml: { summary: 's', packages: {} } } },
    [/^packer\/components\/first-boot:1: \(top\): the id first-boot belongs to the folder cloud-init\//],
  ],
  [
    'a missing guest script',
    { 'packer/seal.sh': undefined },
    ['packer/seal.sh:1: (top): there is no such file; add it, or remove the line or folder that calls for it'],
  ],

  // checks
  ['a check that looks nowhere', check({ guest: undefined }), [/: checks\[0\]: the check looks nowhere; add at least one of sealed, guest, outside, console/]],
  ['a check id twice', web({ checks: [WEB.checks[0], WEB.checks[0]] }), [/: checks\[1\].name: another check has the id "web.answers"/]],
  [
    'an expectation with two keys',
    check({ guest: { run: 'x', expect: { exit: 0, empty: true } } }),
    [/: checks\[0\].guest.expect: expected exactly one key, found exit and empty; keep one of exit, equals/],
  ],
  ['an expectation with no key', check({ guest: { run: 'x', expect: {} } }), [/: checks\[0\].guest.expect: expected exactly one key, found none/]],
  [
    'an expectation that does not compile',
    check({ guest: { run: 'x', expect: { matches: '[' } } }),
    [/: checks\[0\].guest.expect.matches: "\[" is no regular expression: Unterminated character class/],
  ],
  [
    'a forbidden line that does not compile',
    check({ console: { forbid: '*' } }),
    [/: checks\[0\].console.forbid: "\*" is no regular expression: Nothing to repeat/],
  ],
  ['`empty: false`', check({ guest: { run: 'x', expect: { empty: false } } }), [/: checks\[0\].guest.expect.empty: expected true, found false/]],

  // checklists
  ['a checklist that is not there', image({ checklist: 'lst' }), [/box.yaml:\d+: checklist: there is no checklist "lst"; there are none$/]],
  ['a checklist whose id is not its file’s name', list([LINE], { id: 'other' }), [/list.yaml:1: id: the id "other" is not the file's name; write id: list/]],
  ['a line that stands on nothing', list([{ item: 'x', checks: [] }]), [/list.yaml:\d+: items\[0\].checks: /]],
  ['a line twice', list([LINE, LINE]), [/: items\[1\].item: the checklist has the line "It answers" twice; keep one/]],
  [
    'a pattern that means no check',
    list([{ item: 'x', checks: ['web.answers', 'web.anwers'] }]),
    [/: items\[0\].checks\[1\]: no component has a check "web.anwers"; did you mean "web.answers"\?/],
  ],
  [
    'a pattern of a component that is not there',
    list([{ item: 'x', checks: ['web.*', 'wob.*'] }]),
    [/: items\[0\].checks\[1\]: no component has a check "wob.\*"; did you mean "web"\?/],
  ],
  [
    'a shown check of another line',
    list([{ item: 'x', checks: ['web.*'], show: { Version: 'app.version' } }]),
    [/: items\[0\].show.Version: the line has no check "app.version"; there are none/],
  ],
  [
    'a line that no role has a check of',
    {
      ...list([{ item: 'x', checks: ['spare.*'] }]),
      'packer/components/spare/component.yaml': { yaml: { ...WEB, files: {}, parameters: {} } },
    },
    [/: items\[0\].checks: no role of the image box has a check of this line; name the component in a role, or other checks here/],
  ],

  // targets
  [
    'no package list for the family',
    distro({ family: 'el' }),
    [
      'packer/components/app/component.yaml:4: packages.el: there is no package list for the family el, which tin-1 needs; add el: [] here (empty when nothing is needed), or packages.app in config/distros/tin-1.yaml',
      /^packer\/components\/web\/component.yaml:2: packages.el: there is no package list/,
    ],
  ],
  [
    'a repository that the distro does not describe',
    web({ repositories: ['pgdg'] }),
    [/: repositories\[0\]: config\/distros\/tin-1.yaml describes no repository "pgdg"; known: tinny/],
  ],
  [
    'a file of two components',
    { 'packer/components/web/files/etc/motd': 'a', 'packer/components/app/files/etc/motd.hbs': 'b' },
    [
      /app\/component.yaml:1: files\["\/etc\/motd"\]: in the role "full" the component web ships "\/etc\/motd" too; remove packer\/components\/app\/files\/etc\/motd.hbs or packer\/components\/web\/files\/etc\/motd/,
    ],
  ],
  [
    'one variable for two parameters',
    web({
      parameters: {
        ...WEB.parameters,
        useTLS: { type: 'boolean', default: true, description: 'd' },
        useTls: { type: 'boolean', default: true, description: 'd' },
      },
    }),
    [/: parameters.useTls: the variable WEB_USE_TLS of guest.env already means something else/],
  ],
  [
    'a variable that a probe has already',
    {
      ...image({ roles: { small: { ...IMAGE.roles.small, components: ['ssh'] } } }),
      'packer/components/ssh/component.yaml': {
        yaml: { summary: 's', packages: { debian: [] }, parameters: { port: { type: 'integer', default: 22, description: 'd' } } },
      },
    },
    [/ssh\/component.yaml:\d+: parameters.port: the variable SSH_PORT of guest.env already means something else/],
  ],
  [
    'a component with parameters whose id begins with a digit',
    {
      'packer/components/7up/component.yaml': {
        yaml: { summary: 's', packages: { debian: [] }, parameters: { size: { type: 'integer', default: 1, description: 'd' } } },
      },
    },
    [/7up\/component.yaml:\d+: parameters: no variable can be named after "7up"/],
  ],

  // facts
  [
    'a script that asks for a fact which the distro lacks',
    { 'packer/components/web/configure.sh': { script: 'echo "$FACT_WEB_UNIT" "${FACT_OTHER:-x}"\n' } },
    [
      /tin-1.yaml:\d+: facts.FACT_WEB_UNIT: the fact "FACT_WEB_UNIT" is missing, which packer\/components\/web\/configure.sh asks for; add it to facts, or did .* mean FACT_WEB_USER\?$/,
    ],
  ],
  [
    'a template that asks for a fact which the distro lacks',
    { 'packer/components/web/files/etc/a.hbs': 'x {{word facts.nginxUser}} {{word facts.webUser}}\n' },
    [/: facts.nginxUser: the fact "nginxUser" is missing, which packer\/components\/web\/files\/etc\/a.hbs asks for; add it to facts$/],
  ],
  [
    'a check that asks for a fact which the distro lacks',
    check({ saboteur: { where: 'guest', run: 'systemctl stop "${FACT_SSH_UNIT}.service"' } }),
    [/: facts.FACT_SSH_UNIT: .* which packer\/components\/web\/component.yaml asks for; add it to facts$/],
  ],
  ['two facts with one variable', distro({ facts: { useTls: 'a', useTLS: 'b' } }), [/: facts.useTLS: another fact has the variable FACT_USE_TLS/]],
];

describe('a configuration is refused with exactly these lines', () => {
  test.each(TABLE)('%s', async (_, files, expected) => {
    const found = await problemsOf(loadSpec(project(files), { distro: 'tin' }));
    expect(found, found.join('\n')).toHaveLength(expected.length);
    for (const [index, line] of expected.entries()) {
      if (typeof line === 'string') expect(found[index]).toBe(line);
      else expect(found[index]).toMatch(line);
    }
  });
});

test('problems of all files come together, in reading order, each on one line', async () => {
  const found = await problemsOf(
    loadSpec(
      project({
        ...distro({ stat: 'ready' }),
        ...web({ sumary: 'x', checks: 5 }),
        'config/profiles/mini.yaml': 'id: mini\nid: mini\n',
        'packer/components/app/files/x': new Uint8Array([0xff]),
      }),
      { distro: 'nonsense' },
    ),
  );
  expect(found.map((line) => line.split(': ')[0]?.replace(/:\d+$/, ''))).toEqual([
    'config/distros/tin-1.yaml',
    'config/profiles/mini.yaml',
    'packer/components/app/files/x',
    'packer/components/web/component.yaml',
    'packer/components/web/component.yaml',
  ]);
  expect(found.filter((line) => !/^\S+:\d+: \S+: .+; .+$/.test(line) || line.includes('\n'))).toEqual([]);
});

test('a file that is not valid is not also unknown', async () => {
  const found = await problemsOf(loadSpec(project({ ...web({ summary: 1 }), ...distro({ state: 1 }), 'config/profiles/mini.yaml': 'x' }), { distro: 'tin' }));
  expect(found.filter((line) => line.includes('there is no'))).toEqual([]);
  expect(found).toHaveLength(3);
});
