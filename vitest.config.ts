import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/boot/**',
      'test/drivers/**',
      'test/fleet/**',
      'test/formats/**',
      'test/life/**',
      'test/pages/**',
      'test/rehearsal/**',
      'test/stores/**',
      'test/vendor/**',
      'node_modules/**',
    ],
    globalSetup: 'test/support/scratch.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
