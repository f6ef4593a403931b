import type { CliIO } from '../io/io.ts';

/** One command as it is declared; its body is loaded when it is chosen, so that `--help` is instant. */
export interface Command {
  /** Words and arguments as help shows them: `queue show <id>`, `render-json <...paths>`. */
  usage: string;
  description: string;
  options?: readonly (readonly [flag: string, description: string])[];
  example: string;
  /** Changes something of the deployment, so that it says first which named environment it works on. */
  changes?: true;
  /** Works on no deployment: no environment is opened for it. */
  local?: true;
  /** Gets the options, and the arguments under their names in `usage`. Resolves with the exit code. */
  run(given: Readonly<Record<string, unknown>>, io: CliIO): Promise<number>;
}

/** Commands that need the same things. */
export interface CommandGroup {
  /** What they are for and what they need, as a heading. */
  title: string;
  commands: readonly Command[];
}
