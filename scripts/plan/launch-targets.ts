import type { LaunchPlan } from '../model/launch-plan.ts';

/** A place that is not this host, on which a release can be launched; its texts are in templates/launch/<id>/. */
export interface LaunchTarget extends Pick<LaunchPlan, 'files' | 'seed'> {
  readonly id: string;
  /** What is read there: a format of `export`. */
  readonly format: string;
  /** True: how the machine starts is a part of its files, and has a template for each kind of firmware. */
  readonly hasFirmwareFiles: boolean;
  /** True: a machine can start from a containerDisk too, and its root has a template for each way. */
  readonly pullsImages?: true;
}

const WHOLE_SEED = ['user-data', 'meta-data', 'network-config'] as const;

/** Every target that `launch --print` knows. */
export const LAUNCH_TARGETS: readonly LaunchTarget[] = [
  { id: 'libvirt', format: 'qcow2', files: ['domain.xml'], hasFirmwareFiles: true, seed: WHOLE_SEED },
  { id: 'openstack', format: 'qcow2-zlib', files: [], hasFirmwareFiles: false, seed: ['user-data'] },
  { id: 'terraform', format: 'qcow2', files: ['main.tf'], hasFirmwareFiles: true, seed: WHOLE_SEED },
  { id: 'proxmox', format: 'qcow2', files: [], hasFirmwareFiles: false, seed: ['user-data'] },
  { id: 'aws', format: 'vmdk', files: [], hasFirmwareFiles: false, seed: ['user-data'] },
  { id: 'kubevirt', format: 'qcow2', files: ['vm.yaml'], hasFirmwareFiles: true, pullsImages: true, seed: ['user-data'] },
];
