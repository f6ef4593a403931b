import { issueScope } from '../../../shared/domain/tasks/plan-coding.ts';
import { SPENDING } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Violation } from './violation.ts';

/** More than a torture gives one ticket. */
const MAX_RUNS = 100;

/**
 * While a month has a limit, no more runs have asked their agent than it has allowed at its highest, however many
 * runners were killed. Asked before the limit is raised for good.
 */
export async function checkMonth({
  environment: { jira, storage },
  highestMonthLimit,
}: Pick<TortureEnvironment, 'environment' | 'highestMonthLimit'>): Promise<Violation[]> {
  const begun: string[] = [];
  for (const key of jira.issueKeys.filter((one) => one.startsWith(`${SPENDING}-`)))
    for (const { runId } of await storage.ledger.listRecent(issueScope(key), MAX_RUNS)) {
      const events = await storage.ledger.listEvents(runId);
      if (events.some(({ name }) => name === 'agent-started')) begun.push(runId);
    }
  if (begun.length <= highestMonthLimit) return [];
  const what = `${begun.length} runs began in a month that allowed ${highestMonthLimit}`;
  return [{ kind: 'defect', what, ids: begun }];
}
