import type { HttpHandler } from '@azure/functions';
import { currentTraceparent } from '../../shared/adapters/telemetry/trace-context.ts';
import type { Platform } from '../../shared/app/create-platform.ts';
import { createMergeRequestEnd } from '../ingest/gitlab/end-of-merge-request.ts';
import { mentionWordsOf } from '../ingest/jira/admit-comment.ts';
import { createPollGitLab } from '../polling/gitlab/poll-gitlab.ts';
import { createGitLabWebhook } from '../webhooks/gitlab/gitlab-webhook.ts';
import { createJiraWebhook, type JiraWebhookDeps } from '../webhooks/jira/jira-webhook.ts';
import type { Handlers } from './list-functions.ts';
import type { FunctionsSettings } from './settings.ts';

/**
 * The functions through which GitLab and Jira reach us, and the timer that looks at GitLab by itself. Tickets are told of the end of
 * their merge request only where Jira is configured.
 */
export function createIngressHandlers(
  { webhooks, agentId, lifecycle }: FunctionsSettings,
  platform: Platform,
  admit: JiraWebhookDeps['admit'],
): Handlers {
  const { storage, mapping, clock, log, jira, telemetry, gitlabFor } = platform;
  const { ledger, pollers, watermarks, skipLog, outbox } = storage;
  const { metrics } = telemetry;
  const common = { mapping, gitlabFor, skipLog, traceparent: currentTraceparent, clock, log, metrics };
  const gitlab = {
    ...common,
    admit,
    ...(jira ? { onMergeRequestEnded: createMergeRequestEnd({ mapping, outbox }) } : {}),
  };
  const inSpan =
    (name: string, handler: HttpHandler): HttpHandler =>
    (request, context) =>
      telemetry.withSpan(name, {}, async () => handler(request, context));

  const { gitlabSecret: secretToken, gitlabSigningToken: signingToken, jiraSecret } = webhooks;
  const poll = createPollGitLab({ ...gitlab, pollers, watermarks, retryBaseMs: lifecycle.retryBaseMs });
  const handlers: Handlers = {
    'gitlab-webhook': inSpan('gitlab webhook', createGitLabWebhook({ ...gitlab, secretToken, signingToken })),
    'poll-gitlab': (timer, context) => telemetry.withSpan('poll gitlab', {}, async () => poll(timer, context)),
  };
  if (!jira) return handlers;
  const handler = createJiraWebhook({
    ...common,
    admit,
    jira,
    ledger,
    outbox,
    agentId,
    mentionWords: mentionWordsOf(agentId),
    secret: jiraSecret,
  });
  return { ...handlers, 'jira-webhook': inSpan('jira webhook', handler) };
}
