import { defineConfig } from 'vitest/config';

/** One role in VMs and in a chroot, compared file by file: an emulated VM for each layer is longer than a review can wait. */
export default defineConfig({
  test: {
    include: ['test/drivers/**/*.test.ts'],
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 7_200_000,
    hookTimeout: 7_200_000,
    bail: 1,
  },
});
