import type { OciAddress } from '../store/oci/address.ts';
import { pushContainerDisk, type ContainerDiskToPush, type StoredContainerDisk } from '../store/oci/container-disk.ts';
import type { Stage } from './stage.ts';

export interface ImageToPush extends ContainerDiskToPush {
  readonly address: OciAddress;
}

/** Uploads an image that lies here into a registry; resolves with the names under which it is pulled there. */
export const pushImage: Stage<ImageToPush, StoredContainerDisk> = {
  name: 'push-image',
  title: 'Push the image into the registry',
  run: ({ address, ...disk }, { host }) => pushContainerDisk(host, address, disk),
};
