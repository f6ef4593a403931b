import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { meterAgent } from './meter-agent.ts';

/** Two sessions of a run together may use what one of them may. */
export function withOneBudget<Run extends { binding: Pick<Binding, 'budget'>; deps: Pick<RunnerDeps, 'runAgent'> }>(
  run: Run,
): Run {
  const { binding, deps } = run;
  return { ...run, deps: { ...deps, ...meterAgent(deps.runAgent, binding.budget.maxTokens) } };
}
