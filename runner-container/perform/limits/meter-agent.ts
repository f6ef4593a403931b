import type { Usage } from '../../../shared/domain/runs/outcome.ts';
import { addCosts, type ModelPrices, priceSession, type RunCost } from '../../../shared/domain/runs/run-cost.ts';
import type { RunAgent } from '../../agent/agent.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import { type CountAhead, createAhead } from './count-ahead.ts';

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
 * `maxTokens`. `count` is told beforehand what they will have used at most.
 */
export function meterAgent(
  runAgent: RunAgent,
  maxTokens: number,
  { prices, model: usual }: Pricing = {},
  count?: CountAhead,
): Meter {
  let used = 0;
  let cost: RunCost | undefined;
  const add = (usage: Usage, model: string | undefined) => {
    used += usage.inputTokens + usage.outputTokens;
    if (prices) cost = addCosts(cost, priceSession(usage, model, prices));
  };
  const ahead = count && createAhead(count, { maxTokens, prices, ended: () => ({ tokens: used, cost }) });
  return {
    async runAgent(request, signal) {
      const { limits, model = usual } = request;
      const left = Math.max(1, Math.min(limits.maxTokens, maxTokens - used));
      const session = ahead?.begin(model, request.onModelCall);
      try {
        const asked = { ...request, limits: { ...limits, maxTokens: left }, ...(session?.hooks ?? {}) };
        const report = await runAgent(asked, signal);
        add(report.usage, model);
        return report;
      } catch (error) {
        if (error instanceof AgentFailure) add(error.usage, model);
        throw error;
      } finally {
        session?.end();
      }
    },
    usedTokens: () => used,
    cost: () => cost,
  };
}
