import { HOUR } from '../../kernel/clock.ts';
import type { RequesterRules } from '../mapping/binding.ts';
import type { Run } from '../runs/run.ts';
import { causeOf } from '../runs/task-cause.ts';
import { sameName } from './find-request.ts';

/** Why a person's comment starts nothing. Dashboards count these words: add freely, rename never. */
export type RequesterRefusal = 'not-a-person' | 'not-permitted' | 'too-many-requests';

/** What Jira says about the memberships of an account; only what the binding's rules ask for is known. */
export interface Memberships {
  groups: readonly string[];
  /** Whom the role has; absent where the project has no such role. */
  role?: { accountIds: readonly string[]; groups: readonly string[] } | undefined;
}

/** Comments of one ticket that start work within an hour; more are refused, from every author. */
export const MAX_REQUESTS_PER_HOUR = 5;

/**
 * Whether the author of a comment may start work. Only accounts of people may: Jira calls customers of a service desk
 * `customer` and programs `app`; an account whose type Jira does not say, and a comment without author, count as
 * neither.
 */
export function planRequester(
  author: { accountId: string; accountType?: string },
  rules: RequesterRules | undefined,
  { memberships, runs, now }: { memberships?: Memberships | undefined; runs: readonly RequestRun[]; now: number },
): RequesterRefusal | undefined {
  if (author.accountType !== 'atlassian') return 'not-a-person';
  if (rules && !isMember(author.accountId, rules, memberships)) return 'not-permitted';
  return countRequests(runs, now) >= MAX_REQUESTS_PER_HOUR ? 'too-many-requests' : undefined;
}

/** What counting needs of a run. */
export type RequestRun = Pick<Run, 'createdAt' | 'task'>;

function countRequests(runs: readonly RequestRun[], now: number): number {
  const asked = runs.filter(({ task, createdAt }) => {
    const isRecent = createdAt > now - HOUR;
    return isRecent && task.kind === 'coding' && causeOf(task).kind === 'issue-comment';
  });
  return asked.length;
}

/** In the group, or with the role: by name or through a group that has it. Nothing known means no. */
function isMember(accountId: string, { group, role }: RequesterRules, memberships: Memberships | undefined): boolean {
  if (!memberships) return false;
  const isIn = (name: string) => memberships.groups.some((own) => sameName(own, name));
  if (group !== undefined && isIn(group)) return true;
  const holders = role === undefined ? undefined : memberships.role;
  return holders !== undefined && (holders.accountIds.includes(accountId) || holders.groups.some(isIn));
}
