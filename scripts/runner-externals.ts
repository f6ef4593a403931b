/**
 * What the runner's bundle leaves out: the Copilot runtime is a native binary beside its package, and secretlint finds
 * its rules at run time. The runner image carries these packages instead (`lay-out-runner.ts`).
 */
export const RUNNER_EXTERNALS = ['@github/copilot-sdk', '@secretlint/*'];
