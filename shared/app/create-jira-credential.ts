import { createRequestTokens } from '../adapters/jira/oauth/request-tokens.ts';
import type { JiraCredential } from '../adapters/jira/with-credential.ts';
import type { SignIns } from '../domain/ports/sign-ins.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Redactor } from '../kernel/redaction/redact.ts';
import { createSignIn } from '../services/credentials/sign-in/create-sign-in.ts';
import type { JiraSettings } from './settings/jira-settings.ts';

export interface JiraCredentialDeps {
  /** Where a sign-in by OAuth is shared; not opened for an API token. */
  signIns: () => Promise<SignIns>;
  redactor?: Pick<Redactor, 'add'> | undefined;
  clock: Clock;
  log: Log;
  signal?: AbortSignal | undefined;
}

/** What requests to Jira are sent with; one for each process, so that all its clients share the tokens of OAuth. */
export function createJiraCredential({ credential }: JiraSettings, deps: JiraCredentialDeps): JiraCredential {
  if (credential.kind === 'token') return credential;
  const { signIns: store, redactor, ...common } = deps;
  const requestTokens = createRequestTokens(credential, common);
  return { kind: 'oauth', accessTokens: createSignIn({ ...common, ...credential, requestTokens, store, redactor }) };
}
