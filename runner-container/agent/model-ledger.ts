import type { Usage } from '../../shared/domain/runs/outcome.ts';
import type { ErrorCode, TaskErrorOptions } from '../../shared/kernel/errors.ts';
import type { AgentLimits } from './agent.ts';

export interface ModelFailure extends TaskErrorOptions {
  code: ErrorCode;
}

/** What a session has used up, and why its last model call failed. The runtime's own words for it are never needed. */
export interface ModelLedger {
  readonly usage: Usage;
  /** Of the newest call; gone when a later one succeeds. */
  failure: ModelFailure | undefined;
  /** The endpoint answers calls with images only without them. */
  imagesRefused: boolean;
  addTokens(tokens: { inputTokens?: number; outputTokens?: number }): void;
}

export function createModelLedger(): ModelLedger {
  const usage: Usage = { modelCalls: 0, inputTokens: 0, outputTokens: 0 };
  return {
    usage,
    failure: undefined,
    imagesRefused: false,
    addTokens({ inputTokens = 0, outputTokens = 0 }) {
      usage.inputTokens += inputTokens;
      usage.outputTokens += outputTokens;
    },
  };
}

/** Why no further call is allowed, in words for people; `undefined` while there is budget left. */
export function findExhaustedBudget(
  { modelCalls, inputTokens, outputTokens }: Usage,
  { maxModelCalls, maxTokens }: Pick<AgentLimits, 'maxModelCalls' | 'maxTokens'>,
): string | undefined {
  if (modelCalls >= maxModelCalls) return `The limit is ${maxModelCalls} model calls.`;
  const tokens = inputTokens + outputTokens;
  if (tokens >= maxTokens) return `The limit is ${maxTokens} tokens; ${tokens} were used.`;
  return undefined;
}
