import * as z from 'zod';

import { isObject } from '../../kernel/is-object.ts';
import { lazily } from '../../kernel/lazily.ts';

/** Where a delivery from Jira points. Nothing else of its body is believed: the issue is read again through the API. */
export interface JiraWebhookEvent {
  issueKey: string;
  /** `issue` when the issue itself changed, `comment` when a comment was written or edited. */
  kind: 'issue' | 'comment';
  commentId?: string;
}

/** Why a delivery is not for us. Dashboards count these words: add freely, rename never. */
export type IgnoredJiraWebhook = 'not-an-object' | 'unsupported-event' | 'no-issue-key' | 'deleted';

/** Built for the first delivery: most processes start for something else. */
const schemas = lazily(() => {
  const issueKey = z.string().regex(/^[A-Z][A-Z0-9_]{0,254}-[1-9][0-9]{0,17}$/);
  return {
    named: z.object({ webhookEvent: z.string() }),
    pointing: z.union([
      z.object({ issue: z.union([issueKey, z.object({ key: issueKey }).transform(({ key }) => key)]) }),
      z.object({ key: issueKey }).transform(({ key }) => ({ issue: key })),
      z.object({ issueKey }).transform((body) => ({ issue: body.issueKey })),
    ]),
    withComment: z.object({ comment: z.object({ id: z.union([z.string().regex(/^\d{1,20}$/), z.int()]) }) }),
  };
});

/**
 * Reads what a delivery is about: an admin webhook (`jira:issue_*`, `comment_*`), or any body of Automation's "Send web
 * request": the issue at the top level in either format, the older `{ issue: ... }`, or custom data with `key`,
 * `issueKey` or `issue`. Never throws.
 *
 * Forms: https://developer.atlassian.com/cloud/jira/platform/webhooks/ and Automation's documentation of issue data.
 */
export function parseJiraWebhook(body: unknown): JiraWebhookEvent | { ignored: IgnoredJiraWebhook } {
  if (!isObject(body)) return { ignored: 'not-an-object' };

  const { named: namedSchema, pointing: pointingSchema, withComment } = schemas();
  const named = namedSchema.safeParse(body);
  const event = named.success ? named.data.webhookEvent : 'automation';
  const kind = kindOf(event);
  if (typeof kind === 'object') return kind;

  const pointing = pointingSchema.safeParse(body);
  if (!pointing.success) return { ignored: 'no-issue-key' };

  const comment = withComment.safeParse(body);
  return {
    issueKey: pointing.data.issue,
    kind: kind ?? (comment.success ? 'comment' : 'issue'),
    ...(comment.success ? { commentId: String(comment.data.comment.id) } : {}),
  };
}

/** `undefined` when only the body can tell. */
function kindOf(event: string): JiraWebhookEvent['kind'] | { ignored: IgnoredJiraWebhook } | undefined {
  switch (event) {
    case 'automation':
      return undefined;
    case 'jira:issue_created':
    case 'jira:issue_updated':
      return 'issue';
    case 'comment_created':
    case 'comment_updated':
      return 'comment';
    case 'jira:issue_deleted':
    case 'comment_deleted':
      return { ignored: 'deleted' };
    default:
      return { ignored: 'unsupported-event' };
  }
}
