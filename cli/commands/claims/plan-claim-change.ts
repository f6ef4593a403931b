import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';

/** The run id of a claim that a person holds. */
export const PERSON = 'person';

/** The clock here and the one of the runner may differ by this much. */
const CLOCK_SKEW_MS = MINUTE;

/** What taking a claim away comes to. */
export type ReleasePlan =
  /** No runner works under it: it can go. */
  | { action: 'free' }
  /** Its runner is at work: it gets another holder, and ends when the runner has surely stopped. */
  | { action: 'close' }
  | { action: 'refuse'; reason: 'live' | 'closing'; freeAt: number };

/** What keeping the machine away for a while comes to. */
export type ExtendPlan =
  /** It is free. */
  | { action: 'take' }
  /** A person has it already. */
  | { action: 'prolong' }
  | { action: 'close' }
  | { action: 'refuse'; reason: 'live'; freeAt: number };

export interface ClaimView {
  now: number;
  force: boolean;
}

export function planRelease(lease: ScopeLock, { now, force }: ClaimView): ReleasePlan {
  const freeAt = findQuietTime(lease);
  if (freeAt <= now) return { action: 'free' };
  if (isHeldByPerson(lease)) return { action: 'refuse', reason: 'closing', freeAt };
  return force ? { action: 'close' } : { action: 'refuse', reason: 'live', freeAt };
}

export function planExtend(lease: ScopeLock | undefined, { now, force }: ClaimView): ExtendPlan {
  if (!lease) return { action: 'take' };
  if (isHeldByPerson(lease)) return { action: 'prolong' };
  const freeAt = findQuietTime(lease);
  if (freeAt <= now) return { action: 'take' };
  return force ? { action: 'close' } : { action: 'refuse', reason: 'live', freeAt };
}

export function isHeldByPerson({ holder }: Pick<ScopeLock, 'holder'>): boolean {
  return holder.startsWith(`${PERSON}/`);
}

/** When no runner can be at work under the claim any more: one that could not renew its claim stops before it ends. */
function findQuietTime(lease: ScopeLock): number {
  if (lease.runnerUntil !== undefined) return lease.runnerUntil + CLOCK_SKEW_MS;
  return isHeldByPerson(lease) ? 0 : lease.expiresAt + CLOCK_SKEW_MS;
}
