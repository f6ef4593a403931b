import type { Binding } from '../../domain/mapping/binding.ts';
import type { Jira } from '../../domain/ports/jira.ts';
import type { Outbox } from '../../domain/ports/outbox.ts';
import type { SkipLog } from '../../domain/ports/skip-log.ts';
import type { Task } from '../../domain/runs/task.ts';
import { isSetByAgent, issueScope, type PlannedIssue, planCoding } from '../../domain/tasks/plan-coding.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Admission, AdmitOptions } from './admit-task.ts';

export interface AdmitIssueDeps {
  admit: (task: Task, options: Pick<AdmitOptions, 'reloadedAt'>) => Promise<Admission>;
  skipLog: Pick<SkipLog, 'record'>;
  outbox: Pick<Outbox, 'enqueue'>;
  agentId: string;
  /** The account the agent acts with; hand in one that remembers. */
  getMyself?: Jira['getMyself'];
  traceparent: () => string | undefined;
  clock: Pick<Clock, 'now'>;
}

export type AdmitIssueResult = Admission | { kind: 'skipped'; reason: string };

/**
 * Admits what an issue asks for, or keeps why nothing happens. Poll and webhook share it, so that both do the same about the same
 * issue. A blocked ticket is told once what it waits for; `retractWaiting` takes that back.
 * @throws {TaskError} `storage-unavailable`, `storage-refused`
 */
export async function admitIssue(
  issue: PlannedIssue,
  { binding, reloadedAt }: { binding: Binding | undefined; reloadedAt: number | undefined },
  deps: AdmitIssueDeps,
): Promise<AdmitIssueResult> {
  const { agentId, clock, skipLog, outbox } = deps;
  // An account that cannot be read delays no work: a change of our own is then told by the trigger alone.
  const isOwnPossible = binding && isSetByAgent(binding);
  const self = isOwnPossible ? await deps.getMyself?.().catch(() => undefined) : undefined;
  const context = { agentId, now: clock.now(), selfAccountId: self?.accountId };
  const plan = planCoding(issue, binding, deps.traceparent(), context);
  if (plan.action === 'enqueue') return deps.admit(plan.task, { reloadedAt });

  await skipLog.record(issueScope(issue.key), plan.reason, plan.waitsFor?.join(', '));
  if (plan.reason === 'blocked' && binding) {
    const waitsFor = [...(plan.waitsFor ?? [])].sort();
    await outbox.enqueue({ kind: 'waiting', issueKey: issue.key, jiraProject: binding.jiraProject, waitsFor });
  }
  return { kind: 'skipped', reason: plan.reason };
}
