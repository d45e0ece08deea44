import { defineConfig } from 'vitest/config';

/** One machine of the image and what its life brings from outside: an authority, updates, attackers, failures. It boots once, for all files. */
export default defineConfig({
  test: {
    include: ['test/life/**/*.test.ts'],
    globalSetup: ['test/life/support/install-authority.ts', 'test/life/support/launch-machine.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 7_200_000,
    hookTimeout: 7_200_000,
    bail: 0,
  },
});
