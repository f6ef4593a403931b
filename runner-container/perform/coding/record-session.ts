import { toCriteriaFields } from '../../../shared/domain/criteria/criteria-event.ts';
import { judgeCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import type { CodingResult } from '../../../shared/domain/prompts/coding-result.ts';
import type { AgentReport } from '../../agent/agent.ts';
import type { CodingRun } from './coding-run.ts';

/**
 * Records what a session used and, where the ticket has criteria, what it says about them: before anything is pushed,
 * so that an attempt that takes over can still tell it.
 * @throws {TaskError} `storage-unavailable`
 */
export async function recordSession(
  { context, criteria }: Pick<CodingRun, 'context' | 'criteria'>,
  { usage, result }: Pick<AgentReport<CodingResult>, 'usage' | 'result'>,
): Promise<void> {
  await context.stage('agent-finished', { ...usage });
  const judged = judgeCriteria(criteria, result.criteria);
  if (judged) await context.stage('criteria', toCriteriaFields(judged));
}
