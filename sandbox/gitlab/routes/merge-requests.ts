import * as z from 'zod';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { approve } from '../actions/approve.ts';
import { checkMergeStatus } from '../actions/check-merge-status.ts';
import { mergeMergeRequest } from '../actions/merge.ts';
import { editMergeRequest, openMergeRequest, setMergeRequestState } from '../actions/merge-requests.ts';
import { listDiffs, wantsText } from '../git/list-diffs.ts';
import { readPatchId } from '../git/patch-id.ts';
import { readCommits } from '../git/read-commits.ts';
import { accessLevelOf, canSee, DEVELOPER, REPORTER } from '../http/access.ts';
import { forbidden, notFound, unauthorized } from '../http/api-error.ts';
import { paginate, paginateUncounted } from '../http/paginate.ts';
import { mergeRequestOf, projectOf, readParams } from '../http/read-params.ts';
import type { Route, RouteCall } from '../http/route.ts';
import { projectsOfGroup, visibleProjects } from '../http/visible-projects.ts';
import type { FakeState, SandboxMergeRequest, SandboxProject, SandboxUser } from '../state/fake-state.ts';
import { viewDiffVersion, viewMergeRequest, viewUser, viewWholeMergeRequest } from '../views/views.ts';
import { filterMergeRequests } from './filter-merge-requests.ts';

// GitLab takes a list or one comma-separated text.
const Labels = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').filter(Boolean))]);

const Creation = z.object({
  source_branch: z.string().min(1),
  target_branch: z.string().min(1),
  title: z.string(),
  description: z.string().nullish(),
  labels: Labels.optional(),
  assignee_ids: z.array(z.int()).optional(),
  reviewer_ids: z.array(z.int()).optional(),
  target_project_id: z.coerce.number().int().optional(),
  remove_source_branch: z.boolean().nullish(),
  squash: z.boolean().nullish(),
});

const Edit = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  target_branch: z.string().optional(),
  labels: Labels.optional(),
  add_labels: Labels.optional(),
  remove_labels: Labels.optional(),
  reviewer_ids: z.array(z.int()).optional(),
  state_event: z.enum(['close', 'reopen']).optional(),
});

/** Merge requests: lists of a project, of a group and of the instance, and single ones. */
export const mergeRequestRoutes: Route[] = [
  { name: 'GET /merge_requests', handle: (call) => list(call, visibleProjects(call), 'created_by_me') },
  { name: 'GET /groups/:id/merge_requests', handle: (call) => list(call, groupProjects(call), 'all') },
  { name: 'GET /projects/:id/merge_requests', handle: (call) => list(call, [projectOf(call)], 'all') },
  {
    name: 'POST /projects/:id/merge_requests',
    async handle(call) {
      const sourceProject = projectOf(call);
      const values = readParams(Creation, call);
      const target = values.target_project_id
        ? call.state.projects.find(({ id }) => id === values.target_project_id)
        : sourceProject;
      if (!target || !canSee(target, call.user)) throw notFound('Project');
      if (accessLevelOf(sourceProject, call.user) < DEVELOPER) throw forbidden();
      const mergeRequest = await openMergeRequest(
        call.state,
        {
          project: target,
          sourceProject,
          sourceBranch: values.source_branch,
          targetBranch: values.target_branch,
          title: values.title,
          description: values.description ?? '',
          labels: values.labels ?? [],
          assignees: pickUsers(call.state, target, values.assignee_ids),
          reviewers: pickUsers(call.state, target, values.reviewer_ids),
          removeSourceBranch: values.remove_source_branch ?? false,
          ...(values.squash == null ? {} : { squash: values.squash }),
        },
        call.user,
      );
      return { status: 201, body: viewWholeMergeRequest(call.state, mergeRequest) };
    },
  },
  {
    name: 'GET /projects/:id/merge_requests/:iid',
    async handle(call) {
      const mergeRequest = mergeRequestOf(call);
      await checkMergeStatus(mergeRequest);
      return { status: 200, body: viewWholeMergeRequest(call.state, mergeRequest) };
    },
  },
  {
    name: 'PUT /projects/:id/merge_requests/:iid',
    async handle(call) {
      const mergeRequest = mergeRequestOf(call, REPORTER);
      if (!mayEdit(mergeRequest, call)) throw forbidden();
      const { state_event, labels, add_labels, remove_labels, reviewer_ids, target_branch, title, description } =
        readParams(Edit, call);
      const wanted = [...new Set([...(labels ?? mergeRequest.labels), ...(add_labels ?? [])])];
      const edit = {
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        ...(target_branch === undefined ? {} : { targetBranch: target_branch }),
        ...(reviewer_ids === undefined ? {} : { reviewers: pickUsers(call.state, mergeRequest.project, reviewer_ids) }),
        labels: wanted.filter((label) => !remove_labels?.includes(label)),
      };
      editMergeRequest(call.state, mergeRequest, edit, call.user);
      if (state_event) await setMergeRequestState(call.state, mergeRequest, state_event, call.user);
      return { status: 200, body: viewWholeMergeRequest(call.state, mergeRequest) };
    },
  },
  {
    name: 'GET /projects/:id/merge_requests/:iid/commits',
    handle(call) {
      const { diffRefs, project } = mergeRequestOf(call);
      const revision = `${diffRefs.baseSha}..${diffRefs.headSha}`;
      return paginateUncounted(
        call,
        (skip, count) => readCommits(project.repository, { revision, skip, count }),
        ({ id, title, message }) => ({ id, short_id: id.slice(0, 8), title, message }),
      );
    },
  },
  {
    name: 'GET /projects/:id/merge_requests/:iid/versions',
    async handle(call) {
      const mergeRequest = mergeRequestOf(call);
      const versions = await Promise.all(
        mergeRequest.versions.map(async (version) =>
          viewDiffVersion(mergeRequest, version, await readPatchId(mergeRequest.project.repository, version.diffRefs)),
        ),
      );
      return paginate(call, versions.reverse(), (version) => version);
    },
  },
  {
    name: 'GET /projects/:id/merge_requests/:iid/diffs',
    async handle(call) {
      const { project, diffRefs } = mergeRequestOf(call);
      const diffs = await listDiffs(project.repository, diffRefs.baseSha, diffRefs.headSha, wantsText(call));
      return paginate(call, diffs, (diff) => diff);
    },
  },
  {
    name: 'GET /projects/:id/merge_requests/:iid/reviewers',
    handle(call) {
      const { reviewers, changeRequesters, createdAt } = mergeRequestOf(call);
      const body = reviewers.map((user) => ({
        user: viewUser(call.state, user),
        state: changeRequesters.includes(user) ? 'requested_changes' : 'unreviewed',
        created_at: toIso(createdAt),
      }));
      return { status: 200, body };
    },
  },
  {
    name: 'GET /projects/:id/merge_requests/:iid/approvals',
    handle: (call) => ({ status: 200, body: viewApprovals(call) }),
  },
  {
    name: 'POST /projects/:id/merge_requests/:iid/approve',
    handle(call) {
      const mergeRequest = mergeRequestOf(call, DEVELOPER);
      if (mergeRequest.state !== 'opened' || mergeRequest.approvers.includes(call.user)) throw unauthorized();
      approve(call.state, mergeRequest, call.user);
      return { status: 201, body: viewApprovals(call) };
    },
  },
  {
    name: 'PUT /projects/:id/merge_requests/:iid/merge',
    async handle(call) {
      const mergeRequest = mergeRequestOf(call, DEVELOPER);
      await mergeMergeRequest(call.state, mergeRequest, call.user);
      return { status: 200, body: viewWholeMergeRequest(call.state, mergeRequest) };
    },
  },
];

function viewApprovals(call: RouteCall) {
  const { approvers, approvalTimes } = mergeRequestOf(call);
  return {
    user_has_approved: approvers.includes(call.user),
    user_can_approve: !approvers.includes(call.user),
    approved: approvers.length > 0,
    approved_by: approvers.map((user) => ({
      user: viewUser(call.state, user),
      approved_at: toIso(approvalTimes.get(user.id) ?? 0),
    })),
  };
}

async function list(call: RouteCall, projects: SandboxProject[], defaultScope: string) {
  const all = projects.flatMap(({ mergeRequests }) => mergeRequests);
  const found = filterMergeRequests(call, all, defaultScope);
  const reply = paginate(call, found, (mergeRequest) => viewMergeRequest(call.state, mergeRequest));
  // The look is asked for, and only a later list shows what it has found.
  if (call.query.get('with_merge_status_recheck') === 'true') await Promise.all(found.map(checkMergeStatus));
  return reply;
}

function groupProjects(call: RouteCall): SandboxProject[] {
  const projects = projectsOfGroup(call);
  const archivedToo = call.query.get('non_archived') === 'false';
  return projects.filter(({ archived }) => archivedToo || !archived);
}

/** Who cannot be chosen is left out without a word, as GitLab does. */
function pickUsers({ tier, users }: FakeState, project: SandboxProject, ids: readonly number[] = []): SandboxUser[] {
  return (tier === 'free' ? ids.slice(0, 1) : ids).flatMap((id) =>
    users.filter((user) => user.id === id && canSee(project, user)),
  );
}

function mayEdit({ project, author }: SandboxMergeRequest, { user }: RouteCall): boolean {
  return author === user || accessLevelOf(project, user) >= DEVELOPER;
}
