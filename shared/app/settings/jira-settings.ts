import * as z from 'zod/mini';

import type { Secret } from '../../kernel/secret.ts';
import { describeProblem, type SettingsProblem, type SettingsRule } from './read-settings.ts';
import { optional, withDefault } from './setting.ts';
import { matching, secretText, serviceUrl } from './setting-parsers.ts';

export interface JiraSettings {
  /** Base of REST calls: the site, or `https://api.atlassian.com/ex/jira/<cloudId>` for scoped tokens. */
  url: string;
  /** Base of links for people. */
  siteUrl: string;
  credential: JiraCredentialSettings;
}

/** With an e-mail address the token is sent as Basic, without it as Bearer; or a sign-in by OAuth 2.0 (3LO). */
export type JiraCredentialSettings =
  | { kind: 'token'; email?: string; apiToken: Secret }
  | { kind: 'oauth'; tokenUrl: string; clientId: string; clientSecret: Secret; refreshToken: Secret };

export const jiraShape = {
  JIRA_URL: optional(serviceUrl, {
    description: 'Base URL of calls to Jira Cloud (Data Center is not supported); Jira is off without it.',
    fix: 'Set it to https://<site>.atlassian.net, or to https://api.atlassian.com/ex/jira/<cloudId> for a token with scopes.',
    requiredWhen: 'to work on Jira issues',
  }),
  JIRA_SITE_URL: optional(serviceUrl, {
    description: 'The Jira site in links for people, when it is not JIRA_URL.',
    fix: 'Set it to https://<site>.atlassian.net.',
    requiredWhen: 'when JIRA_URL is at api.atlassian.com',
  }),
  JIRA_EMAIL: optional(matching(/^[^\s@:]+@[^\s@:]+$/, 'must be an e-mail address'), {
    description: 'Account of JIRA_API_TOKEN; without it the token is sent as a Bearer token.',
    fix: 'Set it to the e-mail address of the account that owns the token.',
  }),
  JIRA_API_TOKEN: optional(secretText(), {
    description: 'The Jira token of the agent.',
    fix: 'Create an API token for the account of the agent and set it here.',
    requiredWhen: 'with JIRA_URL, unless JIRA_OAUTH_CLIENT_ID is set',
  }),
  JIRA_OAUTH_CLIENT_ID: optional(matching(/^[\w-]{8,200}$/, 'must be the client id of an app'), {
    description: 'Client id of the OAuth 2.0 (3LO) app by which the agent signs in to Jira, instead of JIRA_API_TOKEN.',
    fix: 'Set it to the client id in the settings of the app at developer.atlassian.com, or remove it.',
    requiredWhen: 'to sign in by OAuth',
  }),
  JIRA_OAUTH_CLIENT_SECRET: optional(secretText(), {
    description: 'Secret of the app; the tokens that are stored are sealed with it.',
    fix: 'Set it to the secret in the settings of the app at developer.atlassian.com.',
    requiredWhen: 'with JIRA_OAUTH_CLIENT_ID',
  }),
  JIRA_OAUTH_REFRESH_TOKEN: optional(secretText(), {
    description:
      'Refresh token that the agent got when the app was authorized, with the scope offline_access; those that follow are kept in the table state.',
    fix: 'Authorize the app as the account of the agent and set this to the refresh token of the answer.',
    requiredWhen: 'with JIRA_OAUTH_CLIENT_ID',
  }),
  JIRA_OAUTH_TOKEN_URL: withDefault(serviceUrl, {
    description: 'Where tokens are asked for.',
    fix: 'Remove it; another address is for tests.',
    default: 'https://auth.atlassian.com/oauth/token',
  }),
};

const TOKEN_SETTINGS = ['JIRA_EMAIL', 'JIRA_API_TOKEN'];
const OAUTH_SETTINGS = ['JIRA_OAUTH_CLIENT_ID', 'JIRA_OAUTH_CLIENT_SECRET', 'JIRA_OAUTH_REFRESH_TOKEN'];

const JiraObject = z.object(jiraShape);

/** Jira is on when all of it is there and off when nothing is; half of it is a mistake that is reported. */
export const jiraRule: SettingsRule = (isSet, environment) => {
  const given = Object.keys(jiraShape).filter(isSet);
  if (given.length === 0) return [];
  const byOAuth = given.some((name) => name.startsWith('JIRA_OAUTH_'));
  const needed = byOAuth ? ['JIRA_URL', ...OAUTH_SETTINGS] : ['JIRA_URL', 'JIRA_API_TOKEN'];
  const missing = needed.filter((name) => !isSet(name));
  const problems = missing.map((name) =>
    explain(name, `is missing although ${given.join(' and ')} ${given.length === 1 ? 'is' : 'are'} set`),
  );
  const addresses = ['JIRA_URL', 'JIRA_SITE_URL'].filter(isSet).map((name) => environment[name] ?? '');
  if (isSet('JIRA_URL') && !addresses.some(isCloud)) problems.push(explain('JIRA_URL', NOT_CLOUD, 'invalid'));
  if (!isSet('JIRA_SITE_URL') && /^https:\/\/api\.atlassian\.com(?:\/|$)/i.test(environment['JIRA_URL'] ?? '')) {
    problems.push(explain('JIRA_SITE_URL', 'is missing: api.atlassian.com is no address people can open'));
  }
  if (!byOAuth) return problems;
  const both = TOKEN_SETTINGS.filter(isSet);
  if (both.length > 0)
    problems.push(
      explain(
        both[0] ?? '',
        `is set beside ${given.find((name) => name.startsWith('JIRA_OAUTH_'))}: keep one of both ways to sign in`,
        'invalid',
      ),
    );
  if (isSet('JIRA_URL') && !/\/ex\/jira\/[^/]+\/?$/.test(environment['JIRA_URL'] ?? ''))
    problems.push(explain('JIRA_URL', NOT_GATEWAY, 'invalid'));
  return problems;
};

/** https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps: a site answers 401 to tokens of OAuth. */
const NOT_GATEWAY =
  'must be https://api.atlassian.com/ex/jira/<cloudId> where the agent signs in by OAuth; the cloudId of a site stands at https://<site>.atlassian.net/_edge/tenant_info';

const NOT_CLOUD =
  'is no address of Jira Cloud; Jira Data Center and Server speak another API and are not supported. In front of Jira Cloud, name the site behind it in JIRA_SITE_URL';

/**
 * Cloud sites, the gateway of scoped tokens, government cloud, and this machine (a sandbox, a tunnel); what is no URL
 * has a problem of its own.
 */
function isCloud(text: string): boolean {
  const host = URL.parse(text)?.hostname ?? '';
  return (
    host === '' ||
    /(?:^|\.)(?:atlassian\.net|atlassian\.com|jira\.com|atlassian-us-gov-mod\.(?:net|com)|localhost)$|^127\.|^\[::1\]$/i.test(
      host,
    )
  );
}

function explain(name: string, detail: string, kind: SettingsProblem['kind'] = 'missing'): SettingsProblem {
  return { ...describeProblem(JiraObject, name, kind), message: `${name} ${detail}.` };
}

/** `undefined`: Jira is off. */
export function buildJiraSettings(values: z.output<typeof JiraObject>): JiraSettings | undefined {
  const { JIRA_URL: url, JIRA_SITE_URL: siteUrl } = values;
  const credential = buildCredential(values);
  return url && credential ? { url, siteUrl: siteUrl ?? url, credential } : undefined;
}

function buildCredential(values: z.output<typeof JiraObject>): JiraCredentialSettings | undefined {
  const { JIRA_EMAIL: email, JIRA_API_TOKEN: apiToken, JIRA_OAUTH_TOKEN_URL: tokenUrl } = values;
  const { JIRA_OAUTH_CLIENT_ID: clientId, JIRA_OAUTH_CLIENT_SECRET: clientSecret } = values;
  const { JIRA_OAUTH_REFRESH_TOKEN: refreshToken } = values;
  if (apiToken) return { kind: 'token', apiToken, ...(email ? { email } : {}) };
  if (!clientId || !clientSecret || !refreshToken) return undefined;
  return { kind: 'oauth', tokenUrl, clientId, clientSecret, refreshToken };
}
