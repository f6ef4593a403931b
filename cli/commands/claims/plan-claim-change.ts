import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { isHeldByPerson } from '../../clients/held-by-person.ts';

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

export function planRelease(lock: ScopeLock, { now, force }: ClaimView): ReleasePlan {
  const freeAt = findQuietTime(lock);
  if (freeAt <= now) return { action: 'free' };
  if (isHeldByPerson(lock)) return { action: 'refuse', reason: 'closing', freeAt };
  return force ? { action: 'close' } : { action: 'refuse', reason: 'live', freeAt };
}

export function planExtend(lock: ScopeLock | undefined, { now, force }: ClaimView): ExtendPlan {
  if (!lock) return { action: 'take' };
  if (isHeldByPerson(lock)) return { action: 'prolong' };
  const freeAt = findQuietTime(lock);
  if (freeAt <= now) return { action: 'take' };
  return force ? { action: 'close' } : { action: 'refuse', reason: 'live', freeAt };
}

/** When no runner can be at work under the claim any more: one that could not renew its claim stops before it ends. */
function findQuietTime(lock: ScopeLock): number {
  if (lock.runnerUntil !== undefined) return lock.runnerUntil + CLOCK_SKEW_MS;
  return isHeldByPerson(lock) ? 0 : lock.expiresAt + CLOCK_SKEW_MS;
}
