import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** What a runner is set to that works in a test's own directories. */
export function aRunnerSettings() {
  return {
    agentId: 'cmap',
    author: { name: 'cmap', email: 'cmap@example.com' },
    workspaceRoot: '/nowhere',
    agentEnvironment: { PATH: '/usr/bin:/bin' },
    wallClockMs: 60_000,
    inactivityMs: 60_000,
    validateTimeoutMs: 60_000,
  };
}

/** The directories of one run, made below `directory`. */
export function makeWorkspace(directory: string) {
  const make = (name: string) => {
    const made = path.join(directory, 'run', name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  return {
    root: make('.'),
    gitDir: path.join(make('runner'), 'git'),
    home: make('home'),
    tree: make('tree'),
    context: make('context'),
    scratch: make('scratch'),
    validation: make('validation'),
  };
}
