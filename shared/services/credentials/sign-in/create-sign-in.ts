import { randomUUID } from 'node:crypto';
import type { RequestTokens } from '../../../adapters/jira/oauth/request-tokens.ts';
import type { AccessTokens } from '../../../domain/ports/access-tokens.ts';
import type { SignIns } from '../../../domain/ports/sign-ins.ts';
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
  const refresher = randomUUID();
  let known: TokenPair | undefined;
  let replacedAt = Number.NEGATIVE_INFINITY;
  redactor?.add(deps.refreshToken);

  const obtain = singleFlight(async (refused: string): Promise<TokenPair> => {
    const store = await deps.store();
    for (;;) {
      const row = await store.find(name);
      const { sealed, refreshingUntil = 0, refusedAt = Number.NEGATIVE_INFINITY } = row?.value ?? {};
      const current = newer(learn(unsealTokens(sealed, clientSecret)), known);
      if (current && clock.now() < current.renewAt && !current.accessToken.matches(refused)) return current;
      if (clock.now() - refusedAt < REFUSED_MS)
        throw new TaskError('jira-sign-in-refused', { detail: 'It was refused less than five minutes ago.' });
      const mine = { refreshingUntil: clock.now() + REFRESH_MS, refresher, ...(sealed ? { sealed } : {}) };
      if (refreshingUntil <= clock.now() && (await store.putIf(name, mine, row?.version))) {
        const next = await refresh(store, current);
        if (next) return next;
      }
      await clock.sleep(LOOK_AGAIN_MS, signal);
    }
  });

  /** `undefined` when another process has taken this one for dead meanwhile: then its pair is what counts. */
  async function refresh(store: SignIns, current: TokenPair | undefined): Promise<TokenPair | undefined> {
    const used = current?.refreshToken ?? deps.refreshToken;
    let next: TokenPair | undefined;
    try {
      next = toTokenPair(await deps.requestTokens(used, signal), clock.now());
      // Kept here as well: a pair that cannot be stored is stored with the next one, and must not be lost until then.
      known = learn(next);
      await release(store, { sealed: sealTokens(next, clientSecret) });
      log.info('signed in to jira', { endsInSeconds: Math.round((next.endsAt - next.obtainedAt) / SECOND) });
      return next;
    } catch (error) {
      if (next) {
        log.error('jira sign-in not stored', { error });
        return next;
      }
      const sealed = current ? { sealed: sealTokens(current, clientSecret) } : {};
      const isRefused = error instanceof TaskError && error.code === 'jira-sign-in-refused';
      const released = await release(store, isRefused ? { ...sealed, refusedAt: clock.now() } : sealed).catch(
        () => true,
      );
      if (!released) return undefined;
      throw error;
    }
  }

  /** Gives the permission back. False when it is not ours any more, and nothing is written. */
  async function release(store: SignIns, value: { sealed?: string; refusedAt?: number }): Promise<boolean> {
    const row = await store.find(name);
    return row?.value.refresher === refresher && (await store.putIf(name, value, row.version));
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

function newer(one: TokenPair | undefined, other: TokenPair | undefined): TokenPair | undefined {
  return one && other && other.obtainedAt > one.obtainedAt ? other : (one ?? other);
}
