import { z } from 'zod';
import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { findScope } from '../../clients/find-scope.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTime } from '../../output/format-time.ts';
import { refuse } from '../../output/refuse.ts';
import { closeClaim, describeChanged, takeForPerson } from './change-claim.ts';
import { type ExtendPlan, planExtend } from './plan-claim-change.ts';

export const ClaimsExtendOptions = z.object({
  claim: z.string(),
  for: durationUpTo(DAY, '1d; extend it again when it ends'),
  force: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type ClaimsExtendOptions = z.infer<typeof ClaimsExtendOptions>;

/**
 * Keeps runs away from an issue or merge request for a while, by a claim that a person holds. The claim of a runner is
 * never made longer: one at work renews its own, and the claim of one that is gone would only hold up the runs that
 * wait.
 */
export async function claimsExtend(
  { claim, for: forMs, force, json }: ClaimsExtendOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const scope = await findScope(parseSubject(claim), tools);
  const storage = await tools.storage();
  const lock = await storage.scopes.find(scope);
  const now = io.clock.now();
  const plan = planExtend(lock, { now, force });
  if (plan.action === 'refuse') return refuse({ error: describeLive(scope, lock), json }, io);
  const held = await hold({ scope, lock, plan, now, forMs }, storage);
  if (!held) return refuse({ error: describeChanged(scope), json }, io);
  const from = plan.action === 'close' ? lock : undefined;
  const document = { scope, until: toIso(held.expiresAt), takenFrom: from?.runId ?? null };
  const text = () => [
    ...(from
      ? [`${scope} was taken from ${from.runId} on ${from.holder}, which notices within a minute and stops.`]
      : []),
    `No run begins on ${scope} before ${formatTime(held.expiresAt)}, unless: cmap claims release ${scope}`,
  ];
  return answer({ json, document, text }, io);
}

interface Wanted {
  scope: string;
  lock: ScopeLock | undefined;
  plan: Exclude<ExtendPlan, { action: 'refuse' }>;
  now: number;
  forMs: number;
}

/** `undefined` when a runner or another person was faster. An end that is later already stays. */
async function hold({ scope, lock, plan, now, forMs }: Wanted, storage: Storage): Promise<ScopeLock | undefined> {
  if (!lock || plan.action === 'take') return takeForPerson(scope, forMs, storage);
  if (plan.action === 'close') return closeClaim(lock, now + forMs, storage);
  return storage.scopes.renew(lock, Math.max(forMs, lock.expiresAt - now));
}

function describeLive(scope: string, lock: ScopeLock | undefined): string {
  return `${scope} is claimed by ${lock?.runId} on ${lock?.holder}, which renews it by itself while it works; --force takes it away and keeps it closed`;
}
