import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { releaseScope } from '../../../shared/services/runs/release-scope.ts';
import { resendRun } from '../../../shared/services/runs/send-run.ts';
import { isHeldByPerson, newHolder, PERSON, type Taker } from '../../clients/held-by-person.ts';

type ClaimStorage = Pick<Storage, 'scopes' | 'ledger' | 'queue'>;

/**
 * What became of a claim that was read a moment ago. `changed`: its runner renewed or ended it, or another one took it.
 */
type Freed = { kind: 'freed'; resent: boolean } | { kind: 'changed' };

/**
 * Frees a claim under which no runner works. It is seized first, so that a runner that renews it at this moment keeps
 * it. The run whose runner is gone gets a new message, and the runs that waited go on.
 */
export async function freeClaim(lock: ScopeLock, storage: ClaimStorage): Promise<Freed> {
  const { scopes, ledger } = storage;
  const ours = isHeldByPerson(lock) ? lock : await scopes.seize(lock, newHolder({}));
  if (!ours) return { kind: 'changed' };
  // Read while no runner can begin it: a later change of hands makes the sending below refuse.
  const run = await ledger.find(lock.runId);
  await releaseScope(ours, { ...storage, log: silentLog });
  const resent = run?.state === 'running' && (await resendRun(run, 'claim-released', storage));
  return { kind: 'freed', resent };
}

/** Takes a claim away from a runner at work. `undefined` when it changed since it was read. */
export function closeClaim(
  lock: ScopeLock,
  until: number | undefined,
  { scopes }: ClaimStorage,
  taker: Taker = {},
): Promise<ScopeLock | undefined> {
  return scopes.seize(lock, newHolder(taker), until);
}

/** Takes a scope that no runner works under for a person. `undefined` when a runner was faster. */
export async function takeForPerson(
  scope: string,
  leaseMs: number,
  { scopes }: ClaimStorage,
  taker: Taker,
): Promise<ScopeLock | undefined> {
  const taken = await scopes.take({ scope, runId: PERSON, holder: newHolder(taker), leaseMs });
  return taken.kind === 'taken' ? taken.lock : undefined;
}

/** What a person reads when a claim changed between reading and writing it. */
export function describeChanged(name: string): string {
  return `the claim on ${name} changed at this moment; nothing was done, see \`cmap claims ls\``;
}
