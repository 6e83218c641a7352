import { defineConfig } from 'vitest/config';

// The same contracts on the real servers. One file at a time: they share a broker and a Redis.
export default defineConfig({
  test: {
    include: ['test/services/**/*.test.ts'],
    globalSetup: ['test/services/up.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
