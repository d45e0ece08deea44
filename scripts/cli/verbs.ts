import type { Command } from '../commands/command.ts';

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Loaded only when it is asked for, so that --help and small verbs start at once. */
  readonly load: () => Promise<Command>;
}

/** Every verb of the command line in the order of the help; the README's table is tested against it. */
export const VERBS: readonly Verb[] = [
  { name: 'doctor', summary: 'shows what this host has, lacks and can do', load: async () => (await import('../commands/doctor.ts')).doctor },
  { name: 'setup', summary: 'installs what this host lacks', load: async () => (await import('../commands/setup.ts')).setup },
  {
    name: 'generate',
    summary: 'writes the Packer, cloud-init and layer files of an image, nothing else',
    load: async () => (await import('../commands/generate.ts')).generateCommand,
  },
  {
    name: 'lock',
    summary: 'looks up the newest images of the vendors and shows what changed',
    load: async () => (await import('../commands/lock.ts')).lockCommand,
  },
  {
    name: 'rehearse',
    summary: 'runs the layers of a distro for real, from stand-ins for its packages',
    load: async () => (await import('../commands/rehearse.ts')).rehearseCommand,
  },
  { name: 'bake', summary: 'bakes, verifies and publishes one image', load: async () => (await import('../commands/bake.ts')).bakeCommand },
  { name: 'verify', summary: 'boots a disk in a throw-away overlay and checks it', load: async () => (await import('../commands/verify.ts')).verifyCommand },
  { name: 'debug', summary: 'boots what failed its verification once more, and logs in', load: async () => (await import('../commands/debug.ts')).debug },
  {
    name: 'prove',
    summary: 'breaks a copy of a good disk once for every check, and counts which checks notice',
    load: async () => (await import('../commands/prove.ts')).proveCommand,
  },
  {
    name: 'publish',
    summary: 'publishes an artifact that was baked and verified before',
    load: async () => (await import('../commands/publish.ts')).publishCommand,
  },
  {
    name: 'grade',
    summary: 'lets outside graders score a disk, against goals and the release before',
    load: async () => (await import('../commands/grade.ts')).gradeCommand,
  },
  { name: 'images', summary: 'lists releases and channels', load: async () => (await import('../commands/images.ts')).images },
  { name: 'launch', summary: 'boots a published image as a VM of your own', load: async () => (await import('../commands/launch.ts')).launchCommand },
  {
    name: 'export',
    summary: 'writes a published disk in the format of another hypervisor or cloud',
    load: async () => (await import('../commands/export.ts')).exportCommand,
  },
  { name: 'vms', summary: 'lists launched VMs', load: async () => (await import('../commands/vms.ts')).vms },
  { name: 'ssh', summary: 'logs in to a launched VM, or runs one command there', load: async () => (await import('../commands/ssh.ts')).ssh },
  { name: 'stop', summary: 'shuts a launched VM down and removes it', load: async () => (await import('../commands/stop.ts')).stop },
  { name: 'diff', summary: 'says what changed from one release to another', load: async () => (await import('../commands/diff.ts')).diffCommand },
  {
    name: 'verify-release',
    summary: 'checks who signed a release, and that every byte of it is what was signed',
    load: async () => (await import('../commands/verify-release.ts')).verifyReleaseCommand,
  },
  {
    name: 'rebuild',
    summary: 'bakes a release again, and compares the two disks file by file',
    load: async () => (await import('../commands/rebuild.ts')).rebuildCommand,
  },
  { name: 'promote', summary: 'points a channel at a release', load: async () => (await import('../commands/promote.ts')).promoteCommand },
  { name: 'rollback', summary: 'points a channel back at the release before', load: async () => (await import('../commands/rollback.ts')).rollbackCommand },
  { name: 'yank', summary: 'takes a release back, with a reason that readers see', load: async () => (await import('../commands/yank.ts')).yankCommand },
  { name: 'deprecate', summary: 'says until which day a release is to be used', load: async () => (await import('../commands/deprecate.ts')).deprecateCommand },
  { name: 'repair', summary: 'rebuilds a store’s index from its releases', load: async () => (await import('../commands/repair.ts')).repair },
  { name: 'prune', summary: 'removes what no channel, VM or recent bake uses', load: async () => (await import('../commands/prune.ts')).pruneCommand },
  {
    name: 'nightly',
    summary: 'bakes, verifies and publishes every image that changed, then prunes',
    load: async () => (await import('../commands/nightly.ts')).nightlyCommand,
  },
];
