import type { Binding } from '../../domain/mapping/binding.ts';
import type { Issue, Jira } from '../../domain/ports/jira.ts';
import { planReturnToReporter } from '../../domain/tasks/plan-return-to-reporter.ts';
import type { Log } from '../../kernel/log.ts';
import { tolerate } from '../../kernel/tolerate.ts';

export interface ReturnToReporterDeps {
  jira: Pick<Jira, 'getMyself' | 'assign'>;
  log: Log;
}

export interface EndedWork {
  /** As Jira shows it now: people may have assigned it while the agent worked. */
  issue: Issue;
  binding: Binding;
  ended: 'in-review' | 'stopped';
}

/**
 * Assigns the ticket to the person who continues. Some projects have no assignable user; the comment and the status
 * carry the message as well, so a refusal is logged and nothing else. @throws {TaskError} `jira-unavailable`,
 * `jira-rate-limited`
 */
export async function returnToReporter(
  { issue, binding, ended }: EndedWork,
  { jira, log }: ReturnToReporterDeps,
  signal?: AbortSignal,
): Promise<void> {
  const accountId = planReturnToReporter(issue, binding, { ended, self: await jira.getMyself(signal) });
  if (accountId === undefined) return;
  const refused = { log, event: 'issue not assigned', fields: { issueKey: issue.key } };
  await tolerate(() => jira.assign(issue.key, accountId, signal), refused);
}
