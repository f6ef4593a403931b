import type { CliIO } from '../io/io.ts';

/**
 * Values that a shell completes: `projects` are keys of the map; `subjects` issues and merge requests with runs;
 * `queries` the terms of `cmap run ls`.
 */
export type CompletedKind = 'projects' | 'runs' | 'subjects' | 'messages' | 'claims' | 'queries';

/** One command as it is declared; its body is loaded when it is chosen, so that `--help` is instant. */
export interface Command {
  /** Words and arguments as help shows them: `queue show <id>`, `render-json <...paths>`. */
  usage: string;
  description: string;
  options?: readonly (readonly [flag: string, description: string])[];
  /** What its exit codes mean, where they say more than those of all commands. */
  exitCodes?: readonly (readonly [code: string, meaning: string])[];
  example: string;
  /** Changes something of the deployment, so that it says first which named environment it works on. */
  changes?: true;
  /** Works on no deployment: no environment is opened for it. */
  local?: true;
  /** What of the deployment completes its argument at the prompt of a shell. */
  completes?: CompletedKind;
  /** Gets the options, and the arguments under their names in `usage`. Resolves with the exit code. */
  run(given: Readonly<Record<string, unknown>>, io: CliIO): Promise<number>;
}

/** Commands that need the same things. */
export interface CommandGroup {
  /** What they are for and what they need, as a heading. */
  title: string;
  commands: readonly Command[];
}
