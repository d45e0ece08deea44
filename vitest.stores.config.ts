import { defineConfig } from 'vitest/config';

/** Stores against real servers, and under load: the S3 server is built first, which takes minutes on a new machine. */
export default defineConfig({
  test: {
    include: ['test/stores/**/*.test.ts'],
    globalSetup: ['test/support/scratch.ts', 'test/stores/support/install-servers.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
