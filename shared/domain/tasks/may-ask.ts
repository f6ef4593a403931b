import { HOUR } from '../../kernel/clock.ts';
import { type AskRefusal, MAX_ASKS_PER_HOUR } from '../runs/ask-refusal.ts';
import type { Run } from '../runs/run.ts';
import { causeOf } from '../runs/task-cause.ts';

export interface Ask {
  /** A comment needs no permission but to comment; a change of the ticket needs one that its workflow guards. */
  by: 'comment' | 'change';
  /** What Jira calls the account: `atlassian`, `app`, `customer`; absent where it does not say. */
  accountType?: string | undefined;
  /** Whether the account is in a group or role the binding names; absent where it names none. */
  membership?: 'member' | 'stranger' | 'unknown';
}

/**
 * Whether this account may start work on a ticket. A comment counts from people alone. A change may also come from a
 * rule of Jira's automation, but never from a customer or a visitor without an account. Where the binding names
 * groups or roles only their members count.
 */
export function findAskRefusal({ by, accountType, membership }: Ask): AskRefusal | undefined {
  const isPerson = by === 'comment' ? accountType === 'atlassian' : mayStartByChange(accountType);
  if (!isPerson) return 'asker-not-a-person';
  if (membership === 'unknown') return 'asker-unknown';
  return membership === 'stranger' ? 'asker-not-named' : undefined;
}

/** Whether an account of this type may start work by a change; where Jira does not say, it may. */
export function mayStartByChange(accountType: string | undefined): boolean {
  return accountType !== 'customer' && accountType !== 'anonymous';
}

/**
 * Whether a comment is one too many, judged by the runs that comments on the ticket have started within the last hour.
 * A comment that has its run already is not. Runs that cannot be read count as started by comments: `unreadable` are
 * the times of their creation.
 */
export function isAskedTooOften(
  runs: readonly Pick<Run, 'task' | 'createdAt'>[],
  { taskId, now, unreadable = [] }: { taskId: string; now: number; unreadable?: readonly number[] },
): boolean {
  if (runs.some(({ task }) => task.id === taskId)) return false;
  const isLate = (createdAt: number) => createdAt > now - HOUR;
  const asks = runs.filter(({ createdAt, task }) => isLate(createdAt) && causeOf(task).kind === 'issue-comment');
  return asks.length + unreadable.filter(isLate).length >= MAX_ASKS_PER_HOUR;
}
