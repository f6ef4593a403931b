import type { HttpResponseInit } from '@azure/functions';
import type { HealthReport, HealthSummary } from './health-report.ts';

/** A report in the shape of every other one, for an app that cannot examine itself: nothing is known but one reason. */
export function describeDown(reason: string, detailed: boolean): HealthReport | HealthSummary {
  const summary: HealthSummary = {
    status: 'down',
    reasons: [reason],
    generation: null,
    bindings: null,
    pollers: [],
    sweeper: null,
    queue: null,
  };
  return detailed ? { ...summary, bindings: null, credentials: null } : summary;
}

/** 503 only when the app is down; a `HEAD` request gets the status alone. */
export function answerHealth(report: HealthReport | HealthSummary, method: string): HttpResponseInit {
  const status = report.status === 'down' ? 503 : 200;
  return method === 'HEAD' ? { status } : { status, jsonBody: report };
}
