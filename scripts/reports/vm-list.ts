import { table } from './table.ts';

/** A launched VM as its owner sees it. */
export interface ShownVm {
  readonly name: string;
  readonly reference: string;
  readonly state: string;
  readonly sshPort: number;
  readonly forwards: readonly { readonly host: number; readonly guest: number }[];
  readonly urls: readonly string[];
  readonly privateNetwork?: { readonly network: string; readonly address: string };
  readonly sshCommand: string;
}

/** What someone who has just launched a VM wants to paste. */
export function vmCard(vm: ShownVm): string {
  const rows = [
    ['ssh', vm.sshCommand],
    ...vm.urls.map((url) => ['page', url]),
    ...(vm.privateNetwork === undefined ? [] : [['private', `${vm.privateNetwork.address} in ${vm.privateNetwork.network}`]]),
    ...vm.forwards.map(({ host, guest }) => ['port', `127.0.0.1:${host} → ${guest}`]),
    ['stop', `npm run stop -- ${vm.name}`],
  ];
  return `${vm.name} runs ${vm.reference}\n${table(rows).join('\n')}\n`;
}

/** All launched VMs, one a line. */
export function vmList(vms: readonly ShownVm[]): string {
  if (vms.length === 0) return 'No VM. Launch one: npm run launch -- debian\n';
  const rows = vms.map(({ name, state, reference, sshPort, privateNetwork, urls }) => [
    ...[name, state, reference, sshPort === 0 ? '-' : `ssh ${sshPort}`],
    privateNetwork === undefined ? '-' : `${privateNetwork.address} in ${privateNetwork.network}`,
    urls.join(' '),
  ]);
  return `${table([['name', 'state', 'image', 'login', 'private', 'pages'], ...rows], { indent: '', widest: 80 }).join('\n')}\n`;
}
