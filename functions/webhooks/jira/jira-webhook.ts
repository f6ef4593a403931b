import type { HttpHandler } from '@azure/functions';
import { type JiraWebhookEvent, parseJiraWebhook } from '../../../shared/adapters/jira/events.ts';
import { verifyJiraSignature } from '../../../shared/adapters/jira/verify-signature.ts';
import type { Issue, IssueComment, Jira } from '../../../shared/domain/ports/jira.ts';
import type { Metrics } from '../../../shared/domain/ports/metrics.ts';
import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { once } from '../../../shared/kernel/once.ts';
import { parseJson } from '../../../shared/kernel/parse-json.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import type { LiveMapping, MappingView } from '../../../shared/services/projects/live-mapping.ts';
import { type AdmitIssueDeps, admitIssue } from '../../../shared/services/runs/admit-issue.ts';
import type { Delivery, DeliveryResult } from '../../http/delivery.ts';
import { createWebhookHandler, type RequestLimits } from '../../http/webhook-handler.ts';
import { startDeadline } from '../../http/with-deadline.ts';
import type { Admit } from '../../ingest/create-admit.ts';
import { admitComment } from '../../ingest/jira/admit-comment.ts';

export interface JiraWebhookDeps extends Omit<AdmitIssueDeps, 'admit'> {
  secret?: Secret | undefined;
  mapping: Pick<LiveMapping, 'current'>;
  jira: Pick<Jira, 'findIssue' | 'listComments' | 'getMyself'>;
  admit: Admit;
  ledger: Pick<RunLedger, 'listRecent' | 'listEvents' | 'append'>;
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
  const bearer = headers.get('authorization')?.match(/^Bearer +(\S+)$/i)?.[1];
  const shared = headers.get('x-cmap-secret') ?? bearer;
  if (shared === undefined) return { verified: false, reason: 'missing-token' } as const;
  return secret.matches(shared) ? ({ verified: true } as const) : ({ verified: false, reason: 'bad-token' } as const);
}

/**
 * Everything that one delivery asks Jira, together: the issue, its comments, our account, what groups and roles the
 * person who asks has, and by which route the issue goes. So the answer is there within two seconds. A delivery that
 * could not be read comes again, and the poll finds the issue as well.
 */
const READ_WITHIN_MS = 1500;

interface HandlerDeps extends JiraWebhookDeps {
  getMyself: Jira['getMyself'];
}

async function handleDelivery({ text }: Delivery, deps: HandlerDeps): Promise<DeliveryResult> {
  const body = parseJson(text);
  if (body === undefined) return { skipped: 'not-json' };
  const event = parseJiraWebhook(body);
  if ('ignored' in event) return { skipped: event.ignored };

  const view = await deps.mapping.current();
  if (!view.bindings.byJira(projectOf(event.issueKey))) return { skipped: 'unbound-project' };
  const detail = `not within ${READ_WITHIN_MS} ms`;
  const late = () => new TaskError('jira-unavailable', { detail });
  const within = startDeadline({ ms: READ_WITHIN_MS, late, clock: deps.clock });
  const read = await within((signal) => readFromJira(event, deps, signal));
  if (!read) return { skipped: 'issue-not-found' };

  // What admitting asks of Jira; what it writes is never given up half-way.
  const asking: HandlerDeps = {
    ...deps,
    getMyself: () => within(() => deps.getMyself()),
    checkAsker: (asked) => within(() => deps.checkAsker(asked)),
    routeIssue: (...about) => within(() => deps.routeIssue(...about)),
  };
  const rework = event.kind === 'comment' ? await handleComment(read, view, asking) : undefined;
  // A comment may also be the first sign of an issue that stands in its trigger.
  if (rework && 'runId' in rework) return rework;
  const coding = await handleIssue(read.issue, view, asking);
  return rework && 'skipped' in coding && coding.skipped === 'not-triggered' ? rework : coding;
}

interface ReadIssue {
  issue: Issue;
  /** The comment the delivery is about; absent for other deliveries, and when it was deleted since. */
  comment?: IssueComment;
}

async function readFromJira(
  { kind, issueKey, commentId }: JiraWebhookEvent,
  { jira, getMyself }: HandlerDeps,
  signal: AbortSignal,
): Promise<ReadIssue | undefined> {
  const issue = await jira.findIssue(issueKey, signal);
  if (!issue || kind !== 'comment') return issue && { issue };
  // Who we are is known from here on, so that the rest needs no Jira.
  const [comments] = await Promise.all([jira.listComments(issue.key, signal), getMyself()]);
  const comment = comments.find(({ id }) => id === commentId);
  return comment ? { issue, comment } : { issue };
}

async function handleIssue(issue: Issue, view: MappingView, deps: HandlerDeps): Promise<DeliveryResult> {
  const { reloadedAt, hasEarlierRuns } = view;
  const about = { ...bindingsOf(issue, view), reloadedAt, hasEarlierRuns };
  const result = await admitIssue(issue, about, deps);
  if (result.kind === 'skipped') return { skipped: result.reason };
  return { runId: result.runId, duplicate: result.kind === 'duplicate' };
}

async function handleComment(
  { issue, comment }: ReadIssue,
  view: MappingView,
  deps: HandlerDeps,
): Promise<DeliveryResult> {
  if (!comment) return { skipped: 'comment-not-found' };
  return admitComment(comment, { issue, ...bindingsOf(issue, view) }, deps);
}

function bindingsOf({ projectKey }: Issue, { bindings }: MappingView) {
  return { binding: bindings.byJira(projectKey), routed: bindings.ofJira(projectKey) };
}

function projectOf(issueKey: string): string {
  return issueKey.slice(0, issueKey.lastIndexOf('-'));
}
