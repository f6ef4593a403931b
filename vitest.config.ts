import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Limits that end what hangs. No test is decided by them: a machine ten times slower stays below. */
const PATIENT = { testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: 300_000 } } };

/**
 * Four lanes. `unit` opens no port and takes seconds, `fuzz` opens none and tries thousands of inputs; `storage` and
 * `e2e` use real parts: Azurite, git over HTTP, the Copilot runtime, child processes. Slow suites say so in their file
 * name, `*.storage.test.ts` and `*.e2e.test.ts`, or stand in `test/fuzz`.
 */
export default defineConfig({
  test: {
    // Vitest leaves a core idle for itself; here the slow suites wait for processes and timers more than they compute.
    maxWorkers: availableParallelism() * 2,
    // Importing does nothing (lint holds it), so files share a module cache (`isolate: false`): three times faster.
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: ['test/temporary-files.ts'],
          ...PATIENT,
          // Ten times what the longest takes on a busy machine: no unit test decides by time.
          testTimeout: 60_000,
          isolate: false,
          include: ['{functions,shared,runner-container,cli,sandbox,scripts,test}/**/*.test.ts'],
          exclude: ['**/*.storage.test.ts', '**/*.e2e.test.ts', 'test/fuzz/**', '**/node_modules/**'],
        },
      },
      { test: { name: 'fuzz', ...PATIENT, isolate: false, include: ['test/fuzz/**/*.test.ts'] } },
      {
        test: {
          name: 'storage',
          globalSetup: ['test/temporary-files.ts', 'test/share-azurite.ts'],
          include: ['{functions,shared,runner-container,cli,sandbox,test}/**/*.storage.test.ts'],
          ...PATIENT,
          isolate: false,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['test/temporary-files.ts', 'test/build-programs.ts', 'test/share-azurite.ts'],
          include: ['{functions,shared,runner-container,cli,sandbox,test}/**/*.e2e.test.ts'],
          ...PATIENT,
          isolate: false,
        },
      },
    ],
  },
});
