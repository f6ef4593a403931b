import { LRUCache } from 'lru-cache';
import type { IssueState } from '../../../shared/domain/ports/jira.ts';
import { type Clock, MINUTE } from '../../../shared/kernel/clock.ts';
import { createSeenItems } from '../seen-items.ts';

/** The issues whose changelog Jira could not answer lately. */
export interface BrokenChangelogs {
  /** Counts a failure at one state of the issue; true when it is given up, and left alone for a while. */
  failed(issue: IssueState): boolean;
  /** Given up in this state a short time ago: asking again at each poll would only take time from the others. */
  isResting(issue: IssueState): boolean;
}

const REST_MS = 15 * MINUTE;
const MAX_REMEMBERED = 5000;

/** Forgetting is harmless: an issue is asked for again. */
export function createBrokenChangelogs(clock: Pick<Clock, 'now'>): BrokenChangelogs {
  const failures = createSeenItems<IssueState>({ keyOf: ({ key }) => key, isUnchanged: () => false });
  const resting = new LRUCache<string, { updatedAt: number; until: number }>({ max: MAX_REMEMBERED });
  return {
    failed(issue) {
      const isGivenUp = failures.failed(issue);
      if (isGivenUp) resting.set(issue.key, { updatedAt: issue.updatedAt, until: clock.now() + REST_MS });
      return isGivenUp;
    },
    isResting({ key, updatedAt }) {
      const rest = resting.get(key);
      return rest !== undefined && rest.updatedAt === updatedAt && rest.until > clock.now();
    },
  };
}
