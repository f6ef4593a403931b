import * as z from 'zod';
import { type Clock, SECOND } from '../../../kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../../kernel/errors.ts';
import { lazily } from '../../../kernel/lazily.ts';
import type { Log } from '../../../kernel/log.ts';
import { RETRY } from '../../../kernel/retry.ts';
import { Secret } from '../../../kernel/secret.ts';
import { createHttpClient } from '../../http/create-http-client.ts';

export interface OAuthClient {
  /** `https://auth.atlassian.com/oauth/token` */
  tokenUrl: string;
  clientId: string;
  clientSecret: Secret;
}

export interface NewTokens {
  accessToken: Secret;
  refreshToken: Secret;
  /** How long the access token is good for. */
  expiresInMs: number;
}

export type RequestTokens = (refreshToken: Secret, signal?: AbortSignal) => Promise<NewTokens>;

export interface RequestTokensDeps {
  clock: Clock;
  log: Log;
  fetch?: typeof fetch | undefined;
  signal?: AbortSignal | undefined;
}

/** Of all tries of one refresh together, so that it ends before another process takes it for dead. */
const POLICY = { ...RETRY.jiraRequest, maxAttempts: 3, longestMs: 5 * SECOND, longestTotalMs: 10 * SECOND };
const TIMEOUT_MS = 10 * SECOND;

const Tokens = lazily(() =>
  z.object({
    access_token: z.string().min(1),
    refresh_token: z.string().min(1),
    expires_in: z.number().positive(),
  }),
);

const Refusal = lazily(() => z.object({ error: z.string(), error_description: z.string().optional() }));

/** What the body of an answer says when the refresh token itself will not do (RFC 6749, 5.2). */
const REFUSED_TOKEN: ReadonlySet<string> = new Set(['invalid_grant', 'unauthorized_client']);

/** No answer to come back for: a refused token where the body says so, else of a proxy, or for a wrong client. */
const FINAL_ANSWERS: ReadonlySet<ErrorCode> = new Set([
  'jira-unauthorized',
  'jira-forbidden',
  'jira-refused',
  'jira-not-found',
]);

/**
 * Exchanges a refresh token for an access token and the next refresh token. Atlassian answers 403 with `invalid_grant`
 * or `unauthorized_client` to one that was used, revoked or has ended
 * (https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens): that alone is `jira-sign-in-refused`;
 * one that was used within the last ten minutes it takes again, so a request whose answer was lost is repeated
 * (https://community.developer.atlassian.com/t/superseded-31-january-2022-action-required-deprecating-persistent-refresh-tokens/50348/60).
 */
export function createRequestTokens(
  { tokenUrl, clientId, clientSecret }: OAuthClient,
  deps: RequestTokensDeps,
): RequestTokens {
  const client = {
    ...deps,
    service: 'jira',
    title: 'The sign-in of Atlassian',
    urlSetting: 'JIRA_OAUTH_TOKEN_URL',
    token: clientSecret,
    headers: {},
    policy: POLICY,
    timeoutMs: TIMEOUT_MS,
  } as const;

  return async (refreshToken, signal) => {
    const body = {
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret.reveal(),
      refresh_token: refreshToken.reveal(),
    };
    const url = new URL(tokenUrl);
    const call = { method: 'POST', url, path: url.pathname, body, repeat: 'always', secrets: [refreshToken] } as const;
    let reason = '';
    const send = createHttpClient({
      ...client,
      readRefusal(body) {
        const { error = '', error_description: description } = Refusal().safeParse(body).data ?? {};
        reason = error;
        return [error, description].filter(Boolean).join(': ');
      },
    });
    const answer = await send(call, signal).catch((error: unknown) => {
      throw toFailure(error, REFUSED_TOKEN.has(reason));
    });
    const parsed = Tokens().safeParse(answer.body);
    if (!parsed.success)
      throw new TaskError('jira-unavailable', {
        detail: `${url.host} answered without the tokens that were asked for`,
      });
    return {
      accessToken: new Secret(parsed.data.access_token),
      refreshToken: new Secret(parsed.data.refresh_token),
      expiresInMs: parsed.data.expires_in * SECOND,
    };
  };
}

function toFailure(error: unknown, isRefusedToken: boolean): unknown {
  if (!(error instanceof TaskError) || !FINAL_ANSWERS.has(error.code)) return error;
  const detail = error.detail ?? (error.cause instanceof Error ? error.cause.message : undefined);
  return new TaskError(isRefusedToken ? 'jira-sign-in-refused' : 'jira-sign-in-failed', {
    cause: error,
    ...(detail ? { detail } : {}),
  });
}
