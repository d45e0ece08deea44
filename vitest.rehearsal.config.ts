import { defineConfig } from 'vitest/config';

/** Rehearsals of what nobody has: a distro that is one YAML, and facts that are wrong. Half a minute each, and there are two dozen. */
export default defineConfig({
  test: {
    include: ['test/rehearsal/**/*.test.ts'],
    globalSetup: 'test/support/scratch.ts',
    fileParallelism: false,
    testTimeout: 1_200_000,
  },
});
