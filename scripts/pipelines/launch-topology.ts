import { randomBytes } from 'node:crypto';
import { checkInstance } from '../config/load-instance.ts';
import { loadTopology } from '../config/load-topology.ts';
import { BakeError } from '../errors.ts';
import { planTopology, type PlannedMachine } from '../plan/topology.ts';
import { topologyFaults } from '../plan/topology-faults.ts';
import { splitReference } from '../plan/reference.ts';
import type { Desk } from '../stages/stage.ts';
import { atOnce } from '../store/at-once.ts';
import { openStore } from '../store/open-store.ts';
import { findVm, listVmFolders, removeVm } from '../store/vm-folders.ts';
import type { RunningVm } from './describe-vm.ts';
import { launch, type LaunchRequest } from './launch.ts';
import { resolveReference } from './resolve-reference.ts';

export interface TopologyRequest extends Pick<
  LaunchRequest,
  'storeLocation' | 'profile' | 'cpus' | 'memoryMiB' | 'sshKeyPath' | 'wait' | 'accelerator' | 'yanked'
> {
  readonly topology: string;
  /** Default: the topology's id. */
  readonly prefix?: string;
  /** A distro, and a channel or version: which releases. Default: the latest of the topology's own distro. */
  readonly reference?: string;
}

export interface RunningTopology {
  readonly name: string;
  readonly vms: readonly RunningVm[];
}

const SECRET_BYTES = 24;

/** Launches all machines of a topology, each told who the others are; when one fails, none is left. */
export async function launchTopology(desk: Desk, request: TopologyRequest): Promise<RunningTopology> {
  const { name: distro, selector = 'latest' } = splitReference(request.reference ?? '');
  const topology = await loadTopology(desk.host, { id: request.topology, faultsOf: topologyFaults, ...(distro === '' ? {} : { distro }) });
  const prefix = request.prefix ?? topology.id;
  await refuseRunning(desk, prefix);
  const secrets = Object.fromEntries(topology.secrets.map((name) => [name, randomBytes(SECRET_BYTES).toString('base64url')]));
  const machines = planTopology(topology, { prefix, secrets });
  for (const { name, instanceData } of machines) checkInstance(`the settings of ${name}, from config/topologies/${topology.id}.yaml`, instanceData);
  for (const { imageId } of machines) await assertPublished(desk, request.storeLocation, `${imageId}@${selector}`);
  const { topology: _id, prefix: _prefix, reference: _reference, ...shared } = request;
  const vms: RunningVm[] = [];
  const jobs = machines.map(({ imageId, ...own }) => async (): Promise<RunningVm> => {
    const vm = await launch(namedDesk(desk, own.name), {
      ...shared,
      ...profileOf(request, own),
      ...own,
      reference: `${imageId}@${selector}`,
      topology: prefix,
      startedTogether: machines.length,
      forwards: [],
    });
    vms.push(vm);
    return vm;
  });
  try {
    return { name: prefix, vms: await atOnce(bootsAtOnce(desk, request, machines.length), jobs) };
  } catch (error) {
    await Promise.all(vms.map(({ name }) => removeOrTell(desk, name)));
    throw error;
  }
}

/** Why the launch failed is what is told in the end: a machine that stays is only noted. */
async function removeOrTell({ host, say }: Desk, name: string): Promise<void> {
  try {
    await removeVm(host, await findVm(host, name));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say({ type: 'note', message: `${name} could not be removed (${why}): do it with \`npm run stop -- ${name}\`` });
  }
}

/** Who waits for the machines lets as many boot at a time as the host has processors for: a guest that gets too few gives up devices that are only late. */
function bootsAtOnce({ host }: Desk, { wait, cpus = 1 }: TopologyRequest, machines: number): number {
  return wait ? Math.max(1, Math.floor(host.facts.cpus / cpus)) : machines;
}

/** What was asked for on the command line goes before what the machine is made for. */
function profileOf({ profile }: TopologyRequest, machine: Pick<PlannedMachine, 'profile'>): { readonly profile?: string } {
  const chosen = profile ?? machine.profile;
  return chosen === undefined ? {} : { profile: chosen };
}

async function refuseRunning({ host }: Desk, prefix: string): Promise<void> {
  const there = (await listVmFolders(host)).filter(({ record, state }) => record.topology === prefix && state !== 'broken');
  if (there.length === 0) return;
  throw new BakeError('BUSY', {
    what: `${prefix} is launched already: ${there.map(({ record }) => record.name).join(', ')}`,
    fix: `End it with \`npm run stop -- ${prefix}\`, or give this one another --name`,
  });
}

async function assertPublished(desk: Desk, storeLocation: string, reference: string): Promise<void> {
  const store = openStore(desk.host, storeLocation);
  await store.find(await resolveReference(desk, store, reference));
}

/** Machines are launched side by side: each event says of which one it is. */
function namedDesk({ host, say }: Desk, name: string): Desk {
  return {
    host,
    say: (event) => say('stage' in event && 'title' in event ? { ...event, stage: `${name} ${event.stage}`, title: `${name}: ${event.title}` } : event),
  };
}
