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
  /** A call with a request of so many bytes begins. Resolves to what all will have used at most when it has ended. */
  beginCall(requestBytes: number): Usage;
  /** A call that used nothing. */
  dropCall(): void;
  /** What a call that has ended used. */
  addTokens(tokens: { inputTokens?: number; outputTokens?: number }): void;
}

export function createModelLedger(): ModelLedger {
  const usage: Usage = { modelCalls: 0, inputTokens: 0, outputTokens: 0 };
  /** Tokens of the requests of calls under way, at most. */
  const underWay: number[] = [];
  return {
    usage,
    failure: undefined,
    imagesRefused: false,
    beginCall(requestBytes) {
      underWay.push(Math.ceil(requestBytes / LEAST_BYTES_PER_TOKEN));
      const requests = underWay.reduce((sum, tokens) => sum + tokens, 0);
      return {
        modelCalls: usage.modelCalls + 1,
        inputTokens: usage.inputTokens + requests,
        outputTokens: usage.outputTokens + underWay.length * MOST_OUTPUT_TOKENS,
      };
    },
    dropCall: () => void underWay.pop(),
    addTokens({ inputTokens = 0, outputTokens = 0 }) {
      underWay.shift();
      usage.inputTokens += inputTokens;
      usage.outputTokens += outputTokens;
    },
  };
}

/** Of a whole conversation, in any language; a single rare character may be less. */
const LEAST_BYTES_PER_TOKEN = 2;
/** Of one answer. */
const MOST_OUTPUT_TOKENS = 32_000;

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
