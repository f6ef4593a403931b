import { MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import type { PollGroup } from './poll-groups.ts';

interface GroupTurns {
  now: number;
  /** How many lists GitLab is asked for when the group is polled. */
  listsOf: (group: PollGroup) => number;
  /** When its last poll that succeeded began; `undefined` for a group that was never polled. */
  polledAt: (group: PollGroup) => number | undefined;
  /** When a poll of it found something last, as far as this process knows. */
  activeAt: (group: PollGroup) => number | undefined;
}

/**
 * GitLab.com allows an account 2,000 requests a minute; so many lists leave nearly all of them to the work that is
 * found. Source: https://docs.gitlab.com/user/gitlab_com/#gitlabcom-specific-rate-limits
 */
const MAX_LISTS_IN_EACH_POLL = 300;

/** A quiet group is polled by every second poll of once a minute, so that a change waits less than two minutes. */
const QUIET_TURN_MS = 90 * SECOND;

const ACTIVE_MS = 15 * MINUTE;

/**
 * The groups to poll now: all of them, unless that is too much for one minute. Then those in which nothing happens take
 * turns, and each poll does about half of the whole: the ones that were polled longest ago. A group whose turn is over
 * is always among them, so a schedule of fewer polls leaves none out.
 */
export function chooseDueGroups(groups: readonly PollGroup[], turns: GroupTurns): PollGroup[] {
  const { now, listsOf } = turns;
  const all = groups.reduce((sum, group) => sum + listsOf(group), 0);
  if (all <= MAX_LISTS_IN_EACH_POLL) return [...groups];
  const polledAt = (group: PollGroup) => turns.polledAt(group) ?? Number.NEGATIVE_INFINITY;
  const isDue = (group: PollGroup) =>
    now - polledAt(group) >= QUIET_TURN_MS || now - (turns.activeAt(group) ?? Number.NEGATIVE_INFINITY) < ACTIVE_MS;
  let left = all / 2;
  const chosen: PollGroup[] = [];
  for (const group of groups.toSorted((one, other) => compare(polledAt(one), polledAt(other)))) {
    if (!isDue(group) && listsOf(group) > left) continue;
    left -= listsOf(group);
    chosen.push(group);
  }
  return chosen;
}

/** Also of two that were never polled. */
function compare(one: number, other: number): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
