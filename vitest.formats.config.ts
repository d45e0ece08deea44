import { defineConfig } from 'vitest/config';

/** Every export format, read by programs that are neither Ingot's nor QEMU's; no VM is booted. */
export default defineConfig({
  test: {
    include: ['test/formats/**/*.test.ts'],
    globalSetup: ['test/support/scratch.ts', 'test/formats/support/install-readers.ts'],
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
  },
});
