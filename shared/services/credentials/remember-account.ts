import type { AnswerAge, GitLab, GitLabUser, TokenInfo } from '../../domain/ports/gitlab.ts';
import type { KnownAccount, KnownAccounts } from '../../domain/ports/known-accounts.ts';
import { type Clock, DAY } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { singleFlight } from '../../kernel/once.ts';
import type { Secret } from '../../kernel/secret.ts';
import { sha256 } from '../../kernel/sha256.ts';
import type { CredentialRegistry } from './credential-registry.ts';

export interface RememberAccountDeps {
  accounts: KnownAccounts;
  credentials: Pick<CredentialRegistry, 'get'>;
  baseUrl: string;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** How old the answer to who we are may be, unless another age is given. */
const USER_MAX_AGE_MS = 1 * DAY;

/**
 * GitLab through the credential of `ref`, which asks neither who that is nor what the token may do where another
 * process was told lately. What was said of another token, or by another GitLab, is not believed; storage that is away
 * costs the request that it would have saved.
 */
export function rememberAccount(ref: string, gitlab: GitLab, deps: RememberAccountDeps): GitLab {
  const { accounts, credentials, clock, log } = deps;
  const baseUrl = deps.baseUrl.replace(/\/+$/, '');
  const key = `${baseUrl}|${ref}`;
  let known: KnownAccount | undefined;

  let digested: { token: Secret; digest: string } | undefined;
  const digestToken = async (): Promise<string> => {
    const token = await credentials.get(ref);
    // Most often the very same secret.
    if (digested?.token !== token) digested = { token, digest: digestOf(token, key) };
    return digested.digest;
  };

  const read = singleFlight(async (): Promise<void> => {
    try {
      known = await accounts.find(key);
    } catch (error) {
      log.warn('account not readable', { credentialRef: ref, error });
    }
  });

  const isYoung = (answer: { at: number } | undefined, maxAgeMs: number) =>
    // One of the future was written by a process whose clock is wrong.
    answer !== undefined && answer.at <= clock.now() && clock.now() - answer.at < maxAgeMs;

  /** What is remembered of the token, in this process or by another one. */
  async function find<Part extends 'user' | 'token'>(
    part: Part,
    maxAgeMs: number,
  ): Promise<KnownAccount[Part] | undefined> {
    const wanted = await digestToken();
    const here = () => (known?.digest === wanted && isYoung(known[part], maxAgeMs) ? known[part] : undefined);
    if (here() || maxAgeMs <= 0) return here();
    await read();
    return here();
  }

  async function keep(asked: Pick<KnownAccount, 'digest' | 'user'> | Pick<KnownAccount, 'digest' | 'token'>) {
    // A token that was replaced meanwhile: which of the two was answered for is not known.
    if ((await digestToken()) !== asked.digest) return;
    known = { ...(known?.digest === asked.digest ? known : {}), ...asked };
    try {
      await accounts.put(key, known);
    } catch (error) {
      log.warn('account not writable', { credentialRef: ref, error });
    }
  }

  // A question for each token: who asks with another one meanwhile is not given the answer about this one.
  const askUser = singleFlight(async (digest: string): Promise<GitLabUser> => {
    const value = await gitlab.getCurrentUser({ maxAgeMs: 0 });
    await keep({ digest, user: { value, at: clock.now() } });
    return value;
  });

  const askToken = singleFlight(async (digest: string): Promise<TokenInfo | undefined> => {
    const value = await gitlab.findTokenInfo();
    await keep({ digest, token: { value, at: clock.now() } });
    return value;
  });

  return {
    ...gitlab,
    async getCurrentUser({ maxAgeMs = USER_MAX_AGE_MS }: AnswerAge = {}) {
      const found = await find('user', maxAgeMs);
      return found ? found.value : askUser(await digestToken());
    },
    async findTokenInfo({ maxAgeMs = 0 }: AnswerAge = {}) {
      const found = await find('token', maxAgeMs);
      return found ? found.value : askToken(await digestToken());
    },
  };
}

/** Of a long random text, of which its digest says nothing; with the key before it, equal tokens do not look equal. */
function digestOf(token: Secret, key: string): string {
  return sha256(`account of ${key}\n${token.reveal()}`).slice(0, 32);
}
