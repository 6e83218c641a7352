import { defineConfig } from 'vitest/config';

// The whole suite that needs no server. Each worker is a process of its own: chDB allows one directory per process.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/services/**', 'node_modules/**'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
