import type { HttpHandler } from '@azure/functions';
import { type JiraWebhookEvent, parseJiraWebhook } from '../../../shared/adapters/jira/events.ts';
import { verifyJiraSignature } from '../../../shared/adapters/jira/verify-signature.ts';
import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import type { Metrics } from '../../../shared/domain/ports/metrics.ts';
import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { once } from '../../../shared/kernel/once.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import type { LiveMapping, MappingView } from '../../../shared/services/projects/live-mapping.ts';
import { type AdmitIssueDeps, admitIssue } from '../../../shared/services/runs/admit-issue.ts';
import type { Admission, AdmitOptions } from '../../../shared/services/runs/admit-task.ts';
import {
  createWebhookHandler,
  type Delivery,
  type DeliveryResult,
  type RequestLimits,
} from '../../http/webhook-handler.ts';
import { admitComment } from '../../ingest/jira/admit-comment.ts';

export interface JiraWebhookDeps extends Omit<AdmitIssueDeps, 'admit'> {
  secret?: Secret | undefined;
  mapping: Pick<LiveMapping, 'current'>;
  jira: Pick<Jira, 'findIssue' | 'listComments' | 'getMyself'>;
  /** With the time of the last reload a task whose run ended before it is new again. */
  admit: (task: Task, options?: AdmitOptions) => Promise<Admission>;
  ledger: Pick<RunLedger, 'listRecent'>;
  /** What addresses the agent in a comment besides a mention of its account: `/copilot`, `@cmap`. */
  mentionWords: readonly string[];
  clock: Clock;
  log: Log;
  metrics: Metrics;
  limits?: RequestLimits;
}

/**
 * `POST webhooks/jira`: deliveries of an admin webhook (`X-Hub-Signature`) and of Automation (a shared secret as
 * `X-Cmap-Secret` or Bearer token). A body only names an issue; what happens is decided by the issue as Jira shows it.
 */
export function createJiraWebhook(deps: JiraWebhookDeps): HttpHandler {
  const getMyself = once(() => deps.jira.getMyself());
  return createWebhookHandler({
    ...deps,
    source: 'jira',
    verify: (delivery) => verify(delivery, deps.secret),
    handle: (delivery) => handleDelivery(delivery, { ...deps, getMyself }),
  });
}

/** A signature that is present and wrong never falls back to the shared secret. */
function verify({ headers, rawBody }: Delivery, secret: Secret | undefined) {
  if (!secret) return { verified: false, reason: 'not-configured' } as const;
  const signature = headers.get('x-hub-signature');
  if (signature !== null) {
    if (verifyJiraSignature(rawBody, signature, secret)) return { verified: true } as const;
    return { verified: false, reason: 'bad-signature' } as const;
  }
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const shared = headers.get('x-cmap-secret') ?? bearer;
  if (shared === undefined) return { verified: false, reason: 'missing-token' } as const;
  return secret.matches(shared) ? ({ verified: true } as const) : ({ verified: false, reason: 'bad-token' } as const);
}

interface HandlerDeps extends JiraWebhookDeps {
  getMyself: Jira['getMyself'];
}

async function handleDelivery({ rawBody, headers }: Delivery, deps: HandlerDeps): Promise<DeliveryResult> {
  const body = parseJson(rawBody);
  if (body === undefined) return { skipped: 'not-json' };
  const event = parseJiraWebhook(body, headers);
  if ('ignored' in event) return { skipped: event.ignored };

  const view = await deps.mapping.current();
  if (!view.bindings.byJira(projectOf(event.issueKey))) return { skipped: 'unbound-project' };
  const issue = await deps.jira.findIssue(event.issueKey);
  if (!issue) return { skipped: 'issue-not-found' };

  const rework = event.kind === 'comment' ? await handleComment(event, issue, view, deps) : undefined;
  // A comment may also be the first we hear of an issue that stands in its trigger.
  if (rework && 'runId' in rework) return rework;
  const coding = await handleIssue(issue, view, deps);
  return rework && 'skipped' in coding && coding.skipped === 'not-triggered' ? rework : coding;
}

async function handleIssue(issue: Issue, view: MappingView, deps: HandlerDeps): Promise<DeliveryResult> {
  const about = { binding: view.bindings.byJira(issue.projectKey), reloadedAt: view.reloadedAt };
  const result = await admitIssue(issue, about, deps);
  if (result.kind === 'skipped') return { skipped: result.reason };
  return { runId: result.runId, duplicate: result.kind === 'duplicate' };
}

async function handleComment(
  { commentId }: JiraWebhookEvent,
  issue: Issue,
  view: MappingView,
  deps: HandlerDeps,
): Promise<DeliveryResult> {
  const comments = await deps.jira.listComments(issue.key);
  const comment = comments.find(({ id }) => id === commentId);
  if (!comment) return { skipped: 'comment-not-found' };

  return admitComment(comment, { issue, binding: view.bindings.byJira(issue.projectKey) }, deps);
}

function projectOf(issueKey: string): string {
  return issueKey.slice(0, issueKey.lastIndexOf('-'));
}

function parseJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    return undefined; // The caller reports it as a skip reason.
  }
}
