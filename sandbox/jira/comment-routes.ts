import * as z from 'zod';

import type { AdfNode } from '../../shared/adapters/jira/adf/adf.ts';
import type { Reply } from '../http/send-reply.ts';
import { type Call, ok, pageOf, type RouteDeps, refuse } from './call.ts';
import { findAdfProblem } from './check-adf.ts';
import type { CommentReach } from './fake-state.ts';
import type { StoredIssue } from './model.ts';

/** Oldest first, page by page. */
export function listComments(issue: StoredIssue, { query }: Call, { views }: RouteDeps): Reply {
  const { startAt, maxResults } = pageOf(query);
  const comments = issue.comments.slice(startAt, startAt + maxResults).map((comment) => views.comment(issue, comment));
  return ok({ startAt, maxResults, total: issue.comments.length, comments });
}

/** Refuses what is not a document. */
export function createComment(issue: StoredIssue, { body, user }: Call, { state, views }: RouteDeps): Reply {
  const text = readRichText(body);
  if ('problem' in text) return refuse(400, text.problem);
  return {
    status: 201,
    body: views.comment(issue, state.addComment(issue, text.adf, user.accountId, readReach(body))),
  };
}

/** Only the author may. */
export function editComment(issue: StoredIssue, { params, body, user }: Call, { state, views }: RouteDeps): Reply {
  const comment = issue.comments.find(({ id }) => id === params['id']);
  if (!comment) return refuse(404, `Can not find a comment for the id: ${params['id']}.`);
  if (comment.authorId !== user.accountId) return refuse(400, 'You do not have the permission to edit this comment.');
  const text = readRichText(body);
  if ('problem' in text) return refuse(400, text.problem);
  state.editComment(issue, comment, text.adf, user.accountId);
  return ok(views.comment(issue, comment));
}

const Reach = z.object({
  visibility: z.object({ type: z.enum(['role', 'group']), value: z.string() }).optional(),
  properties: z.array(z.object({ key: z.string(), value: z.object({ internal: z.boolean() }).partial() })).optional(),
});

/** A comment is internal by the property of service desks. */
function readReach(body: unknown): CommentReach {
  const { visibility, properties = [] } = Reach.safeParse(body).data ?? {};
  const internal = properties.some(({ key, value }) => key === 'sd.public.comment' && value.internal === true);
  return { ...(visibility ? { visibility } : {}), ...(internal ? { internal } : {}) };
}

const RichText = z.object({ body: z.unknown() });

function readRichText(body: unknown): { adf: AdfNode } | { problem: string } {
  const adf = RichText.safeParse(body).data?.body;
  const problem = findAdfProblem(adf);
  // What passed the check is a document.
  return problem ? { problem } : { adf: adf as AdfNode };
}
