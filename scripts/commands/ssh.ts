import { sshInto } from '../pipelines/manage-vms.ts';
import { defineCommand, given } from './command.ts';

/** The way in without remembering a port or a key. */
export const ssh = defineCommand({
  positionals: [
    { name: 'NAME', required: false, help: 'the VM (default: the only one that runs)' },
    { name: 'COMMAND', required: false, many: true, help: 'what to run there instead of a shell; put a lone -- before it' },
  ],
  options: {},
  examples: ['npm run ssh', 'npm run ssh -- my-vm -- systemctl --failed'],
  run: async ({ positionals: [name, ...command], desk }) => {
    const argv = await sshInto(desk, { ...given({ name }), command });
    return { document: { kind: 'SshCommand', schemaVersion: 1, argv }, text: '', handOver: argv };
  },
});
