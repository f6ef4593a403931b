import type { HttpHandler, TimerHandler } from '@azure/functions';

import type { HttpEntry, TimerEntry } from './function-table.ts';
import type { FunctionsSettings } from './settings.ts';

export type HttpName = 'health' | 'config-reload' | 'gitlab-webhook' | 'jira-webhook' | 'audits';
export type TimerName = 'sweep' | 'poll-gitlab' | 'poll-jira' | 'audit-versions' | 'weekly-report';

/** What does the work of each function, by its name. Those about Jira are there only where Jira is configured. */
export type Handlers = { [Name in HttpName]?: HttpHandler } & { [Name in TimerName]?: TimerHandler };

/** What the Functions host has to know of a function before its first invocation. */
export type FunctionFacts =
  | (Omit<HttpEntry, 'handler'> & { name: HttpName })
  | (Omit<TimerEntry, 'handler'> & { name: TimerName });

interface ListedSettings {
  schedules: FunctionsSettings['schedules'];
  /** Whether there are functions about Jira. */
  jira?: unknown;
}

/** For settings that cannot be used: a schedule that is wrong would keep the host from listing its function. */
export const EVERY_FUNCTION: ListedSettings = {
  schedules: { pollJira: '0 * * * * *', pollGitlab: '0 * * * * *', sweep: '0 * * * * *' },
  jira: true,
};

/**
 * Every function of the app with its route or schedule. The settings alone decide, so nothing else has to be loaded for
 * it.
 */
export function listFunctions({ schedules, jira }: ListedSettings): FunctionFacts[] {
  const functions: FunctionFacts[] = [
    { trigger: 'http', name: 'health', route: 'health', methods: ['GET', 'HEAD'] },
    { trigger: 'http', name: 'config-reload', route: 'config/reload', methods: ['POST'] },
    { trigger: 'http', name: 'gitlab-webhook', route: 'webhooks/gitlab', methods: ['POST'] },
    { trigger: 'timer', name: 'sweep', schedule: schedules.sweep },
    { trigger: 'timer', name: 'poll-gitlab', schedule: schedules.pollGitlab },
  ];
  if (!jira) return functions;
  return [
    ...functions,
    { trigger: 'http', name: 'jira-webhook', route: 'webhooks/jira', methods: ['POST'] },
    { trigger: 'http', name: 'audits', route: 'audits', methods: ['POST'] },
    { trigger: 'timer', name: 'poll-jira', schedule: schedules.pollJira },
    ...(schedules.audit === undefined
      ? []
      : [{ trigger: 'timer', name: 'audit-versions', schedule: schedules.audit } as const]),
    ...(schedules.weekly === undefined
      ? []
      : [{ trigger: 'timer', name: 'weekly-report', schedule: schedules.weekly } as const]),
  ];
}
