import { randomUUID } from 'node:crypto';
import type { RequestTokens } from '../../../adapters/jira/oauth/request-tokens.ts';
import type { AccessTokens } from '../../../domain/ports/access-tokens.ts';
import type { SignIn, SignIns } from '../../../domain/ports/sign-ins.ts';
import { type Clock, MINUTE, SECOND } from '../../../kernel/clock.ts';
import { TaskError } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import { singleFlight } from '../../../kernel/once.ts';
import { fingerprint } from '../../../kernel/seal.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { PURPOSE, sealTokens, type TokenPair, toTokenPair, unsealTokens } from './token-pair.ts';

export interface SignInDeps {
  /** The refresh token of the settings: what a person got when the app was authorized. */
  refreshToken: Secret;
  /** Seals what is stored. */
  clientSecret: Secret;
  requestTokens: RequestTokens;
  /** Shared by every process of the deployment; asked for when tokens are needed. */
  store: () => Promise<SignIns>;
  /** Learns every token before it is used. */
  redactor?: { add(secret: Secret): void } | undefined;
  clock: Clock;
  log: Log;
  signal?: AbortSignal | undefined;
}

/** One use of a permission. */
interface Refresh {
  store: SignIns;
  /** What is refreshed: the pair of the row, or a newer one that could not be stored. */
  current: TokenPair | undefined;
  stored: TokenPair | undefined;
  /** What the row held besides permissions, to be put back after a failure. */
  held: SignIn;
  /** Of this permission alone: a process may ask twice. */
  refresher: string;
}

/**
 * Longer than all tries of one refresh, and much shorter than the ten minutes in which a used refresh token is taken
 * again.
 */
const REFRESH_MS = 1 * MINUTE;
const LOOK_AGAIN_MS = SECOND / 2;
/** Where Jira refuses what was just given for a refused one, yet another one would be refused as well. */
const REPLACED_MS = 1 * MINUTE;
/** Between tries while the token is still good. */
const RETRY_MS = 30 * SECOND;
/** A refused refresh token is not sent again by every request. */
const REFUSED_MS = 5 * MINUTE;

/**
 * Access tokens from a refresh token that changes at each use. The current pair stands sealed in a row that every
 * process of the deployment reads, and only the process that holds the row's permission asks for the next pair: none
 * invalidates that of another. Each refresh token of the settings has a row of its own, so a new authorization begins
 * anew, also while another process still has the old settings. See docs/adr/0015.
 */
export function createSignIn(deps: SignInDeps): AccessTokens {
  const { clock, clientSecret, redactor, log, signal } = deps;
  const name = `jira-${fingerprint(deps.refreshToken, clientSecret, PURPOSE).slice(0, 32)}`;
  let known: TokenPair | undefined;
  let replacedAt = Number.NEGATIVE_INFINITY;
  redactor?.add(deps.refreshToken);

  const obtain = singleFlight(async (refused: string): Promise<TokenPair> => {
    const store = await deps.store();
    for (;;) {
      const row = await store.find(name);
      const { refreshingUntil = 0, refresher: _, ...held } = row?.value ?? {};
      const { sealed, refusedAt = Number.NEGATIVE_INFINITY } = held;
      const stored = learn(unsealTokens(sealed, clientSecret));
      const current = newer(stored, known);
      if (current && clock.now() < current.renewAt && !current.accessToken.matches(refused)) return current;
      const isAsked = isAhead(refreshingUntil, clock.now());
      // What is still good need not wait for another process.
      if (isAsked && current && clock.now() < current.endsAt && !current.accessToken.matches(refused)) return current;
      if (Math.abs(clock.now() - refusedAt) < REFUSED_MS)
        throw new TaskError('jira-sign-in-refused', { detail: 'It was refused less than five minutes ago.' });
      const permission = { refreshingUntil: clock.now() + REFRESH_MS, refresher: randomUUID() };
      if (!isAsked && (await store.putIf(name, { ...held, ...permission }, row?.version))) {
        const next = await refresh({ store, current, stored, held, refresher: permission.refresher });
        if (next) return next;
      }
      await clock.sleep(LOOK_AGAIN_MS, signal);
    }
  });

  /** `undefined` when the pair of the row is what counts now: it has to be read again. */
  async function refresh({ store, current, stored, held, refresher }: Refresh): Promise<TokenPair | undefined> {
    const used = current?.refreshToken ?? deps.refreshToken;
    let next: TokenPair;
    try {
      next = learn(toTokenPair(await deps.requestTokens(used, signal), clock.now(), (current?.seq ?? 0) + 1));
    } catch (error) {
      const isRefused = error instanceof TaskError && error.code === 'jira-sign-in-refused';
      // Ours was never stored, and the family has gone on without it: what the row has was not refused.
      const isOutdated = isRefused && !(stored?.refreshToken ?? deps.refreshToken).matches(used.reveal());
      if (isOutdated) known = undefined;
      const value = isRefused && !isOutdated ? { ...held, refusedAt: clock.now() } : held;
      const isReleased = await release(store, refresher, value).catch(() => true);
      if (isOutdated || !isReleased) return undefined;
      throw error;
    }
    try {
      if (!(await release(store, refresher, { sealed: sealTokens(next, clientSecret) }))) {
        // Another process asked with the same token meanwhile: one branch of the family lives on, that of the row.
        known = undefined;
        return undefined;
      }
    } catch (error) {
      // Kept here: it is stored with the next one, and must not be lost until then.
      known = next;
      log.error('jira sign-in not stored', { error });
      return next;
    }
    log.info('signed in to jira', { endsInSeconds: Math.round((next.endsAt - next.obtainedAt) / SECOND) });
    return next;
  }

  /**
   * Gives the permission back. False when another process has taken this one for dead meanwhile, and nothing is
   * written. A row that is gone is written anew: the pair is all that is left of the sign-in.
   */
  async function release(store: SignIns, refresher: string, value: SignIn): Promise<boolean> {
    const row = await store.find(name);
    if (row && row.value.refresher !== refresher) return false;
    return store.putIf(name, value, row?.version);
  }

  function learn<Pair extends TokenPair | undefined>(pair: Pair): Pair {
    if (pair) for (const token of [pair.accessToken, pair.refreshToken]) redactor?.add(token);
    return pair;
  }

  async function renew(refused: Secret | undefined): Promise<Secret> {
    try {
      known = await obtain(refused?.reveal() ?? '');
    } catch (error) {
      // What is there is good for some minutes yet, and the reason may pass until then.
      if (refused || !known || clock.now() >= known.endsAt) throw error;
      log.warn('jira sign-in not renewed', { error });
      known = { ...known, renewAt: Math.min(clock.now() + RETRY_MS, known.endsAt) };
    }
    return known.accessToken;
  }

  return {
    get: async () => (known && clock.now() < known.renewAt ? known.accessToken : renew(undefined)),
    async replace(refused) {
      if (known && !known.accessToken.matches(refused.reveal())) return known.accessToken;
      if (known && clock.now() - replacedAt < REPLACED_MS) return known.accessToken;
      const fresh = await renew(refused);
      replacedAt = clock.now();
      return fresh;
    },
  };
}

/** Whether a permission still holds. A longer one than any process takes is of a clock that is ahead, not believed. */
function isAhead(refreshingUntil: number, now: number): boolean {
  return refreshingUntil > now && refreshingUntil - now <= 2 * REFRESH_MS;
}

/** By their place in the family: the clocks of the machines that obtained them cannot be compared. */
function newer(one: TokenPair | undefined, other: TokenPair | undefined): TokenPair | undefined {
  return one && other && other.seq > one.seq ? other : (one ?? other);
}
