import { createHash } from 'node:crypto';
import type { Usage } from '../../../shared/domain/runs/outcome.ts';
import { priceSession } from '../../../shared/domain/runs/run-cost.ts';
import type { AgentRequest, RunAgent } from '../../agent/agent.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import type { RunContext } from './run-context.ts';
import type { RunnerRules } from './runner-deps.ts';

/**
 * The same agent; the run's record says which model each session asked, with which words, what it used up and what that
 * cost by today's prices, also when it failed.
 */
export function recordSessions(
  runAgent: RunAgent,
  { note, addUsage }: Pick<RunContext, 'note' | 'addUsage'>,
  rules: () => Pick<RunnerRules, 'model' | 'prices'>,
): RunAgent {
  return async (request, signal) => {
    const { model: usual, prices } = rules();
    const model = request.model ?? usual;
    const add = (usage: Usage) => addUsage(usage, prices && priceSession(usage, model, prices));
    note({ ...(model === undefined ? {} : { model }), promptHash: hashPrompt(request) });
    try {
      const report = await runAgent(request, signal);
      add(report.usage);
      return report;
    } catch (error) {
      if (error instanceof AgentFailure) add(error.usage);
      throw error;
    }
  };
}

/** SHA-256 in hex: two runs with the same value were given the same words. */
function hashPrompt({
  instructions,
  prompt,
  skills,
}: Pick<AgentRequest<unknown>, 'instructions' | 'prompt' | 'skills'>): string {
  const words = createHash('sha256').update(instructions).update('\0').update(prompt);
  return (skills ? words.update('\0').update(JSON.stringify(skills)) : words).digest('hex');
}
