import * as z from 'zod';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { cherryPick } from '../actions/cherry-pick.ts';
import { EMPTY_TREE, listDiffs, wantsText } from '../git/list-diffs.ts';
import { type ReadCommit, readCommits } from '../git/read-commits.ts';
import { GitError } from '../git/run-git.ts';
import { DEVELOPER, REPORTER } from '../http/access.ts';
import { ApiError, notFound } from '../http/api-error.ts';
import { paginate, paginateUncounted } from '../http/paginate.ts';
import { projectOf, readParams } from '../http/read-params.ts';
import type { Route, RouteCall } from '../http/route.ts';
import type { FakeState, SandboxCommitComment, SandboxMergeRequest, SandboxProject } from '../state/fake-state.ts';
import { viewMergeRequest, viewUser } from '../views/views.ts';

/** Commits and tags of a repository, read from git. */
export const commitRoutes: Route[] = [
  {
    name: 'GET /projects/:id/repository/commits',
    async handle(call) {
      const project = projectOf(call, REPORTER);
      const revision = call.query.get('ref_name') ?? project.defaultBranch;
      const withTrailers = call.query.get('trailers') === 'true';
      return paginateUncounted(
        call,
        async (skip, count) => (await list(project, revision, skip, count)) ?? missing('Commit'),
        (commit) => view(call.state, project, commit, withTrailers),
      );
    },
  },
  {
    name: 'GET /projects/:id/repository/commits/:sha',
    async handle(call) {
      const project = projectOf(call, REPORTER);
      const body = await viewCommit(call.state, project, call.params['sha'] ?? '');
      if (!body) throw notFound('Commit');
      return { status: 200, body };
    },
  },
  {
    name: 'GET /projects/:id/repository/commits/:sha/merge_requests',
    async handle(call) {
      const project = projectOf(call, REPORTER);
      const sha = call.params['sha'] ?? '';
      const found: SandboxMergeRequest[] = [];
      for (const candidate of project.mergeRequests) if (await brought(candidate, sha)) found.push(candidate);
      return paginate(call, found, (mergeRequest) => viewMergeRequest(call.state, mergeRequest));
    },
  },
  {
    name: 'POST /projects/:id/repository/commits/:sha/cherry_pick',
    async handle(call) {
      const { project, sha } = await commitOf(call, DEVELOPER);
      const { branch } = readParams(z.object({ branch: z.string().min(1) }), call);
      const picked = await cherryPick(call.state, project, { sha, branch }, call.user);
      return { status: 201, body: await viewCommit(call.state, project, picked) };
    },
  },
  {
    name: 'GET /projects/:id/repository/commits/:sha/comments',
    async handle(call) {
      const { project, sha } = await commitOf(call);
      const comments = project.commitComments.filter((comment) => comment.sha === sha);
      return paginate(call, comments, (comment) => viewComment(call.state, comment));
    },
  },
  {
    name: 'POST /projects/:id/repository/commits/:sha/comments',
    async handle(call) {
      const { project, sha } = await commitOf(call);
      const { note } = readParams(z.object({ note: z.string().min(1) }), call);
      const comment = { sha, note, author: call.user, createdAt: call.state.clock.now() };
      project.commitComments.push(comment);
      return { status: 201, body: viewComment(call.state, comment) };
    },
  },
  {
    name: 'GET /projects/:id/repository/commits/:sha/diff',
    async handle(call) {
      const project = projectOf(call, REPORTER);
      const [commit] = (await list(project, call.params['sha'] ?? '', 0, 1)) ?? [];
      if (!commit) throw notFound('Commit');
      const parent = commit.parent_ids[0] ?? EMPTY_TREE;
      const diffs = await listDiffs(project.repository, parent, commit.id, wantsText(call));
      return paginate(call, diffs, (diff) => diff);
    },
  },
  {
    name: 'GET /projects/:id/repository/tags/:name',
    async handle(call) {
      const project = projectOf(call, REPORTER);
      const name = call.params['name'] ?? '';
      const [commit] = (await list(project, `refs/tags/${name}`, 0, 1)) ?? [];
      if (!commit) throw notFound('Tag');
      return { status: 200, body: viewTag(call.state, project, { name, commit }) };
    },
  },
  {
    name: 'GET /projects/:id/repository/tags',
    async handle(call) {
      const project = projectOf(call, REPORTER);
      const by = call.query.get('order_by') === 'version' ? 'version:refname' : 'creatordate';
      const sort = call.query.get('sort') === 'asc' ? by : `-${by}`;
      const format = '--format=%(refname:lstrip=2)';
      const names = await project.repository.git(['for-each-ref', `--sort=${sort}`, format, 'refs/tags']);
      const tags = await Promise.all(
        names
          .split('\n')
          .filter(Boolean)
          .map(async (name) => ({ name, commit: (await list(project, `refs/tags/${name}`, 0, 1))?.[0] })),
      );
      return paginate(call, tags, (tag) => viewTag(call.state, project, tag));
    },
  },
];

/** The commit `:sha` for a user of at least this role. @throws {ApiError} 403, or 404 for one that is not there */
export async function commitOf(call: RouteCall, level = REPORTER): Promise<{ project: SandboxProject; sha: string }> {
  const project = projectOf(call, level);
  const [commit] = (await list(project, call.params['sha'] ?? '', 0, 1)) ?? [];
  if (!commit) throw notFound('Commit');
  return { project, sha: commit.id };
}

function viewComment(state: FakeState, { note, author, createdAt }: SandboxCommitComment) {
  return {
    note,
    path: null,
    line: null,
    line_type: null,
    author: viewUser(state, author),
    created_at: toIso(createdAt),
  };
}

function viewTag(
  state: FakeState,
  project: SandboxProject,
  { name, commit }: { name: string; commit?: ReadCommit | undefined },
) {
  return {
    name,
    message: '',
    target: commit?.id ?? '',
    protected: false,
    release: null,
    created_at: null,
    commit: commit ? view(state, project, commit, false) : null,
  };
}

/** A commit that is there, as GitLab answers it alone. */
export async function viewCommit(state: FakeState, project: SandboxProject, sha: string) {
  const [commit] = (await list(project, sha, 0, 1)) ?? [];
  return commit ? { ...view(state, project, commit, true), status: null, project_id: project.id } : undefined;
}

async function list({ repository }: SandboxProject, revision: string, skip: number, count: number) {
  try {
    return await readCommits(repository, { revision, skip, count });
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

function missing(what: string): never {
  throw notFound(what);
}

function view(state: FakeState, project: SandboxProject, commit: ReadCommit, withTrailers: boolean) {
  const { trailers, extended_trailers, ...rest } = commit;
  return {
    ...rest,
    trailers: withTrailers ? trailers : {},
    extended_trailers: withTrailers ? extended_trailers : {},
    web_url: `${state.url}/${project.path}/-/commit/${commit.id}`,
  };
}

/** Whether the commit is one of the source branch, or the one that merging made. */
async function brought(mergeRequest: SandboxMergeRequest, sha: string): Promise<boolean> {
  const { diffRefs, mergeCommitSha, squashCommitSha, project } = mergeRequest;
  if (sha === mergeCommitSha || sha === squashCommitSha) return true;
  const range = `${diffRefs.baseSha}..${diffRefs.headSha}`;
  const text = await project.repository.git(['rev-list', '--end-of-options', range]).catch((error: unknown) => {
    if (error instanceof GitError) throw new ApiError(500, { message: '500 Internal Server Error' });
    throw error;
  });
  return text.split('\n').includes(sha);
}
