import { BakeError } from '../errors.ts';
import { VM_NAME_PATTERN } from '../model/release-name.ts';
import { digestOfText } from './digest.ts';

/** A VM's place on a network that only VMs see. */
export interface PrivateAddress {
  readonly network: string;
  /** With its prefix: 10.77.0.11/24. */
  readonly address: string;
}

/** The second card of a VM, as QEMU and the guest need it. */
export interface PrivateCard {
  readonly mac: string;
  readonly address: string;
  readonly group: string;
  readonly port: number;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

interface Member {
  readonly name: string;
  readonly privateNetwork?: PrivateAddress;
}

const TAKEN_RANGES = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'];
const FIRST_PORT = 20_000;
const PORTS = 2 ** 13;

/** A network without an address in it, or the other way round, is half a wish. */
export function bothOrNone(network: string | undefined, address: string | undefined): PrivateAddress | undefined {
  if (network === undefined && address === undefined) return undefined;
  if (network !== undefined && address !== undefined) return { network, address };
  throw new BakeError('USAGE', {
    what: `${network === undefined ? '--private-network NAME' : '--address CIDR'} is missing`,
    fix: 'Use both together, such as --private-network demo --address 10.77.0.11/24',
  });
}

/** Refuses a network or an address that no VM could use, before anything is started. */
export function checkPrivateAddress({ network, address }: PrivateAddress, reserved: readonly string[] = []): void {
  if (!VM_NAME_PATTERN.test(network))
    throw new BakeError('USAGE', {
      what: `${JSON.stringify(network.slice(0, 80))} is not a name that a private network can have`,
      fix: 'Use up to 63 small letters, digits, dots and dashes, such as --private-network demo',
    });
  const fault = addressFault(address, [...TAKEN_RANGES, ...reserved]);
  if (fault !== undefined)
    throw new BakeError('USAGE', {
      what: `--address ${JSON.stringify(address.slice(0, 80))} ${fault}`,
      fix: 'Give an IPv4 address of the VM and the size of its network, such as --address 10.77.0.11/24',
    });
}

/** Refuses an address that another VM of the network has, or that the others could not reach. */
export function checkNeighbours({ network, address }: PrivateAddress, vms: readonly Member[]): void {
  const others = vms.flatMap(({ name, privateNetwork }) => (privateNetwork?.network === network ? [{ name, address: privateNetwork.address }] : []));
  const twin = others.find((other) => ipOf(other.address) === ipOf(address));
  if (twin !== undefined)
    throw new BakeError('USAGE', {
      what: `${ipOf(address)} is the address of the VM ${twin.name} in the private network ${network}`,
      fix: `Give --address another one, or end that VM with \`npm run stop -- ${twin.name}\``,
    });
  const stranger = others.find((other) => rangeText(other.address) !== rangeText(address));
  if (stranger !== undefined)
    throw new BakeError('USAGE', {
      what: `The private network ${network} is ${rangeText(stranger.address)} (VM ${stranger.name}): ${address} is not in it`,
      fix: `Give --address one of ${rangeText(stranger.address)}, or --private-network another name`,
    });
}

/** What two VMs of one network must have in common, and what they must not, from the names alone: nobody has to hand anything out. */
export function privateCard({ network, address }: PrivateAddress, vmsDir: string): PrivateCard {
  const digest = digestOfText(JSON.stringify([vmsDir, network]));
  const byte = (at: number): number => Number.parseInt(digest.slice(2 * at, 2 * at + 2), 16);
  // 239.192.0.0/14 is for whoever is there (RFC 2365); the ports are below those that the kernel gives to clients.
  const group = ['239', 192 + (byte(0) % 4), byte(1), byte(2)].join('.');
  // 02: given by hand. The address in it makes it unique in its network, the digest unlike those of other networks.
  const mac = [2, byte(5), ...octetsOf(address)].map((octet) => octet.toString(16).padStart(2, '0')).join(':');
  return { mac, address, group, port: FIRST_PORT + ((byte(3) * 256 + byte(4)) % PORTS) };
}

function addressFault(address: string, taken: readonly string[]): string | undefined {
  const [, ip = '', size = ''] = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d{1,2})$/.exec(address) ?? [];
  if (ip === '') return 'is not an address with the size of its network';
  if (/(?:^|\.)0\d/.test(ip) || octetsOf(address).some((octet) => octet > 255)) return 'is not an IPv4 address';
  if (Number(size) < 8 || Number(size) > 30 || size.startsWith('0')) return 'is in a network of a size that cannot be used: /8 to /30';
  const { first, last } = rangeOf(address);
  if (numberOf(address) === first || numberOf(address) === last) return 'is the network itself or its broadcast address, not one machine';
  const clash = taken.find((range) => rangeOf(range).first <= last && first <= rangeOf(range).last);
  return clash === undefined ? undefined : `is in ${clash}, which has another use`;
}

function octetsOf(address: string): readonly number[] {
  return ipOf(address).split('.').map(Number);
}

function ipOf(address: string): string {
  return address.split('/')[0] ?? '';
}

function numberOf(address: string): number {
  return octetsOf(address).reduce((sum, octet) => sum * 256 + octet, 0);
}

function rangeOf(address: string): Range {
  const count = 2 ** (32 - Number(address.split('/')[1]));
  const first = Math.floor(numberOf(address) / count) * count;
  return { first, last: first + count - 1 };
}

function rangeText(address: string): string {
  const { first } = rangeOf(address);
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${octets.join('.')}/${address.split('/')[1]}`;
}
