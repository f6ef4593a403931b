import type { RepairReason } from '../../../shared/domain/prompts/repair-prompt.ts';
import { TaskError, type TaskErrorOptions } from '../../../shared/kernel/errors.ts';

/** A change that is not pushed as it is, and that the agent who made it may repair. */
export class Refusal extends TaskError {
  override readonly code: RepairReason;
  /** What is wrong, for the agent: more than `detail`, which people read, and without what only people can do. */
  readonly evidence: string;

  constructor(code: RepairReason, { evidence, ...options }: TaskErrorOptions & { evidence: string }) {
    super(code, options);
    this.code = code;
    this.evidence = evidence;
  }
}
