import * as z from 'zod';
import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { findScope } from '../../clients/find-scope.ts';
import { findAccount, nameHolder } from '../../clients/held-by-person.ts';
import { createProjectPaths, nameAsked } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTime } from '../../output/format-time.ts';
import { quoteScope } from '../../output/name-scope.ts';
import { refuse } from '../../output/refuse.ts';
import { closeClaim, describeChanged, freeClaim } from './change-claim.ts';
import { planRelease } from './plan-claim-change.ts';

export const ClaimsReleaseOptions = z.object({
  claim: z.string(),
  force: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type ClaimsReleaseOptions = z.infer<typeof ClaimsReleaseOptions>;

/**
 * Frees a claim whose holder is gone or a person. With `--force` a runner at work loses its claim: no other run begins
 * before it has surely stopped, so that two never write about one issue or merge request.
 */
export async function claimsRelease(
  { claim, force, json }: ClaimsReleaseOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const subject = parseSubject(claim);
  const scope = await findScope(subject, tools);
  const storage = await tools.storage();
  const lock = await storage.scopes.find(scope);
  const name = await nameAsked(
    subject,
    scope,
    createProjectPaths(async () => storage, io.env),
  );
  if (!lock) {
    return refuse({ error: `nothing claims ${name}; \`cmap claims ls\` lists what is claimed`, json }, io);
  }
  const plan = planRelease(lock, { now: io.clock.now(), force });
  switch (plan.action) {
    case 'refuse':
      return refuse({ error: describeRefusal(name, lock, plan), json }, io);
    case 'close': {
      const closed = await closeClaim(lock, undefined, storage, { who: findAccount(io) });
      if (!closed) return refuse({ error: describeChanged(name), json }, io);
      const { runId, holder } = lock;
      const document = { scope, action: 'closed', runId, holder, freeAt: toIso(closed.expiresAt) };
      return answer({ json, document, text: () => describeClosed(name, lock, closed.expiresAt) }, io);
    }
    case 'free': {
      const freed = await freeClaim(lock, storage);
      if (freed.kind === 'changed') return refuse({ error: describeChanged(name), json }, io);
      const { runId, waiting } = lock;
      const document = { scope, action: 'released', resent: freed.resent ? runId : null, waiting };
      return answer({ json, document, text: () => describeFreed(name, lock, freed.resent) }, io);
    }
  }
}

function describeRefusal(
  name: string,
  { runId, holder }: ScopeLock,
  plan: { reason: 'live' | 'closing'; freeAt: number },
) {
  const at = formatTime(plan.freeAt);
  if (plan.reason === 'closing')
    return `${name} was taken from ${runId}, whose runner may be at work until ${at}; release it then`;
  return `${name} is claimed by ${runId} on ${nameHolder({ holder })}, which renews it while it works and is gone for sure at ${at} if it does not; --force takes it away now`;
}

function describeClosed(name: string, { runId, holder }: ScopeLock, freeAt: number): string {
  return [
    `${name} was taken from ${runId} on ${nameHolder({ holder })}.`,
    `The runner notices at its next renewal, within a minute, stops its work and writes nothing more about it.`,
    `No other run begins before ${formatTime(freeAt)}. Then ${runId} is begun again by the next delivery of its message, and runs that wait come after it.`,
    `To keep it closed for longer: cmap claims extend ${quoteScope(name)} --for 2h`,
  ].join('\n');
}

function describeFreed(name: string, { runId, waiting }: ScopeLock, resent: boolean): string {
  return [
    `${name} is free`,
    ...(resent ? [`${runId} begins again`] : []),
    ...(waiting.length > 0 ? [`${countOf(waiting.length, 'run')} that waited for it may go on`] : []),
  ].join('; ');
}
