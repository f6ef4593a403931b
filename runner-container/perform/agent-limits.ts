import { MINUTE } from '../../shared/clock.ts';
import type { Binding } from '../../shared/mapping/binding.ts';
import type { AgentLimits } from '../agent/agent.ts';
import type { RunnerRules } from './runner-deps.ts';

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
