import * as z from 'zod/mini';

import type { Secret } from '../../kernel/secret.ts';
import { describeProblem, type SettingsProblem, type SettingsRule } from './read-settings.ts';
import { optional } from './setting.ts';
import { matching, secretText, serviceUrl } from './setting-parsers.ts';

export interface JiraSettings {
  /** Base of REST calls: the site, or `https://api.atlassian.com/ex/jira/<cloudId>` for scoped tokens. */
  url: string;
  /** Base of links for people. */
  siteUrl: string;
  /** With it the token is sent as Basic, without it as Bearer. */
  email?: string;
  apiToken: Secret;
}

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
    requiredWhen: 'with JIRA_URL',
  }),
};

const JiraObject = z.object(jiraShape);

/** Jira is on when all of it is there and off when nothing is; half of it is a mistake that is reported. */
export const jiraRule: SettingsRule = (isSet, environment) => {
  const given = Object.keys(jiraShape).filter(isSet);
  if (given.length === 0) return [];
  const missing = ['JIRA_URL', 'JIRA_API_TOKEN'].filter((name) => !isSet(name));
  const problems = missing.map((name) =>
    explain(name, `is missing although ${given.join(' and ')} ${given.length === 1 ? 'is' : 'are'} set`),
  );
  const addresses = ['JIRA_URL', 'JIRA_SITE_URL'].filter(isSet).map((name) => environment[name] ?? '');
  if (isSet('JIRA_URL') && !addresses.some(isCloud)) problems.push(explain('JIRA_URL', NOT_CLOUD, 'invalid'));
  if (!isSet('JIRA_SITE_URL') && /^https:\/\/api\.atlassian\.com(?:\/|$)/i.test(environment['JIRA_URL'] ?? '')) {
    problems.push(explain('JIRA_SITE_URL', 'is missing: api.atlassian.com is no address people can open'));
  }
  return problems;
};

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
  const { JIRA_URL: url, JIRA_SITE_URL: siteUrl, JIRA_EMAIL: email, JIRA_API_TOKEN: apiToken } = values;
  if (!url || !apiToken) return undefined;
  return { url, siteUrl: siteUrl ?? url, apiToken, ...(email ? { email } : {}) };
}
