import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { checkBots } from './check-bots.ts';
import { checkCommits } from './check-commits.ts';
import { checkCriteriaMarks } from './check-criteria-marks.ts';
import { checkFeatures } from './check-features.ts';
import { checkGuides } from './check-guides.ts';
import { checkMergeRequests } from './check-merge-requests.ts';
import { checkOwnReviews } from './check-own-reviews.ts';
import { checkRefused } from './check-refused.ts';
import { checkRequestedChanges } from './check-requested-changes.ts';
import { checkRest } from './check-rest.ts';
import { checkTickets } from './check-tickets.ts';
import type { Check, Violation } from './violation.ts';

const CHECKS: readonly Check[] = [
  checkRest,
  checkTickets,
  checkCommits,
  checkMergeRequests,
  checkFeatures,
  checkRefused,
  checkOwnReviews,
  checkBots,
  checkGuides,
  checkCriteriaMarks,
  checkRequestedChanges,
];

/** What does not hold (yet): as long as work goes on, some of it will come right by itself. */
export function checkAll(facts: Facts, torture: TortureEnvironment): Violation[] {
  return CHECKS.flatMap((check) => check(facts, torture));
}
