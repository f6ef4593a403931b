import { currentTraceparent } from '../../shared/adapters/telemetry/trace-context.ts';
import type { Platform } from '../../shared/app/create-platform.ts';
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
  };
}
