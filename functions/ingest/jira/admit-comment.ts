import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue, IssueComment, Jira } from '../../../shared/domain/ports/jira.ts';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import type { SkipLog } from '../../../shared/domain/ports/skip-log.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { issueScope } from '../../../shared/domain/tasks/plan-coding.ts';
import type { Memberships } from '../../../shared/domain/tasks/plan-requester.ts';
import { addresses, planRework, type ReworkSkipReason } from '../../../shared/domain/tasks/plan-rework.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { parseFooter } from '../../../shared/services/notifications/report-footer.ts';
import type { Admission } from '../../../shared/services/runs/admit-task.ts';

export interface AdmitCommentDeps {
  getMyself: Jira['getMyself'];
  admit: (task: Task) => Promise<Admission>;
  ledger: Pick<RunLedger, 'listRecent'>;
  skipLog: Pick<SkipLog, 'record'>;
  /** What addresses the agent in a comment besides a mention of its account: `/copilot`, `@cmap`. */
  mentionWords: readonly string[];
  traceparent: () => string | undefined;
  jira: Pick<Jira, 'listGroups' | 'findRole'>;
  outbox: Pick<Outbox, 'enqueue'>;
  clock: Pick<Clock, 'now'>;
}

export type AdmitCommentResult = { runId: string; duplicate: boolean } | { skipped: ReworkSkipReason };

/** Earlier runs of an issue that are looked at; only the newest can be waiting. */
export const RECENT_RUNS = 10;

/** The agent was addressed and nothing follows at once: `explain` shows why. */
const SKIPS_TO_RECORD: ReadonlySet<ReworkSkipReason> = new Set([
  'issue-done',
  'no-earlier-run',
  'run-waiting',
  'not-a-person',
  'not-permitted',
  'too-many-requests',
]);

/** Admits the rework a comment asks for. Webhook and poll share it, so that both may see the same comment. */
export async function admitComment(
  comment: IssueComment,
  { issue, binding }: { issue: Issue; binding: Binding | undefined },
  deps: AdmitCommentDeps,
): Promise<AdmitCommentResult> {
  const [self, runs] = await Promise.all([
    deps.getMyself(),
    deps.ledger.listRecent(issueScope(issue.key), RECENT_RUNS),
  ]);
  const traceparent = deps.traceparent();
  const plan = planRework(comment, issue, binding, {
    self,
    words: deps.mentionWords,
    isReport: parseFooter(comment.body) !== undefined,
    runs,
    now: deps.clock.now(),
    memberships: await findMemberships(comment, binding, deps),
    ...(traceparent ? { traceparent } : {}),
  });
  if (plan.action === 'skip') {
    const { reason } = plan;
    if (SKIPS_TO_RECORD.has(reason)) await deps.skipLog.record(issueScope(issue.key), reason, `comment ${comment.id}`);
    if (binding && (reason === 'not-permitted' || reason === 'too-many-requests')) {
      await deps.outbox.enqueue({
        kind: 'request-refused',
        issueKey: issue.key,
        jiraProject: binding.jiraProject,
        reason,
      });
    }
    return { skipped: reason };
  }
  // Without a generation: a comment is answered once, however often the map is reloaded.
  const { kind, runId } = await deps.admit(plan.task);
  return { runId, duplicate: kind === 'duplicate' };
}

/** Read only where the binding says who may ask; a comment that is not for the agent is common there too, and costs nothing. */
async function findMemberships(
  { author, body }: IssueComment,
  binding: Binding | undefined,
  { jira, mentionWords, getMyself }: AdmitCommentDeps,
): Promise<Memberships | undefined> {
  const rules = binding?.requesters;
  if (!binding || !rules || !addresses(body, { self: await getMyself(), words: mentionWords })) return undefined;
  const [groups, role] = await Promise.all([
    jira.listGroups(author.accountId),
    rules.role === undefined ? undefined : jira.findRole(binding.jiraProject, rules.role),
  ]);
  return { groups, role };
}

/** What addresses the agent in Jira besides the name of its account. */
export function mentionWordsOf(agentId: string): string[] {
  return ['/copilot', `@${agentId}`];
}
