import { daysUntilEnd } from '../../shared/domain/accounts/credential-end.ts';
import type { GitLab } from '../../shared/domain/ports/gitlab.ts';
import { type Clock, HOUR, MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { singleFlight } from '../../shared/kernel/once.ts';
import { waitAtMost } from '../../shared/kernel/waits.ts';
import type {
  CredentialDescription,
  CredentialRegistry,
} from '../../shared/services/credentials/credential-registry.ts';

/** A credential as health shows it: everything but its value. */
export interface TokenState extends CredentialDescription {
  /** The name the token was given in GitLab. */
  tokenName?: string;
  scopes?: string[];
  /** `2026-01-31`; absent when it never ends or GitLab does not say. */
  expiresAt?: string;
  /** Whole days, negative once it has ended. */
  expiresInDays?: number;
}

export interface TokenStatesDeps {
  credentials: Pick<CredentialRegistry, 'describe'>;
  gitlabFor: (credentialRef: string) => Promise<Pick<GitLab, 'findTokenInfo'>>;
  clock: Clock;
}

type TokenFacts = Omit<TokenState, keyof CredentialDescription> & { problem?: string };

/** How old GitLab's answer may be, which the processes remember together and for this very token. */
const MAX_AGE_MS = 1 * HOUR;
/** How long this process does not look whether there is another answer or another token, and asks no failure again. */
const LOOK_EVERY_MS = 5 * MINUTE;
/** Probes do not wait long; what GitLab has not answered by then is there the next time. */
const TIMEOUT_MS = 3 * SECOND;

/**
 * What GitLab knows of each token, no older than an hour and five minutes: asked once an hour, by one of the processes,
 * by a `gitlabFor` that remembers it. A token that takes the place of another is seen within five minutes.
 */
export function createTokenStates({ credentials, gitlabFor, clock }: TokenStatesDeps): () => Promise<TokenState[]> {
  const known = new Map<string, { facts: TokenFacts; staleAt: number }>();

  const ask = singleFlight(async (alias: string): Promise<void> => {
    try {
      const info = await (await gitlabFor(alias)).findTokenInfo({ maxAgeMs: MAX_AGE_MS });
      const facts = info ? toFacts(info) : {};
      known.set(alias, { facts, staleAt: clock.now() + LOOK_EVERY_MS });
    } catch (error) {
      const problem = error instanceof TaskError ? error.code : 'unexpected';
      known.set(alias, { facts: { problem }, staleAt: clock.now() + LOOK_EVERY_MS });
    }
  });

  function refresh(alias: string): Promise<void> {
    return (known.get(alias)?.staleAt ?? 0) > clock.now() ? Promise.resolve() : ask(alias);
  }

  return async () => {
    const described = credentials.describe();
    const usable = described.filter(({ problem }) => problem === undefined);
    await waitAtMost(TIMEOUT_MS, Promise.all(usable.map(({ alias }) => refresh(alias))), clock);
    return described.map((description) => {
      const facts = description.problem === undefined ? (known.get(description.alias)?.facts ?? {}) : {};
      return { ...description, ...facts, ...countDays(facts.expiresAt, clock.now()) };
    });
  };
}

function toFacts({ name, expiresAt, scopes }: { name: string; expiresAt?: string; scopes: string[] }): TokenFacts {
  return { tokenName: name, scopes, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

function countDays(expiresAt: string | undefined, now: number): { expiresInDays?: number } {
  const days = daysUntilEnd(expiresAt, now);
  return Number.isFinite(days) ? { expiresInDays: days } : {};
}
