import { GUEST } from '../http/access.ts';
import { invalidParameter } from '../http/api-error.ts';
import { paginate } from '../http/paginate.ts';
import { projectOf } from '../http/read-params.ts';
import type { Route } from '../http/route.ts';
import type { FakeState, SandboxMergeRequest, SandboxProject, SandboxUser } from '../state/fake-state.ts';
import { iso, viewUser } from '../views/views.ts';

interface ProjectEvent {
  /** As GitLab spells it in answers. */
  action: 'opened' | 'approved' | 'accepted' | 'closed';
  mergeRequest: SandboxMergeRequest;
  by: SandboxUser;
  at: number;
}

/** What the parameter calls an action, where that is another word than the one in the answer. */
const ASKED_AS: Partial<Record<ProjectEvent['action'], string>> = { opened: 'created', accepted: 'merged' };

/**
 * What happened to the merge requests of a project, newest first unless asked otherwise; events of other things are
 * left out. The days of `after` and `before` are left out themselves.
 * https://docs.gitlab.com/api/events/#list-all-visible-events-for-a-project
 */
export const eventRoutes: Route[] = [
  {
    name: 'GET /projects/:id/events',
    handle(call) {
      const { query, state } = call;
      const project = projectOf(call, GUEST);
      const action = query.get('action');
      const targetType = query.get('target_type') ?? 'merge_request';
      const after = dayOf(query, 'after');
      const before = dayOf(query, 'before');
      const found = listEvents(project).filter(
        (event) =>
          targetType === 'merge_request' &&
          (action === null || action === (ASKED_AS[event.action] ?? event.action)) &&
          (after === undefined || utcDay(event.at) > after) &&
          (before === undefined || utcDay(event.at) < before),
      );
      if (query.get('sort') !== 'asc') found.reverse();
      return paginate(call, found, (event) => viewEvent(state, project, event));
    },
  },
];

/** Oldest first. */
function listEvents({ mergeRequests }: SandboxProject): ProjectEvent[] {
  return mergeRequests
    .flatMap((mergeRequest): ProjectEvent[] => {
      const { author, createdAt, approvers, approvalTimes, mergedBy, mergedAt, closedBy, closedAt } = mergeRequest;
      return [
        { action: 'opened', mergeRequest, by: author, at: createdAt },
        ...approvers.map((by) => ({
          action: 'approved' as const,
          mergeRequest,
          by,
          at: approvalTimes.get(by.id) ?? 0,
        })),
        ...(mergedBy && mergedAt !== undefined
          ? [{ action: 'accepted' as const, mergeRequest, by: mergedBy, at: mergedAt }]
          : []),
        ...(closedBy && closedAt !== undefined
          ? [{ action: 'closed' as const, mergeRequest, by: closedBy, at: closedAt }]
          : []),
      ];
    })
    .sort((a, b) => a.at - b.at);
}

function viewEvent(state: FakeState, { id }: SandboxProject, { action, mergeRequest, by, at }: ProjectEvent) {
  return {
    // An event has a number of its own; nothing here asks for one by it.
    id: mergeRequest.id,
    project_id: id,
    action_name: action,
    target_id: mergeRequest.id,
    target_iid: mergeRequest.iid,
    target_type: 'MergeRequest',
    author_id: by.id,
    target_title: mergeRequest.title,
    created_at: iso(at),
    author: viewUser(state, by),
    imported: false,
    imported_from: 'none',
    author_username: by.username,
  };
}

function dayOf(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (Number.isNaN(Date.parse(text))) throw invalidParameter(`${name} is invalid`);
  return utcDay(Date.parse(text));
}

function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
