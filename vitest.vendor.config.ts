import { defineConfig } from 'vitest/config';

/** A vendor's image from its download server to a verified release: a whole bake of its own, longer than a review can wait. */
export default defineConfig({
  test: {
    include: ['test/vendor/**/*.test.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 7_200_000,
    hookTimeout: 7_200_000,
    bail: 1,
  },
});
