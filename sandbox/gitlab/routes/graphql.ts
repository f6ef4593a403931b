import * as z from 'zod';
import type { Reply } from '../../http/send-reply.ts';
import { readCommits } from '../git/read-commits.ts';
import { canSee } from '../http/access.ts';
import { readParams } from '../http/read-params.ts';
import type { RouteCall } from '../http/route.ts';
import type { SandboxMergeRequest, SandboxProject, SandboxUser } from '../state/fake-state.ts';

const MergeRequestVariables = z.object({ path: z.string(), iids: z.array(z.string()).max(100) });
const JobVariables = z.object({
  project: z.templateLiteral(['gid://gitlab/Project/', z.int()]),
  pipeline: z.templateLiteral(['gid://gitlab/Ci::Pipeline/', z.int()]),
});
const Question = z.object({ query: z.string(), variables: z.union([MergeRequestVariables, JobVariables]) });

/** Every name the schema below knows; a query with another one is refused, as GitLab refuses an unknown field. */
const KNOWN = new Set(
  `query path ID String iids project fullPath mergeRequests first nodes iid commitCount author username name bot
   approvedBy committers headPipeline id sha ref status warnings path
   commitsWithoutMergeCommits message authorName authorEmail committerName committerEmail committedDate
   projects ids CiPipelineID pipeline jobs whenExecuted manual pageInfo hasNextPage`.split(/\s+/),
);

/**
 * The part of GitLab's GraphQL that is asked here: people and pipelines of merge requests, by their numbers, and the
 * manual jobs of a pipeline.
 */
export async function answerGraphql(call: RouteCall): Promise<Reply> {
  const { query, variables } = readParams(Question, call);
  const unknown = (query.match(/[A-Za-z]\w*/g) ?? []).find((word) => !KNOWN.has(word));
  if (unknown) return { status: 200, body: { errors: [{ message: `Field '${unknown}' doesn't exist` }] } };
  if ('pipeline' in variables) return answerManualJobs(call, variables);
  const project = call.state.projects.find(({ path }) => path === variables.path);
  if (!project || !canSee(project, call.user)) return { status: 200, body: { data: { project: null } } };
  const found = project.mergeRequests.filter(({ iid }) => variables.iids.includes(String(iid)));
  const nodes = await Promise.all(found.map((mergeRequest) => viewNode(mergeRequest, call.state.users)));
  return { status: 200, body: { data: { project: { mergeRequests: { nodes } } } } };
}

/** GitLab gives at most as many nodes at once. */
const MANUAL_JOBS_OF_A_PAGE = 100;

function answerManualJobs(call: RouteCall, variables: z.infer<typeof JobVariables>): Reply {
  const idOf = (gid: string) => Number(gid.slice(gid.lastIndexOf('/') + 1));
  const found = call.state.projects.filter(({ id }) => id === idOf(variables.project));
  const nodes = found
    .filter((project) => canSee(project, call.user))
    .map(({ pipelines }) => {
      const pipeline = pipelines.find(({ id }) => id === idOf(variables.pipeline));
      if (!pipeline) return { pipeline: null };
      const manual = pipeline.jobs
        .filter((job) => job.manual)
        .map(({ id }) => ({ id: `gid://gitlab/Ci::Build/${id}` }));
      const pageInfo = { hasNextPage: manual.length > MANUAL_JOBS_OF_A_PAGE };
      return { pipeline: { jobs: { nodes: manual.slice(0, MANUAL_JOBS_OF_A_PAGE), pageInfo } } };
    });
  return { status: 200, body: { data: { projects: { nodes } } } };
}

async function viewNode(mergeRequest: SandboxMergeRequest, users: readonly SandboxUser[]) {
  const { iid, author, approvers, headSha, project, diffRefs } = mergeRequest;
  const range = `${diffRefs.baseSha}..${diffRefs.headSha}`;
  const emails = (await project.repository.git(['log', '--no-merges', '--format=%ce', range]))
    .split('\n')
    .filter(Boolean);
  const committers = users.filter(({ username }) => emails.includes(`${username}@example.com`));
  const count = Number(await project.repository.git(['rev-list', '--count', range]));
  return {
    iid: String(iid),
    commitCount: count,
    author: viewUser(author),
    approvedBy: { nodes: approvers.map(viewUser) },
    committers: { nodes: committers.map(viewUser) },
    commitsWithoutMergeCommits: { nodes: await listSourceCommits(mergeRequest) },
    headPipeline: viewHeadPipeline(project, headSha),
  };
}

async function listSourceCommits({ project, diffRefs }: SandboxMergeRequest) {
  const revision = `${diffRefs.baseSha}..${diffRefs.headSha}`;
  const commits = await readCommits(project.repository, { revision, count: 100 });
  return commits
    .filter(({ parent_ids }) => parent_ids.length < 2)
    .slice(0, 20)
    .map((commit) => ({
      sha: commit.id,
      message: commit.message,
      authorName: commit.author_name,
      authorEmail: commit.author_email,
      committerName: commit.committer_name,
      committerEmail: commit.committer_email,
      committedDate: commit.committed_date,
    }));
}

function viewUser({ username, name, bot }: SandboxUser) {
  return { username, name, bot };
}

function viewHeadPipeline({ pipelines, path }: SandboxProject, headSha: string) {
  const newest = pipelines.findLast(({ sha }) => sha === headSha);
  if (!newest) return null;
  const { id, sha, ref, status, warnings } = newest;
  return {
    id: `gid://gitlab/Ci::Pipeline/${id}`,
    sha,
    ref,
    status: status.toUpperCase(),
    warnings,
    path: `/${path}/-/pipelines/${id}`,
  };
}
