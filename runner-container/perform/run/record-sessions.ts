import { createHash } from 'node:crypto';
import type { RunAgent } from '../../agent/agent.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import type { RunContext } from './run-context.ts';

/**
 * The same agent; the run's record says which model each session asked, with which words, and what it used up, also
 * when it failed.
 */
export function recordSessions(
  runAgent: RunAgent,
  { note, addUsage }: Pick<RunContext, 'note' | 'addUsage'>,
  { defaultModel }: { defaultModel: () => string | undefined },
): RunAgent {
  return async (request, signal) => {
    const model = request.model ?? defaultModel();
    note({ ...(model === undefined ? {} : { model }), promptHash: hashPrompt(request) });
    try {
      const report = await runAgent(request, signal);
      addUsage(report.usage);
      return report;
    } catch (error) {
      if (error instanceof AgentFailure) addUsage(error.usage);
      throw error;
    }
  };
}

/** SHA-256 in hex: two runs with the same value were given the same words. */
function hashPrompt({ instructions, prompt }: { instructions: string; prompt: string }): string {
  return createHash('sha256').update(instructions).update('\0').update(prompt).digest('hex');
}
