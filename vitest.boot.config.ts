import { defineConfig } from 'vitest/config';

/** Real bakes and boots: one file at a time, as long as the host needs. Deadlines are those of the product. */
export default defineConfig({
  test: {
    include: ['test/boot/**/*.test.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    bail: 0,
  },
});
