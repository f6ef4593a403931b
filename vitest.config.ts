import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Limits that end what hangs. No test is decided by them: a machine ten times slower stays below. */
const PATIENT = { testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: 300_000 } } };

/**
 * Four lanes. `unit` opens no port and takes seconds; `slow` opens none either, but computes for long: thousands of
 * inputs, documents of megabytes. `storage` and `e2e` use real parts: Azurite, git over HTTP, the Copilot runtime,
 * child processes. A suite says in its file name that it is not a unit test.
 */
export default defineConfig({
  test: {
    // The sources run as they are: Node takes the types away, as it does in the programs.
    experimental: { viteModuleRunner: false },
    // Vitest leaves a core idle for itself; here the slow suites wait for processes and timers more than they compute.
    maxWorkers: availableParallelism() * 2,
    // Importing does nothing (lint holds it), so files share a module cache (`isolate: false`): three times faster.
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: ['test/temporary-files.ts'],
          ...PATIENT,
          isolate: false,
          include: ['{functions,shared,runner-container,cli,sandbox,scripts,test}/**/*.test.ts'],
          exclude: ['**/*.{slow,storage,e2e}.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'slow',
          globalSetup: ['test/temporary-files.ts'],
          include: ['{functions,shared,runner-container,cli,sandbox,test}/**/*.slow.test.ts'],
          ...PATIENT,
          isolate: false,
        },
      },
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
