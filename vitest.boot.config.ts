import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By name: what bake-and-launch has published is what the files after it use. */
class ByName extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((left, right) => left.moduleId.localeCompare(right.moduleId)));
  }
}

/** Real bakes and boots: one file at a time, as long as the host needs. Deadlines are those of the product. */
export default defineConfig({
  test: {
    include: ['test/boot/**/*.test.ts'],
    fileParallelism: false,
    sequence: { concurrent: false, sequencer: ByName },
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    bail: 0,
  },
});
