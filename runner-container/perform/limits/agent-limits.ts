import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import type { AgentLimits } from '../../agent/agent.ts';
import type { RunnerRules } from '../run/runner-deps.ts';

/** What one session may use up: the binding's budget within the limits of this runner. */
export function agentLimits(
  { budget }: Binding,
  rules: Pick<RunnerRules, 'wallClockMs' | 'inactivityMs'>,
): AgentLimits {
  return {
    wallClockMs: Math.min(budget.maxMinutes * MINUTE, rules.wallClockMs),
    inactivityMs: rules.inactivityMs,
    maxModelCalls: budget.maxTurns,
    maxTokens: budget.maxTokens,
  };
}
