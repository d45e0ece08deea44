import { defineConfig } from 'vitest/config';

/** What people read, in a real browser: a start of its own that the quick tests need not wait for. */
export default defineConfig({
  test: {
    include: ['test/pages/**/*.test.ts'],
    fileParallelism: false,
    globalSetup: 'test/support/scratch.ts',
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
