/** An outside program that has an opinion of a machine. Some read its disk, some need it to run. */
export const GRADERS = {
  ...{ openscap: 'disk', exposure: 'disk' },
  ...{ lynis: 'booted', 'ssh-audit': 'booted', openssh: 'booted', testssl: 'booted', nmap: 'booted' },
} as const;
export type Grader = keyof typeof GRADERS;

/** One opinion that is asked for, and the score that it is to have. */
export interface WantedGrade {
  readonly id: string;
  readonly title: string;
  readonly grader: Grader;
  readonly goal: number;
  /** Distros that it is for; absent: all. */
  readonly distros?: readonly string[];
  /** A component that the role must have. */
  readonly component?: string;
  /** openscap: file of the data stream, and the last part of the profile's id. */
  readonly content?: string;
  readonly profile?: string;
  /** exposure: the distro's fact that names the unit. */
  readonly unitFact?: string;
}

/** A rule that this image does not follow, and why. */
export interface Waiver {
  readonly rule: string;
  readonly reason: string;
}

/** config/grades.yaml: who grades, what the goals are, and which rules are not followed for which reason. */
export interface Grading {
  /** Where the graders come from: packages of a newer suite than the host's, unpacked beside it, never installed. */
  readonly source: { readonly mirror: string; readonly suite: string; readonly keyring: string; readonly packages: readonly string[] };
  readonly grades: readonly WantedGrade[];
  readonly waivers: readonly Waiver[];
}
