import { daysUntilEnd, ENDS_SOON_DAYS } from '../../shared/domain/accounts/credential-end.ts';
import type { GitLab } from '../../shared/domain/ports/gitlab.ts';
import { type PollerStates, TOKEN_ROW } from '../../shared/domain/ports/poller-states.ts';
import { type Clock, DAY, HOUR } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import type { CredentialRegistry } from '../../shared/services/credentials/credential-registry.ts';
import type { AnnounceEnding } from '../../shared/services/outbound/announce-ending.ts';

export interface EndingCredentialsDeps {
  credentials: Pick<CredentialRegistry, 'describe'>;
  gitlabFor: (credentialRef: string) => Promise<Pick<GitLab, 'findTokenInfo' | 'getCurrentUser'>>;
  pollers: Pick<PollerStates, 'list' | 'put'>;
  /** Has the teams that use it notified. Absent: only the log says it. */
  announceEnding?: AnnounceEnding;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** Of one sweep, which others wait for; with more aliases than this the next sweeps ask for the rest. */
const MAX_ASKED = 20;

/** A token is reported when so many whole days are left, and when it has ended. */
const REPORTED_AT = [ENDS_SOON_DAYS, 7, 1, -1];

/**
 * Asks GitLab once a day when each token ends and whose it is, and logs `credential ends soon` for those that have come
 * to 14, 7 or 1 day or to their end since it was last asked. A token that GitLab refuses has ended or was revoked,
 * which is logged once. When it was asked is kept for each alias, so that each is reported once; twice when two
 * instances ask at the same moment, or one dies in between. The teams are notified in the same moments. A token GitLab
 * does not answer for is asked for again an hour later. Days are whole ones, negative once the token has ended.
 * @throws {TaskError} of storage.
 */
export async function reportEndingCredentials(deps: EndingCredentialsDeps): Promise<void> {
  const { credentials, gitlabFor, pollers, clock, log } = deps;
  const states = await pollers.list();
  const due = credentials
    .describe()
    .filter(({ problem }) => problem === undefined)
    .filter(({ alias }) => (states.get(`${TOKEN_ROW}${alias}`)?.nextAllowedAt ?? 0) <= clock.now());
  for (const { alias } of due.slice(0, MAX_ASKED)) {
    const row = `${TOKEN_ROW}${alias}`;
    const { lastSuccessAt, failures = 0, code: knownCode } = states.get(row) ?? {};
    const now = clock.now();
    try {
      const gitlab = await gitlabFor(alias);
      const { expiresAt = '', name = '' } = (await gitlab.findTokenInfo()) ?? {};
      const days = daysUntilEnd(expiresAt, now);
      const before = lastSuccessAt === undefined ? Number.POSITIVE_INFINITY : daysUntilEnd(expiresAt, lastSuccessAt);
      if (REPORTED_AT.some((limit) => days <= limit && before > limit)) {
        log.warn('credential ends soon', { credentialRef: alias, tokenName: name, expiresAt, days });
        await deps.announceEnding?.({ credentialRef: alias, days, expiresAt });
      }
      await pollers.put(row, { failures: 0, lastSuccessAt: now, nextAllowedAt: now + DAY });
      await renewAccount(alias, gitlab, log);
    } catch (error) {
      const code = error instanceof TaskError ? error.code : undefined;
      const isRefused = code === 'gitlab-unauthorized';
      if (isRefused && knownCode !== code) {
        log.warn('credential ends soon', { credentialRef: alias, days: -1 });
        await deps.announceEnding?.({ credentialRef: alias, days: -1, acceptedAt: lastSuccessAt ?? 0 });
      } else if (!isRefused) log.info('credential not asked for', { credentialRef: alias, error });
      await pollers.put(row, { failures: failures + 1, lastSuccessAt, nextAllowedAt: now + HOUR, code });
    }
  }
}

/** So that no sender of a webhook waits until GitLab has said who the token is. A failure says nothing of the token. */
async function renewAccount(alias: string, gitlab: Pick<GitLab, 'getCurrentUser'>, log: Log): Promise<void> {
  try {
    await gitlab.getCurrentUser({ maxAgeMs: 0 });
  } catch (error) {
    log.info('account not asked for', { credentialRef: alias, error });
  }
}
