import type { Command } from './command.ts';

/** The options every command has. */
export const GLOBAL_OPTIONS: NonNullable<Command['options']> = [
  ['--env <environment>', 'Work on this environment of `cmap env list`'],
  ['--json', 'Print one JSON document instead of text'],
  ['-h, --help', 'Show this page'],
  ['-v, --version', 'Print the version'],
];
