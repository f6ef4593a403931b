import { setTimeout as delay } from 'node:timers/promises';

import { isFinal } from '../../../shared/domain/runs/run.ts';
import { checkAll } from '../checks/check-all.ts';
import type { Violation } from '../checks/violation.ts';
import { ADA } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import { type Facts, readFacts } from '../facts/read-facts.ts';

export interface Settled {
  facts: Facts;
  violations: Violation[];
  /** How long it took until everything held. */
  settledAfterMs: number;
}

const LOOK_EVERY_MS = 1500;
/** Every poller and the sweeper have looked at least once in this time. */
const STAYS_MS = 4000;

/** What people would do in the end: blockers are finished. */
export function endOfWork({ environment: { jira } }: TortureEnvironment): void {
  for (const blocker of new Set(jira.issueKeys.flatMap((key) => jira.issue(key).blockedBy))) {
    if (jira.issue(blocker).status.name !== 'Done') jira.moveIssue(blocker, 'Done', ADA);
  }
}

/** Everything works again from now on. */
export function endTrouble({ environment, frontDoor, model, setVaultSecret, teamTroubles }: TortureEnvironment): void {
  const { proxy, gitlab, jira } = environment;
  proxy.setOutage(false);
  proxy.clearFaults();
  gitlab.clearFaults();
  jira.clearFaults();
  jira.staleSearches(0);
  model.clear();
  frontDoor.setTrouble(false);
  setVaultSecret(true);
  for (const trouble of teamTroubles) trouble.to = Math.min(trouble.to, Date.now());
}

/**
 * Waits until nothing is left that waiting could help, and stays so: at most `withinMs` from the last run that ended,
 * and five times that in all, for runs that only follow each other come to no rest either.
 */
export async function settle(torture: TortureEnvironment, withinMs: number): Promise<Settled> {
  const startedAt = Date.now();
  let goodSince: number | undefined;
  let [ended, endedAt] = [0, startedAt];
  for (;;) {
    const facts = await readFacts(torture);
    const violations = checkAll(facts, torture);
    const now = Date.now();
    // What happened twice stays so; everything else may still come right.
    const isRight = violations.every(({ kind }) => kind === 'duplicate');
    goodSince = isRight ? (goodSince ?? now) : undefined;
    const final = facts.runs.filter(({ state }) => isFinal(state)).length;
    if (final > ended) [ended, endedAt] = [final, now];
    const isLate = now - endedAt > withinMs || now - startedAt > 5 * withinMs;
    const isOver = goodSince === undefined ? isLate : now - goodSince >= STAYS_MS;
    if (isOver) return { facts, violations, settledAfterMs: (goodSince ?? now) - startedAt };
    await delay(LOOK_EVERY_MS);
  }
}
