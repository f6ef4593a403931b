import { randomBytes } from 'node:crypto';
import type { Reply } from '../http/send-reply.ts';

export interface OAuthApp {
  clientId: string;
  clientSecret: string;
}

/** The sign-in of Atlassian for one app, as tests look at it and disturb it. */
export interface SandboxOAuth {
  app: OAuthApp;
  /** An account authorizes the app: gives the first refresh token, as the answer to the code would have it. */
  authorize(accountId: string): string;
  /** From now on access tokens are good for so long; an hour unless set. */
  endAfter(seconds: number): void;
  /** From now on no access token that was given is taken. */
  endAccessTokens(): void;
  /** The account takes its authorization back. */
  revoke(): void;
  /** Refreshes that were answered with tokens, and those that were refused. */
  readonly counts: { refreshed: number; refused: number };
}

interface RefreshToken {
  accountId: string;
  family: string;
  usedAt?: number;
}

/** A used refresh token is taken again for so long; after that its use ends all that came from it. */
const LEEWAY_MS = 10 * 60_000;

/** Rotating refresh tokens as Atlassian has them: each use gives a new one and disables the one that was used. */
export function createOAuth(now: () => number) {
  const app = { clientId: 'sandbox-oauth-client', clientSecret: 'sandbox-oauth-secret-0123456789' };
  const refreshTokens = new Map<string, RefreshToken>();
  const accessTokens = new Map<string, { accountId: string; family: string; endsAt: number }>();
  const counts = { refreshed: 0, refused: 0 };
  let endsInSeconds = 3600;

  const issue = ({ accountId, family }: RefreshToken) => {
    const refresh = `sandbox-refresh-${randomBytes(24).toString('hex')}`;
    refreshTokens.set(refresh, { accountId, family });
    return refresh;
  };
  const endFamily = (family: string) => {
    for (const tokens of [refreshTokens, accessTokens])
      for (const [token, one] of tokens) if (one.family === family) tokens.delete(token);
  };
  const refuse = (status: number, error: string, description: string): Reply => {
    counts.refused += 1;
    return { status, body: { error, error_description: description } };
  };

  return {
    app,
    counts,
    authorize: (accountId: string) => issue({ accountId, family: randomBytes(8).toString('hex') }),
    endAfter(seconds: number) {
      endsInSeconds = seconds;
    },
    endAccessTokens: () => accessTokens.clear(),
    revoke() {
      refreshTokens.clear();
      accessTokens.clear();
    },
    /** The account an access token was given for, while it is good. */
    accountOf(token: string): string | undefined {
      const found = accessTokens.get(token);
      return found && found.endsAt > now() ? found.accountId : undefined;
    },
    /** `POST /oauth/token` */
    answer(body: unknown): Reply {
      const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
      if (given['client_id'] !== app.clientId || given['client_secret'] !== app.clientSecret)
        return refuse(401, 'access_denied', 'Unauthorized');
      if (given['grant_type'] !== 'refresh_token')
        return refuse(400, 'unsupported_grant_type', 'Only refresh_token here.');
      const used = refreshTokens.get(String(given['refresh_token']));
      if (used?.usedAt !== undefined && now() - used.usedAt > LEEWAY_MS) endFamily(used.family);
      const token = refreshTokens.get(String(given['refresh_token']));
      if (!token) return refuse(403, 'invalid_grant', 'Unknown or invalid refresh token.');
      token.usedAt ??= now();
      const { accountId, family } = token;
      const access = `sandbox-access-${randomBytes(24).toString('hex')}`;
      accessTokens.set(access, { accountId, family, endsAt: now() + endsInSeconds * 1000 });
      counts.refreshed += 1;
      const tokens = { access_token: access, refresh_token: issue(token), expires_in: endsInSeconds };
      return { status: 200, body: { ...tokens, token_type: 'Bearer', scope: 'offline_access read:jira-work' } };
    },
  };
}
