import type { Budget } from '../model/budget.ts';
import type { Expectation, Saboteur } from '../model/check.ts';
import type { Family } from '../model/distro.ts';
import type { EndOfLifePolicy, ParameterValue } from '../model/image-spec.ts';

/** Parameter values by component id, then by parameter name. */
export type WrittenParameters = Readonly<Record<string, Readonly<Record<string, ParameterValue>>>>;

export interface WrittenRole {
  readonly title: string;
  readonly profile: string;
  readonly components: readonly string[];
  readonly budget?: Budget;
}

/** config/images/<id>.yaml, with the schema's defaults filled in. */
export interface WrittenImage {
  readonly id: string;
  readonly title: string;
  readonly disk: { readonly virtualSizeMiB: number; readonly compression: 'zstd' | 'zlib' };
  readonly distros: readonly string[];
  readonly onEndOfLife: EndOfLifePolicy;
  readonly defaultRole: string;
  readonly checklist?: string;
  readonly roles: Readonly<Record<string, WrittenRole>>;
  readonly parameters: WrittenParameters;
  readonly roleParameters: Readonly<Record<string, WrittenParameters>>;
}

export interface WrittenMirror {
  readonly url: string;
  readonly description: string;
  readonly environment: string;
  readonly auto?: 'apt-host-of-suite';
}

export interface WrittenKey {
  readonly fingerprint: string;
  readonly description: string;
  readonly environment: string;
  readonly url?: string;
}

/** config/mirrors.yaml. */
export interface WrittenMirrors {
  readonly mirrors: Readonly<Record<string, WrittenMirror>>;
  readonly keys?: Readonly<Record<string, WrittenKey>>;
}

export interface WrittenParameter {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly default: ParameterValue;
  readonly description: string;
  readonly layers: readonly ('packages' | 'app' | 'configure')[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly ParameterValue[];
}

export interface WrittenProbe {
  readonly run: string;
  readonly expect: Expectation;
}

export interface WrittenCheck {
  readonly name: string;
  readonly title: string;
  readonly hint: string;
  readonly sealed?: WrittenProbe;
  readonly guest?: WrittenProbe & { readonly phases: readonly ('first-boot' | 'after-reboot')[]; readonly exclusive?: boolean };
  readonly outside?: WrittenProbe;
  readonly console?: { readonly forbid: string };
  readonly saboteur: Saboteur;
}

export interface WrittenVersion {
  readonly name: string;
  readonly run: string;
  readonly atLeast: string;
  readonly fact?: string;
  readonly ends?: Readonly<Record<string, string>>;
}

export interface WrittenLock {
  readonly kind: 'pip' | 'npm';
  readonly name: string;
  readonly lock: string;
  readonly manifest?: string;
}

export interface WrittenFile {
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

/** component.yaml of one folder, with the schema's defaults filled in. */
export interface WrittenComponent {
  readonly summary: string;
  readonly after: readonly string[];
  readonly packages: Readonly<Partial<Record<Family, readonly string[]>>>;
  readonly repositories: readonly string[];
  readonly versions: readonly WrittenVersion[];
  readonly parameters: Readonly<Record<string, WrittenParameter>>;
  readonly files: Readonly<Record<string, WrittenFile>>;
  readonly locks: readonly WrittenLock[];
  readonly guestFunctions?: string;
  readonly checks: readonly WrittenCheck[];
}
