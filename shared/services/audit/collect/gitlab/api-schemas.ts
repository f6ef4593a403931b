import * as z from 'zod';
import type { CommitFacts } from '../../../../domain/audit/facts/commit.ts';
import { NOT_KNOWN } from '../../../../domain/audit/facts/known.ts';
import type { MergeRequestFacts } from '../../../../domain/audit/facts/merge-request.ts';
import type { Person } from '../../../../domain/audit/facts/person.ts';
import { PIPELINE_STATUSES } from '../../../../domain/audit/facts/pipeline.ts';

/** Only what an audit reads of GitLab's answers: https://docs.gitlab.com/api/rest/ */
const User = z.object({ username: z.string(), name: z.string().nullish(), bot: z.boolean().nullish() });
type User = z.infer<typeof User>;

export const ProjectApi = z.object({
  id: z.int(),
  path_with_namespace: z.string(),
  web_url: z.string(),
  default_branch: z.string().nullish(),
  merge_method: z.enum(['merge', 'rebase_merge', 'ff']).nullish(),
});

export const CommitApi = z.object({
  id: z.string(),
  parent_ids: z.array(z.string()).default([]),
  title: z.string().default(''),
  message: z.string().default(''),
  author_name: z.string().nullish(),
  author_email: z.string().nullish(),
  authored_date: z.string(),
  committer_name: z.string().nullish(),
  committer_email: z.string().nullish(),
  committed_date: z.string(),
  /** Since GitLab 15.10; before it only `trailers`, which keeps one value of each. */
  extended_trailers: z.record(z.string(), z.array(z.string())).nullish(),
  trailers: z.record(z.string(), z.string()).nullish(),
  web_url: z.string().default(''),
  /** Of a clone only. */
  patch_id: z.string().nullish(),
  paths: z.array(z.string()).nullish(),
});

export const TagApi = z.object({
  name: z.string(),
  commit: z.object({ id: z.string(), committed_date: z.string().nullish() }),
});

export const MergeRequestApi = z.object({
  iid: z.int(),
  state: z.enum(['opened', 'closed', 'merged', 'locked']),
  title: z.string(),
  description: z.string().nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.int().nullish(),
  target_project_id: z.int().nullish(),
  labels: z.array(z.string()).default([]),
  sha: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  created_at: z.string(),
  merged_at: z.string().nullish(),
  author: User.nullish(),
  merge_user: User.nullish(),
  merged_by: User.nullish(),
  web_url: z.string(),
});

export const PipelineApi = z.object({
  id: z.int(),
  sha: z.string(),
  ref: z.string().nullish(),
  status: z.enum(PIPELINE_STATUSES),
  web_url: z.string().default(''),
});

export const DeploymentApi = z.object({
  id: z.int(),
  sha: z.string(),
  ref: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string().nullish(),
  user: User.nullish(),
  environment: z.object({ name: z.string(), external_url: z.string().nullish() }),
  deployable: z.object({ finished_at: z.string().nullish(), user: User.nullish() }).nullish(),
});

export const ApprovalsApi = z.object({
  approved_by: z.array(z.object({ user: User, approved_at: z.string().nullish() })).default([]),
});

export const ApprovalEventApi = z.object({
  target_iid: z.int().nullish(),
  author_username: z.string().nullish(),
  created_at: z.string(),
});

const GraphUsers = z.object({ nodes: z.array(User.nullable()).nullish() }).nullish();

/**
 * Only the names: https://docs.gitlab.com/api/merge_requests/#list-merge-request-diffs and
 * /api/commits/#get-commit-diff
 */
export const DiffApi = z.object({ old_path: z.string(), new_path: z.string() });

export const VersionsApi = z.array(
  z.object({ head_commit_sha: z.string(), created_at: z.string(), patch_id_sha: z.string().nullish() }),
);

const GraphCommits = z
  .object({
    nodes: z
      .array(
        z
          .object({
            sha: z.string(),
            message: z.string().nullish(),
            authorName: z.string().nullish(),
            authorEmail: z.string().nullish(),
            committerName: z.string().nullish(),
            committerEmail: z.string().nullish(),
            committedDate: z.string(),
          })
          .nullable(),
      )
      .nullish(),
  })
  .nullish();

/** `data` is absent or null when GitLab does not understand the query. */
export const GraphMergeRequestsApi = z.object({
  data: z
    .object({
      project: z
        .object({
          mergeRequests: z.object({
            nodes: z.array(
              z.object({
                iid: z.string(),
                commitCount: z.int().nullish(),
                author: User.nullish(),
                approvedBy: GraphUsers,
                committers: GraphUsers,
                commitsWithoutMergeCommits: GraphCommits,
                headPipeline: z
                  .object({
                    id: z.string(),
                    sha: z.string().nullish(),
                    ref: z.string().nullish(),
                    status: z.string(),
                    warnings: z.boolean().nullish(),
                    path: z.string().nullish(),
                  })
                  .nullish(),
              }),
            ),
          }),
        })
        .nullable(),
    })
    .nullish(),
});

/** GitLab calls an account that was deleted the ghost user; an answer without a user means the same. */
export function toPerson(user: User | null | undefined): Person {
  return {
    username: user?.username ?? 'ghost',
    name: user?.name ?? NOT_KNOWN,
    emails: NOT_KNOWN,
    accountId: NOT_KNOWN,
    bot: user?.bot ?? NOT_KNOWN,
  };
}

/** All commits of a list may share `branches`. */
export function toCommit(api: z.infer<typeof CommitApi>, branches: string[], source: string): CommitFacts {
  const { subject, body } = parseMessage(api.message);
  const trailers = api.extended_trailers
    ? Object.entries(api.extended_trailers).flatMap(([key, values]) => values.map((value) => ({ key, value })))
    : Object.entries(api.trailers ?? {}).map(([key, value]) => ({ key, value }));
  return {
    sha: api.id,
    parents: api.parent_ids,
    subject: subject === '' ? api.title : subject,
    body,
    trailers,
    ...signaturesOf(api.author_name, api.author_email, api.committer_name, api.committer_email),
    authoredAt: api.authored_date,
    committedAt: api.committed_date,
    branches,
    patchId: api.patch_id ?? NOT_KNOWN,
    paths: api.paths ?? NOT_KNOWN,
    url: api.web_url,
    source,
  };
}

/** First line and the rest of a message; parts of one text, because hundred thousands of them are kept. */
export function parseMessage(message: string): Pick<CommitFacts, 'subject' | 'body'> {
  const end = message.indexOf('\n');
  return end < 0 ? { subject: message, body: '' } : { subject: message.slice(0, end), body: message.slice(end).trim() };
}

type Text = string | null | undefined;

/** One object for both where the author committed, as with nearly every commit. */
export function signaturesOf(
  authorName: Text,
  authorEmail: Text,
  committerName: Text,
  committerEmail: Text,
): Pick<CommitFacts, 'author' | 'committer'> {
  const author = { name: authorName ?? '', email: authorEmail ?? '' };
  const isSame = authorName === committerName && authorEmail === committerEmail;
  return { author, committer: isSame ? author : { name: committerName ?? '', email: committerEmail ?? '' } };
}

export function toMergeRequest(
  api: z.infer<typeof MergeRequestApi>,
  project: z.infer<typeof ProjectApi>,
  source: string,
): MergeRequestFacts {
  return {
    iid: api.iid,
    state: api.state,
    title: api.title,
    description: api.description ?? '',
    sourceBranch: api.source_branch,
    sourceProject: api.source_project_id === project.id ? project.path_with_namespace : NOT_KNOWN,
    targetBranch: api.target_branch,
    labels: api.labels,
    sha: api.sha ?? null,
    mergeCommitSha: api.merge_commit_sha ?? null,
    squashCommitSha: api.squash_commit_sha ?? null,
    commitCount: NOT_KNOWN,
    createdAt: api.created_at,
    mergedAt: api.merged_at ?? null,
    author: toPerson(api.author),
    mergedBy: api.merge_user === undefined && api.merged_by === undefined ? NOT_KNOWN : mergerOf(api),
    committers: NOT_KNOWN,
    approvals: NOT_KNOWN,
    diffVersions: NOT_KNOWN,
    sourceCommits: NOT_KNOWN,
    headPipeline: NOT_KNOWN,
    paths: NOT_KNOWN,
    url: api.web_url,
    source,
    approvalsSource: null,
  };
}

/** `merge_user` since GitLab 14.7; `merged_by` names the person who set auto-merge. */
function mergerOf({ merge_user, merged_by }: z.infer<typeof MergeRequestApi>): Person | null {
  const user = merge_user ?? merged_by;
  return user ? toPerson(user) : null;
}
