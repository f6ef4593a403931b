import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { checkCommits } from './check-commits.ts';
import { checkFeatures } from './check-features.ts';
import { checkMergeRequests } from './check-merge-requests.ts';
import { checkRest } from './check-rest.ts';
import { checkTickets } from './check-tickets.ts';
import type { Check, Violation } from './violation.ts';

const CHECKS: readonly Check[] = [checkRest, checkTickets, checkCommits, checkMergeRequests, checkFeatures];

/** What does not hold (yet): as long as work goes on, some of it will come right by itself. */
export function checkAll(facts: Facts, torture: TortureEnvironment): Violation[] {
  return CHECKS.flatMap((check) => check(facts, torture));
}
