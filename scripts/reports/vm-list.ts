import { table } from './table.ts';

/** A launched VM as its owner sees it. */
export interface ShownVm {
  readonly name: string;
  readonly reference: string;
  readonly state: string;
  readonly sshPort: number;
  readonly forwards: readonly { readonly host: number; readonly guest: number }[];
  readonly urls: readonly string[];
  readonly sshCommand: string;
}

/** What someone who has just launched a VM wants to paste. */
export function vmCard(vm: ShownVm): string {
  const rows = [
    ['ssh', vm.sshCommand],
    ...vm.urls.map((url) => ['page', url]),
    ...vm.forwards.map(({ host, guest }) => ['port', `127.0.0.1:${host} → ${guest}`]),
    ['stop', `npm run stop -- ${vm.name}`],
  ];
  return `${vm.name} runs ${vm.reference}\n${table(rows).join('\n')}\n`;
}

/** All launched VMs, one a line. */
export function vmList(vms: readonly ShownVm[]): string {
  if (vms.length === 0) return 'No VM. Launch one: npm run launch -- debian\n';
  const rows = vms.map(({ name, state, reference, sshPort, urls }) => [name, state, reference, sshPort === 0 ? '-' : `ssh ${sshPort}`, urls.join(' ')]);
  return `${table([['name', 'state', 'image', 'login', 'pages'], ...rows], { indent: '', widest: 80 }).join('\n')}\n`;
}
