import { buildRepairPrompt } from '../../../shared/domain/prompts/repair-prompt.ts';
import { describeError, TaskError } from '../../../shared/kernel/errors.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import type { RunContext } from '../run/run-context.ts';
import type { Refusal } from './refusal.ts';

export interface RepairRoundsDeps {
  /** How many there may be; 0 for none. */
  rounds: number;
  context: Pick<RunContext, 'stage'>;
  /** What is said to the model passes through here. */
  redact: (text: string) => string;
  /** Sends a message to the session that made the change; resolves when it has handed in a result again. */
  ask: (message: string) => Promise<unknown>;
}

/** The times one run gives its change back to the agent. */
export interface RepairRounds {
  /** How many were begun. */
  count(): number;
  /**
   * Resolves when the agent has handed in its repair.
   * @throws {TaskError} the refusal, which says how often a repair was tried, when no round is left or the agent ended
   * without a result; {@link AgentFailure} where another attempt of the run may help.
   */
  repair(refusal: Refusal, options?: { unchanged: boolean }): Promise<void>;
}

export function createRepairRounds({ rounds, context, redact, ask }: RepairRoundsDeps): RepairRounds {
  let round = 0;
  return {
    count: () => round,
    async repair(refusal, { unchanged } = { unchanged: false }) {
      if (round === rounds) throw endOf(refusal, round);
      round += 1;
      await context.stage('repair', { round, reason: refusal.code });
      const evidence = redact(refusal.evidence);
      try {
        await ask(buildRepairPrompt({ reason: refusal.code, evidence, round, rounds, unchanged }));
      } catch (error) {
        if (!(error instanceof AgentFailure) || describeError(error.code).retry) throw error;
        throw endOf(refusal, round, error);
      }
    },
  };
}

/** What was wrong with the change is what a person needs, also when it was the agent that could not go on. */
function endOf(refusal: Refusal, tried: number, failure?: AgentFailure): TaskError {
  if (tried === 0) return refusal;
  const times = tried === 1 ? 'once' : `${tried} times`;
  const ending = failure ? ` ${describeError(failure.code).sentence}` : '';
  const detail = `The agent tried to repair it ${times}.${ending}\n\n${refusal.detail ?? ''}`.trimEnd();
  return new TaskError(refusal.code, { detail, cause: failure ?? refusal });
}
