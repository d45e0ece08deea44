/** How a release is launched where it is not Ingot that starts the machine: which files, and what stands in their holes. */
export interface LaunchPlan {
  /** Where: the name of a folder of templates. */
  readonly target: string;
  /** Files beside the commands, each with a template of its own. */
  readonly files: readonly string[];
  /** Set where the machine's firmware is a part of its files: which of two templates. */
  readonly firmware?: 'bios' | 'uefi';
  /** Set where a machine can start from an image that is pulled there: whether it does, or from a disk that is exported and uploaded first. */
  readonly root?: 'export' | 'registry';
  /** Which parts of what the machine is told are read from files there. */
  readonly seed: readonly ('user-data' | 'meta-data' | 'network-config')[];
  readonly values: Readonly<Record<string, string | number>>;
}
