import type { Usage } from '../../../shared/domain/runs/outcome.ts';
import type { RunAgent } from '../../agent/agent.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';

/**
 * The same agent, counting what all its sessions use up, failed ones included, and keeping them together below
 * `maxTokens`.
 */
export function meterAgent(runAgent: RunAgent, maxTokens: number): { runAgent: RunAgent; usedTokens(): number } {
  let used = 0;
  const count = ({ inputTokens, outputTokens }: Usage) => {
    used += inputTokens + outputTokens;
  };
  return {
    async runAgent(request, signal) {
      const { limits } = request;
      const left = Math.max(1, Math.min(limits.maxTokens, maxTokens - used));
      try {
        const report = await runAgent({ ...request, limits: { ...limits, maxTokens: left } }, signal);
        count(report.usage);
        return report;
      } catch (error) {
        if (error instanceof AgentFailure) count(error.usage);
        throw error;
      }
    },
    usedTokens: () => used,
  };
}
