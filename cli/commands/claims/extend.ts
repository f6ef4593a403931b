import { z } from 'zod';
import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';
import { findScope } from '../../clients/find-scope.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { formatTime, toIso } from '../../output/format-time.ts';
import { closeClaim, takeForPerson } from './change-claim.ts';
import { type ExtendPlan, planExtend } from './plan-claim-change.ts';
import { refuseChanged, refuseClaim } from './refuse-claim.ts';

export const ClaimsExtendOptions = z.object({
  claim: z.string(),
  for: durationUpTo(DAY, '1d; extend it again when it ends'),
  force: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type ClaimsExtendOptions = z.infer<typeof ClaimsExtendOptions>;

/**
 * Keeps runs away from an issue or merge request for a while, by a claim that a person holds. The claim of a runner is never made
 * longer: one at work renews its own, and one that is gone would only hold up whoever could go on.
 */
export async function claimsExtend(
  { claim, for: forMs, force, json }: ClaimsExtendOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const scope = await findScope(claim, tools);
  const storage = await tools.storage();
  const lease = await storage.scopes.find(scope);
  const now = io.clock.now();
  const plan = planExtend(lease, { now, force });
  if (plan.action === 'refuse') return refuseClaim(describeLive(scope, lease), json, io);
  const held = await hold({ scope, lease, plan, now, forMs }, storage);
  if (!held) return refuseChanged(scope, json, io);
  const from = plan.action === 'close' ? lease : undefined;
  if (json) {
    const until = toIso(held.expiresAt);
    io.print(JSON.stringify({ ok: true, scope, until, takenFrom: from?.runId ?? null }, null, 2));
    return 0;
  }
  if (from)
    io.print(`${scope} was taken from ${from.runId} on ${from.holder}, which notices within a minute and stops.`);
  io.print(`No run begins on ${scope} before ${formatTime(held.expiresAt)}, unless: cmap claims release ${scope}`);
  return 0;
}

interface Wanted {
  scope: string;
  lease: ScopeLock | undefined;
  plan: Exclude<ExtendPlan, { action: 'refuse' }>;
  now: number;
  forMs: number;
}

/** `undefined` when somebody else was faster. An end that is later already stays. */
async function hold({ scope, lease, plan, now, forMs }: Wanted, storage: Storage): Promise<ScopeLock | undefined> {
  if (!lease || plan.action === 'take') return takeForPerson(scope, forMs, storage);
  if (plan.action === 'close') return closeClaim(lease, now + forMs, storage);
  return storage.scopes.renew(lease, Math.max(forMs, lease.expiresAt - now));
}

function describeLive(scope: string, lease: ScopeLock | undefined): string {
  return `${scope} is claimed by ${lease?.runId} on ${lease?.holder}, which renews it by itself while it works; --force takes it away and keeps it closed`;
}
