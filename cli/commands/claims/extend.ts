import * as z from 'zod';
import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import { DAY } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { durationUpTo } from '../../arguments/parse-duration.ts';
import { parseSubject, type Subject } from '../../arguments/subject.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { findScope } from '../../clients/find-scope.ts';
import { findAccount, nameHolder, type Taker } from '../../clients/held-by-person.ts';
import { createProjectPaths, nameAsked } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { describeFailure } from '../../output/describe-error.ts';
import { formatTime } from '../../output/format-time.ts';
import { quoteScope } from '../../output/name-scope.ts';
import { refuse } from '../../output/refuse.ts';
import { describeHidden } from '../explain/plain-answer.ts';
import { closeClaim, describeChanged, takeForPerson } from './change-claim.ts';
import { type ExtendPlan, planExtend } from './plan-claim-change.ts';

export const ClaimsExtendOptions = z.object({
  claim: z.string(),
  for: durationUpTo(DAY, '1d; extend it again when it ends'),
  why: z.string().min(1).max(150).optional(),
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
  { claim, for: forMs, why, force, json }: ClaimsExtendOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab' | 'jira'> = createTools(io),
): Promise<number> {
  const subject = parseSubject(claim);
  const unknown = await findUnknown(subject, tools, io);
  if (unknown !== undefined) return refuse({ error: unknown, json }, io);
  const scope = await findScope(subject, tools);
  const storage = await tools.storage();
  const lock = await storage.scopes.find(scope);
  const now = io.clock.now();
  const plan = planExtend(lock, { now, force });
  const name = await nameAsked(
    subject,
    scope,
    createProjectPaths(async () => storage, io.env),
  );
  if (plan.action === 'refuse') return refuse({ error: describeLive(name, lock), json }, io);
  const taker = { who: findAccount(io), why };
  const held = await hold({ scope, lock, plan, now, forMs, taker }, storage);
  if (!held) return refuse({ error: describeChanged(name), json }, io);
  const from = plan.action === 'close' ? lock : undefined;
  const by = nameHolder(held);
  const document = { scope, until: toIso(held.expiresAt), heldBy: by, takenFrom: from?.runId ?? null };
  const text = () => [
    ...(from
      ? [`${name} was taken from ${from.runId} on ${nameHolder(from)}, which notices within a minute and stops.`]
      : []),
    `No run begins on ${name} before ${formatTime(held.expiresAt)} (${by}), unless: cmap claims release ${quoteScope(name)}`,
  ];
  return answer({ json, document, text }, io);
}

interface Wanted {
  scope: string;
  lock: ScopeLock | undefined;
  plan: Exclude<ExtendPlan, { action: 'refuse' }>;
  now: number;
  forMs: number;
  taker: Taker;
}

/** Why no claim is taken: a key that was mistyped would keep nothing away. Only Jira knows, where it is set. */
async function findUnknown(
  subject: Subject,
  tools: Pick<Tools, 'jira'>,
  io: Pick<CliIO, 'warn'>,
): Promise<string | undefined> {
  if (subject.kind !== 'issue') return undefined;
  try {
    const issue = await (await tools.jira()).findIssue(subject.issueKey);
    return issue ? undefined : `${describeHidden(subject.issueKey)} Nothing was done: check the key.`;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    if (!(error instanceof TaskError)) throw error;
    io.warn(`cmap: whether ${subject.issueKey} is there was not looked at: ${describeFailure(error)}`);
    return undefined;
  }
}

/** `undefined` when a runner or another person was faster. An end that is later already stays. */
async function hold(
  { scope, lock, plan, now, forMs, taker }: Wanted,
  storage: Storage,
): Promise<ScopeLock | undefined> {
  if (!lock || plan.action === 'take') return takeForPerson(scope, forMs, storage, taker);
  if (plan.action === 'close') return closeClaim(lock, now + forMs, storage, taker);
  return storage.scopes.renew(lock, Math.max(forMs, lock.expiresAt - now));
}

function describeLive(name: string, lock: ScopeLock | undefined): string {
  return `${name} is claimed by ${lock?.runId} on ${nameHolder({ holder: '', ...lock })}, which renews it by itself while it works; --force takes it away and keeps it closed`;
}
