import type { Platform } from '../../shared/app/create-platform.ts';
import type { Jira } from '../../shared/domain/ports/jira.ts';
import { mentionWordsOf } from '../../shared/domain/tasks/addresses.ts';
import { createAskerCheck } from '../../shared/services/runs/create-asker-check.ts';
import { createRouteIssue } from '../../shared/services/runs/route-issue.ts';
import { createAdmit } from '../ingest/create-admit.ts';
import { createPollJira } from '../polling/jira/poll-jira.ts';
import { createJiraWebhook } from '../webhooks/jira/jira-webhook.ts';
import type { HandlerDeps } from './handler-deps.ts';
import type { FunctionsSettings } from './settings.ts';

/**
 * The handlers of everything about tickets, made together, so that what one of them has learned the other knows.
 * Importing this module loads what only they need.
 */
export function createJiraHandlers(settings: FunctionsSettings, platform: Platform, deps: HandlerDeps, jira: Jira) {
  const { agentId, lifecycle, webhooks } = settings;
  const { clock, log, telemetry } = platform;
  const { common, admitting, ended } = deps;
  const ticket = {
    ...common,
    ...ended,
    jira,
    checkAsker: createAskerCheck({ jira, clock, log }),
    routeIssue: createRouteIssue({ ...common, jira }),
    mentionWords: mentionWordsOf(agentId),
  };
  return {
    'jira-webhook': createJiraWebhook({
      ...ticket,
      admit: createAdmit('webhook', admitting),
      metrics: telemetry.metrics,
      secret: webhooks.jiraSecret,
    }),
    'poll-jira': createPollJira({
      ...ticket,
      admit: createAdmit('poll', admitting),
      retryBaseMs: lifecycle.retryBaseMs,
    }),
  };
}
