import * as z from 'zod/mini';
import type { Secret } from '../../kernel/secret.ts';
import { optional } from './setting.ts';
import { secretText } from './setting-parsers.ts';

/** What proves that a delivery comes from our GitLab or Jira. */
export interface WebhookSecrets {
  /** Compared with `X-Gitlab-Token`. */
  gitlabSecret?: Secret;
  /** Verifies GitLab's signature; preferred over the secret. */
  gitlabSigningToken?: Secret;
  jiraSecret?: Secret;
}

export const webhookShape = {
  GITLAB_WEBHOOK_SIGNING_TOKEN: optional(secretText(), {
    description: 'Signing token of the GitLab webhooks.',
    fix: 'Set it to the signing token shown in the webhook settings of GitLab.',
    requiredWhen: 'to receive GitLab webhooks, unless GITLAB_WEBHOOK_SECRET is set',
  }),
  GITLAB_WEBHOOK_SECRET: optional(secretText(), {
    description: 'Secret token of the GitLab webhooks, for instances that do not sign.',
    fix: 'Set it to a random value of at least 8 characters and to the same value in GitLab.',
    requiredWhen: 'to receive GitLab webhooks, unless GITLAB_WEBHOOK_SIGNING_TOKEN is set',
  }),
  JIRA_WEBHOOK_SECRET: optional(secretText(), {
    description: 'Secret of the Jira webhooks.',
    fix: 'Set it to a random value of at least 8 characters and to the same value in Jira.',
    requiredWhen: 'to receive Jira webhooks',
  }),
};

const schema = z.object(webhookShape);

export function buildWebhookSecrets(values: z.output<typeof schema>): WebhookSecrets {
  const { GITLAB_WEBHOOK_SECRET: gitlabSecret, GITLAB_WEBHOOK_SIGNING_TOKEN: gitlabSigningToken } = values;
  const { JIRA_WEBHOOK_SECRET: jiraSecret } = values;
  return {
    ...(gitlabSecret ? { gitlabSecret } : {}),
    ...(gitlabSigningToken ? { gitlabSigningToken } : {}),
    ...(jiraSecret ? { jiraSecret } : {}),
  };
}
