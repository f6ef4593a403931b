import { toIso } from '../../../shared/kernel/to-iso.ts';
import { utcDay } from '../../../shared/kernel/utc-day.ts';
import { GUEST } from '../http/access.ts';
import { invalidParameter } from '../http/api-error.ts';
import { paginate } from '../http/paginate.ts';
import { projectOf } from '../http/read-params.ts';
import type { Route } from '../http/route.ts';
import type { FakeState, SandboxMergeRequest, SandboxProject, SandboxUser } from '../state/fake-state.ts';
import { viewUser } from '../views/views.ts';

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
 * As the documentation lists them.
 * https://docs.gitlab.com/user/profile/contributions_calendar/#user-contribution-events
 */
const ACTIONS = 'approved closed commented created destroyed expired joined left merged pushed reopened updated'.split(
  ' ',
);
const TARGET_TYPES = 'design epic issue merge_request milestone note project snippet user wiki_page'.split(' ');

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
      const action = oneOf(query, 'action', ACTIONS);
      const targetType = oneOf(query, 'target_type', TARGET_TYPES) ?? 'merge_request';
      const sort = oneOf(query, 'sort', ['asc', 'desc']);
      const after = dayOf(query, 'after');
      const before = dayOf(query, 'before');
      const found = listEvents(project).filter(
        (event) =>
          targetType === 'merge_request' &&
          (action === undefined || action === (ASKED_AS[event.action] ?? event.action)) &&
          (after === undefined || utcDay(event.at) > after) &&
          (before === undefined || utcDay(event.at) < before),
      );
      if (sort !== 'asc') found.reverse();
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
    created_at: toIso(at),
    author: viewUser(state, by),
    imported: false,
    imported_from: 'none',
    author_username: by.username,
  };
}

function dayOf(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const [day] = /^\d{4}-\d{2}-\d{2}(?=$|T)/.exec(text) ?? [];
  const at = Date.parse(day ?? '');
  // A day that the month does not have is read as one of the next month.
  if (Number.isNaN(at) || utcDay(at) !== day) throw invalidParameter(`${name} is invalid`);
  return day;
}

function oneOf(query: URLSearchParams, name: string, values: readonly string[]): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!values.includes(text)) throw invalidParameter(`${name} does not have a valid value`);
  return text;
}
