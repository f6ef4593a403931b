import type { Usage } from '../../shared/domain/runs/outcome.ts';
import { type ErrorCode, TaskError, type TaskErrorOptions } from '../../shared/kernel/errors.ts';

export interface AgentFailureOptions extends TaskErrorOptions {
  usage: Usage;
  transcript: string;
}

/** A session that ended without a result, with what it used up and what was said until then. */
export class AgentFailure extends TaskError {
  readonly usage: Usage;
  readonly transcript: string;

  constructor(code: ErrorCode, { usage, transcript, ...options }: AgentFailureOptions) {
    super(code, options);
    this.usage = usage;
    this.transcript = transcript;
  }
}
