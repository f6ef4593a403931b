import * as z from 'zod';
import type { Reply } from '../http/send-reply.ts';
import { type Call, type RouteDeps, refuse } from './call.ts';
import { JqlError, parseJql } from './jql.ts';

const SearchBody = z.strictObject({
  jql: z.string(),
  nextPageToken: z.string().optional(),
  maxResults: z.int().min(1).max(5000).default(50),
  fields: z.array(z.string()).default(['id']),
  expand: z.string().default(''),
  fieldsByKeys: z.boolean().optional(),
  properties: z.array(z.string()).max(5).optional(),
  reconcileIssues: z.array(z.int()).max(50).optional(),
});

const PageToken = z.object({ jql: z.string(), at: z.int() });

/** `POST /search/jql`: only known fields in the body (no `startAt`), bounded queries, pages by token, no total. */
export function search({ body }: Call, { state, views, pageSize }: RouteDeps): Reply {
  const parsed = SearchBody.safeParse(body);
  if (!parsed.success) return refuse(400, `Invalid request payload: ${parsed.error.issues[0]?.message}`);
  const { jql, fields, expand, maxResults, nextPageToken, properties = [] } = parsed.data;

  const start = nextPageToken === undefined ? 0 : readToken(nextPageToken, jql);
  if (start === undefined) return refuse(400, 'The nextPageToken is not valid for this query.');
  try {
    const query = parseJql(jql, {
      hasProject: (key) => state.hasProject(key),
      hasStatus: (name) => state.findStatus(name) !== undefined,
      hasVersion: (id) => state.versions.has(id),
      hasUser: (accountId) => state.users.has(accountId),
      now: () => state.now(),
    });
    const found = state
      .searchable()
      .filter((issue) => !issue.restricted && query.matches(issue))
      .sort(query.compare);
    const end = start + Math.min(maxResults, pageSize());
    const isLast = end >= found.length;
    const expandChangelog = expand.split(',').includes('changelog');
    return {
      status: 200,
      body: {
        isLast,
        issues: found.slice(start, end).map((issue) => views.issue(issue, { fields, expandChangelog, properties })),
        ...(isLast ? {} : { nextPageToken: Buffer.from(JSON.stringify({ jql, at: end })).toString('base64url') }),
      },
    };
  } catch (error) {
    if (error instanceof JqlError) return refuse(400, error.message);
    throw error;
  }
}

function readToken(token: string, jql: string): number | undefined {
  try {
    const parsed = PageToken.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
    return parsed.jql === jql ? parsed.at : undefined;
  } catch {
    return undefined;
  }
}
