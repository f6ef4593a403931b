import type { Failure } from './failure.ts';

/** A service that is away, refuses us or does not know what is asked for. */
export const SERVICE_FAILURES = {
  'gitlab-unavailable': {
    retry: true,
    outage: true,
    sentence: 'GitLab did not answer.',
    next: 'Nothing to do; it is tried again.',
  },
  'gitlab-rate-limited': {
    retry: true,
    outage: true,
    sentence: 'GitLab asked us to slow down.',
    next: 'Nothing to do; it is tried again.',
  },
  'gitlab-unauthorized': {
    retry: false,
    credential: true,
    sentence: 'GitLab did not accept the configured credential.',
    next: 'Ask the platform team to renew the token named by credential_ref.',
  },
  'gitlab-forbidden': {
    retry: false,
    sentence: 'The configured GitLab credential may not do this.',
    next: 'Give the token the scopes api and write_repository and at least the Developer role, then try again.',
  },
  'gitlab-not-found': {
    retry: false,
    sentence: 'GitLab does not know this project, branch or merge request, or the credential may not see it.',
    next: 'Check repo and target_branch of the binding.',
  },
  'gitlab-refused': {
    retry: false,
    sentence: 'GitLab refused the request.',
    next: 'Ask the platform team to look up this run in the log.',
  },
  'jira-unavailable': {
    retry: true,
    outage: true,
    sentence: 'Jira did not answer.',
    next: 'Nothing to do; it is tried again.',
  },
  'jira-rate-limited': {
    retry: true,
    outage: true,
    sentence: 'Jira asked us to slow down.',
    next: 'Nothing to do; it is tried again.',
  },
  'jira-unauthorized': {
    retry: false,
    credential: true,
    sentence: 'Jira did not accept the configured credential.',
    next: 'Ask the platform team to renew JIRA_API_TOKEN.',
  },
  'jira-sign-in-refused': {
    retry: false,
    credential: true,
    sentence:
      'Atlassian refused to sign the agent in to Jira: its authorization was revoked, has ended, or was used elsewhere.',
    next: 'Ask the platform team to authorize the app again and to set JIRA_OAUTH_REFRESH_TOKEN to the new refresh token.',
  },
  'jira-sign-in-failed': {
    retry: true,
    outage: true,
    sentence: 'The agent could not be signed in to Jira from this machine.',
    next: 'Ask the platform team to check the settings JIRA_OAUTH_* and what stands between this machine and Atlassian.',
  },
  'jira-forbidden': {
    retry: false,
    sentence: 'The Jira account of the agent may not do this.',
    next: 'Give the agent permission to browse, comment on and transition issues of this project.',
  },
  'jira-not-found': {
    retry: false,
    sentence: 'Jira does not show this issue to the agent.',
    next: 'Check the project permissions of the agent.',
  },
  'jira-refused': {
    retry: false,
    sentence: 'Jira refused the request.',
    next: 'Ask the platform team to look up this run in the log.',
  },
  'transition-unavailable': {
    retry: false,
    sentence: 'The workflow has no transition from the current status to the configured one.',
    next: 'Add the transition to the workflow or correct statuses in the binding.',
  },
  'storage-unavailable': {
    retry: true,
    outage: true,
    sentence: 'The storage account did not answer.',
    next: 'Nothing to do; it is tried again.',
  },
  'storage-refused': {
    retry: false,
    sentence: 'The storage account refused the request.',
    next: 'Ask the platform team to check the roles of the identity on the storage account and that its tables and queues exist.',
  },
  'credential-unknown': {
    retry: false,
    sentence: 'The credential named by the binding is not configured.',
    next: 'Ask the platform team to add the credential alias.',
  },
  'key-vault-unavailable': {
    retry: true,
    outage: true,
    sentence: 'The Key Vault did not answer.',
    next: 'Nothing to do; it is tried again.',
  },
  'key-vault-forbidden': {
    retry: false,
    sentence: 'The Key Vault refused to hand out a credential.',
    next: 'Ask the platform team to give this identity the role Key Vault Secrets User and to enable the secret.',
  },
  'events-unavailable': {
    retry: true,
    outage: true,
    sentence: 'The webhook of the events did not answer.',
    next: 'Nothing to do; it is tried again for a day.',
  },
  'events-refused': {
    retry: false,
    sentence: 'The webhook of the events did not take the event.',
    next: 'Ask its owner what the status in the log means; the event is sent again for a day.',
  },
  'events-url-wrong': {
    retry: false,
    sentence: 'The URL of the webhook of the events is wrong, or the webhook is gone.',
    next: 'Make a new webhook and set the URL of its alias (docs/events.md); events of the last day are sent there.',
  },
  'events-secret-wrong': {
    retry: false,
    sentence: 'The secret that signs the events is no key.',
    next: 'Set it to whsec_ and 32 random bytes in base64 (docs/events.md).',
  },
  'model-unavailable': {
    retry: true,
    outage: true,
    sentence: 'The model endpoint did not answer.',
    next: 'Nothing to do; it is tried again.',
  },
  'model-unauthorized': {
    retry: false,
    sentence: 'The model endpoint did not accept the configured key.',
    next: 'Ask the platform team to check COPILOT_PROVIDER_API_KEY or GITHUB_TOKEN.',
  },
  'model-refused': {
    retry: false,
    sentence: 'The model endpoint refused the request.',
    next: 'Ask the platform team to look up this run in the log.',
  },
} as const satisfies Record<string, Failure>;
