import { currentTraceparent } from '../../shared/adapters/telemetry/trace-context.ts';
import type { Platform } from '../../shared/app/create-platform.ts';
import { mentionWordsOf } from '../../shared/domain/tasks/addresses.ts';
import { createAskerCheck } from '../../shared/services/runs/create-asker-check.ts';
import { createRouteIssue } from '../../shared/services/runs/route-issue.ts';
import { createMergeRequestEnd } from '../ingest/gitlab/end-of-merge-request.ts';
import type { FunctionsSettings } from './settings.ts';

export type HandlerDeps = ReturnType<typeof createHandlerDeps>;

/** What several handlers have in common; made once, so that what one of them has learned the others know. */
export function createHandlerDeps({ adminSecret, agentId, lifecycle }: FunctionsSettings, platform: Platform) {
  const { storage, jira, gitlabFor, mapping, clock, log } = platform;
  const common = { ...storage, mapping, gitlabFor, traceparent: currentTraceparent, clock, log, agentId };
  return {
    common,
    admin: adminSecret ? { adminSecret } : {},
    admitting: { ...storage, clock, log, repairTimeouts: lifecycle.repairTimeouts },
    // Tickets follow the end of their merge request only where Jira is configured.
    ended: jira ? { onMergeRequestEnded: createMergeRequestEnd(common) } : {},
    /** Absent: there is no function about Jira. */
    ticket: jira && {
      jira,
      checkAsker: createAskerCheck({ jira, clock, log }),
      routeIssue: createRouteIssue({ ...common, jira }),
      mentionWords: mentionWordsOf(agentId),
    },
  };
}
