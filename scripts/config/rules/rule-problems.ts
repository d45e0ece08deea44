import type { Catalogue } from '../catalogue.ts';
import type { Problem } from '../problem.ts';
import { CHECK_RULES } from './check-rules.ts';
import { CHECKLIST_RULES } from './checklist-rules.ts';
import { COMPONENT_RULES } from './component-rules.ts';
import { DISTRO_RULES } from './distro-rules.ts';
import { FACT_RULES } from './fact-rules.ts';
import { IMAGE_RULES } from './image-rules.ts';
import { MIRROR_RULES } from './mirror-rules.ts';
import { MUTE_RULES } from './mute-rules.ts';
import { PARAMETER_RULES } from './parameter-rules.ts';
import { REPOSITORY_RULES } from './repository-rules.ts';
import type { Rule } from './rule.ts';
import { TARGET_RULES } from './target-rules.ts';

const RULES: readonly Rule[] = [
  ...DISTRO_RULES,
  ...REPOSITORY_RULES,
  ...MIRROR_RULES,
  ...IMAGE_RULES,
  ...PARAMETER_RULES,
  ...COMPONENT_RULES,
  ...CHECK_RULES,
  ...CHECKLIST_RULES,
  ...MUTE_RULES,
  ...TARGET_RULES,
  ...FACT_RULES,
];

/** Everything that is wrong between files that are each right by themselves. */
export function ruleProblems(catalogue: Catalogue): readonly Problem[] {
  return RULES.flatMap((rule) => rule(catalogue)).map(({ yaml, path, what, fix }) => ({ file: yaml.file, line: yaml.lineOf(path), path, what, fix }));
}
