import type { Usage } from '../../../shared/domain/runs/outcome.ts';
import { addCosts, type ModelPrices, priceSession, type RunCost } from '../../../shared/domain/runs/run-cost.ts';
import type { RunAgent } from '../../agent/agent.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';

export interface Meter {
  runAgent: RunAgent;
  usedTokens(): number;
  /** What its sessions have cost; absent where no price is known, or no session was begun. */
  cost(): RunCost | undefined;
}

/** By what money is counted: prices, and the model of sessions that ask for none. */
export interface Pricing {
  prices?: ModelPrices | undefined;
  model?: string | undefined;
}

/**
 * The same agent, counting what all its sessions use up, failed ones included, and keeping them together below
 * `maxTokens`.
 */
export function meterAgent(runAgent: RunAgent, maxTokens: number, { prices, model: usual }: Pricing = {}): Meter {
  let used = 0;
  let cost: RunCost | undefined;
  const count = (usage: Usage, model: string | undefined) => {
    used += usage.inputTokens + usage.outputTokens;
    if (prices) cost = addCosts(cost, priceSession(usage, model, prices));
  };
  return {
    async runAgent(request, signal) {
      const { limits, model = usual } = request;
      const left = Math.max(1, Math.min(limits.maxTokens, maxTokens - used));
      try {
        const report = await runAgent({ ...request, limits: { ...limits, maxTokens: left } }, signal);
        count(report.usage, model);
        return report;
      } catch (error) {
        if (error instanceof AgentFailure) count(error.usage, model);
        throw error;
      }
    },
    usedTokens: () => used,
    cost: () => cost,
  };
}
