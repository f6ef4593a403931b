import { defineConfig } from 'vitest/config';

/** The unit lane as Stryker runs it: in worker threads, and without suites that repeat one thing thousands of times. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    include: [
      '{functions,shared,runner-container,cli}/**/*.test.ts',
      'test/operator-claims.test.ts',
      // What storage promises is looked at over its doubles.
      'test/{contracts,doubles}/*.test.ts',
    ],
    exclude: [
      '**/*.{slow,storage,e2e}.test.ts',
      '**/node_modules/**',
      // The stack of a worker thread is smaller than what this measures.
      'cli/commands/map/odd-files.test.ts',
    ],
  },
});
