import type { Reply } from '../http/send-reply.ts';
import type { FakeState } from './fake-state.ts';
import type { Permission, SandboxUser, StoredIssue } from './model.ts';
import type { Views } from './views.ts';

export interface Call {
  user: SandboxUser;
  /** Path parameters, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** By lower-case name. */
  headers: Record<string, string>;
  /** Of a form, its files. */
  body: unknown;
}

export interface RouteDeps {
  state: FakeState;
  views: Views;
  /** Most issues on one page of a search. */
  pageSize: () => number;
}

export interface Route {
  /** A short name, for counting and for faults. */
  endpoint: string;
  method: string;
  /** Below `/rest/api/3/`; `:name` is a parameter. */
  path: string;
  answer: (call: Call, deps: RouteDeps) => Reply;
  /** Without it the call is refused with 403. */
  needs?: Permission;
}

/** Jira's way to say no. */
export function refuse(status: number, message: string): Reply {
  return { status, body: { errorMessages: [message], errors: {} } };
}

/** An answer with a body. */
export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export type IssueAnswer = (issue: StoredIssue, call: Call, deps: RouteDeps) => Reply;

/** Answers 404 itself when the issue of the path is not there. */
export function withIssue(answer: IssueAnswer): (call: Call, deps: RouteDeps) => Reply {
  return (call, deps) => {
    const issue = deps.state.findIssue(call.params['key'] ?? '');
    if (issue?.restricted) return refuse(403, 'You do not have the permission to see the specified issue.');
    if (!issue) return refuse(404, 'Issue does not exist or you do not have permission to see it.');
    return answer(issue, call, deps);
  };
}

/** The page a classic list is asked for. */
export function pageOf(query: URLSearchParams): { startAt: number; maxResults: number } {
  const startAt = Number(query.get('startAt') ?? 0) || 0;
  return { startAt, maxResults: Math.min(100, Number(query.get('maxResults') ?? 50) || 50) };
}
