import { defineConfig } from 'vitest/config';

/** Four real machines at once: longer than a review can wait, so it is a run of its own. */
export default defineConfig({
  test: {
    include: ['test/fleet/**/*.test.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 7_200_000,
    hookTimeout: 7_200_000,
    bail: 1,
  },
});
