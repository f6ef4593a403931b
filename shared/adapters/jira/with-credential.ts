import type { AccessTokens } from '../../domain/ports/access-tokens.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';

/**
 * An API token, which with an e-mail address is sent as Basic credentials and without as Bearer; or tokens of OAuth,
 * which change.
 */
export type JiraCredential =
  | { kind: 'token'; email?: string | undefined; apiToken: Secret }
  | { kind: 'oauth'; accessTokens: AccessTokens };

type Send<T> = (headers: { authorization: string }, token: Secret) => Promise<T>;

/**
 * Sends with the header of the credential; a token of OAuth that Jira refuses is replaced, and it is sent again, once.
 * Jira has done nothing where it answers 401, so also what would do harm twice can be sent again.
 */
export async function withCredential<T>(credential: JiraCredential, send: Send<T>): Promise<T> {
  if (credential.kind === 'token') return send({ authorization: authorization(credential) }, credential.apiToken);
  const { accessTokens } = credential;
  const token = await accessTokens.get();
  try {
    return await send({ authorization: `Bearer ${token.reveal()}` }, token);
  } catch (error) {
    if (!(error instanceof TaskError) || error.code !== 'jira-unauthorized') throw error;
    const fresh = await accessTokens.replace(token);
    if (fresh.matches(token.reveal())) throw error;
    return send({ authorization: `Bearer ${fresh.reveal()}` }, fresh);
  }
}

function authorization({ email, apiToken }: Extract<JiraCredential, { kind: 'token' }>): string {
  if (!email) return `Bearer ${apiToken.reveal()}`;
  return `Basic ${Buffer.from(`${email}:${apiToken.reveal()}`).toString('base64')}`;
}
