import { daysUntilEnd, ENDS_SOON_DAYS } from '../../../shared/domain/accounts/credential-end.ts';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { attempt, type Check, fail, ok, warn } from './check.ts';

const NEEDED_SCOPES = ['api', 'write_repository'];

/** Whether GitLab takes the token, whose it is, what it may do and when it ends. */
export function checkCredential(
  alias: string,
  gitlab: Pick<GitLab, 'getCurrentUser' | 'findTokenInfo'>,
  now: number,
): Promise<Check[]> {
  const about = `credential ${alias}`;
  return attempt(about, async () => {
    const [user, info] = await Promise.all([gitlab.getCurrentUser(), gitlab.findTokenInfo()]);
    if (!info) return [warn(about, `valid for ${user.username}; GitLab does not say what it may do and when it ends`)];
    return [
      judgeScopes(about, user.username, info.scopes),
      judgeExpiry(about, user.bot, info.expiresAt, now),
      ...(user.bot ? [] : [warn(about, `belongs to the account of a person, ${user.username}; ${OF_A_BOT}`)]),
    ];
  });
}

function judgeScopes(about: string, username: string, scopes: readonly string[]): Check {
  // `api` includes writing to repositories over HTTPS for project, group and personal tokens.
  const missing = scopes.includes('api') ? [] : NEEDED_SCOPES.filter((scope) => !scopes.includes(scope));
  const said = `valid for ${username}, scopes ${scopes.join(', ') || 'none'}`;
  if (missing.length === 0) return ok(about, said);
  return fail(about, `${said}; it lacks ${missing.join(' and ')}: make a token that has them`);
}

/** What a person does and what the agent does are told apart by the account, and a person leaves. */
const OF_A_BOT = 'use a token of a project, a group or a service account (docs/tokens.md)';

/** A new token of a project or group is a new user, who does not know what the old one wrote. */
const ROTATE = 'rotate it in GitLab, which keeps its user (docs/runbook.md, "Rotating a credential")';

function judgeExpiry(about: string, isBot: boolean, expiresAt: string | undefined, now: number): Check {
  if (expiresAt === undefined) return warn(about, 'never ends; a token with an end is safer');
  const days = daysUntilEnd(expiresAt, now);
  if (days < 0) return fail(about, `ended ${expiresAt}: make a new one`);
  if (days < ENDS_SOON_DAYS) return warn(about, `ends ${expiresAt}, in ${days} days: ${isBot ? ROTATE : 'renew it'}`);
  return ok(about, `ends ${expiresAt}`);
}
