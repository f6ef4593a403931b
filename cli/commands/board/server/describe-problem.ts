import { TaskError } from '../../../../shared/kernel/errors.ts';
import { UsageError } from '../../../arguments/usage-error.ts';
import { describeFailure } from '../../../output/describe-error.ts';
import type { Board } from '../read/board.ts';

/** Why a page cannot be shown. */
export interface Problem {
  status: 400 | 500 | 502;
  sentence: string;
  /** Of a mistake of ours, for a report. */
  stack?: string | undefined;
}

/** Settings and services that fail have a sentence; anything else is a mistake of ours. */
export function describeProblem(error: unknown, { nameCommands }: Pick<Board, 'nameCommands'>): Problem {
  if (error instanceof UsageError) return { status: 400, sentence: nameCommands(error.message) };
  if (error instanceof TaskError && error.code !== 'unexpected')
    return { status: 502, sentence: nameCommands(describeFailure(error)) };
  const stack = error instanceof Error ? error.stack : String(error);
  return { status: 500, sentence: 'An unexpected error, which is a bug.', stack };
}
