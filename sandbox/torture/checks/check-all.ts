import type { Facts } from '../read-facts.ts';
import type { TortureWorld } from '../torture-world.ts';
import { checkCommits } from './check-commits.ts';
import { checkMergeRequests } from './check-merge-requests.ts';
import { checkRest } from './check-rest.ts';
import { checkTickets } from './check-tickets.ts';
import type { Check, Violation } from './violation.ts';

const CHECKS: readonly Check[] = [checkRest, checkTickets, checkCommits, checkMergeRequests];

/** What does not hold (yet): as long as work goes on, some of it will come right by itself. */
export function checkAll(facts: Facts, torture: TortureWorld): Violation[] {
  return CHECKS.flatMap((check) => check(facts, torture));
}
