import * as z from 'zod';

const User = z.object({ name: z.string(), username: z.string() });
const at = z.string().transform((text) => Date.parse(text));

export const MergeRequest = z
  .object({
    iid: z.int(),
    project_id: z.int(),
    title: z.string(),
    description: z.string().nullable(),
    state: z.enum(['opened', 'closed', 'merged', 'locked']),
    draft: z.boolean(),
    created_at: at,
    updated_at: at,
    source_branch: z.string(),
    target_branch: z.string(),
    author: User,
    sha: z.string(),
    merge_commit_sha: z.string().nullable(),
    references: z.object({ full: z.string() }),
  })
  .transform(({ references, author, ...rest }) => ({
    iid: rest.iid,
    title: rest.title,
    description: rest.description ?? '',
    state: rest.state,
    isDraft: rest.draft,
    createdAt: rest.created_at,
    updatedAt: rest.updated_at,
    sourceBranch: rest.source_branch,
    targetBranch: rest.target_branch,
    author: author.name,
    headSha: rest.sha,
    mergeSha: rest.merge_commit_sha ?? undefined,
    project: references.full.slice(0, references.full.lastIndexOf('!')),
  }));
export type MergeRequest = z.output<typeof MergeRequest>;

export const Approvals = z
  .object({ user_has_approved: z.boolean(), approved_by: z.array(z.object({ user: User })) })
  .transform(({ user_has_approved, approved_by }) => ({
    byMe: user_has_approved,
    names: approved_by.map(({ user }) => user.name),
  }));
export type Approvals = z.output<typeof Approvals>;

export const CommitStatus = z
  .object({ name: z.string(), status: z.string(), description: z.string().nullable() })
  .transform(({ name, status, description }) => ({ name, status, description: description ?? '' }));
export type CommitStatus = z.output<typeof CommitStatus>;

export const FileDiff = z
  .object({
    old_path: z.string(),
    new_path: z.string(),
    new_file: z.boolean(),
    renamed_file: z.boolean(),
    deleted_file: z.boolean(),
    diff: z.string(),
  })
  .transform((file) => ({
    oldPath: file.old_path,
    newPath: file.new_path,
    change: file.new_file ? 'added' : file.deleted_file ? 'deleted' : file.renamed_file ? 'renamed' : 'changed',
    text: file.diff,
  }));
export type FileDiff = z.output<typeof FileDiff>;

const Suggestion = z.object({ id: z.int(), applied: z.boolean(), appliable: z.boolean() });
export type Suggestion = z.output<typeof Suggestion>;

const Position = z.object({
  new_path: z.string().nullish(),
  old_path: z.string().nullish(),
  new_line: z.int().nullish(),
  old_line: z.int().nullish(),
});

const Note = z
  .object({
    id: z.int(),
    body: z.string(),
    author: User,
    created_at: at,
    system: z.boolean(),
    resolvable: z.boolean(),
    resolved: z.boolean().optional(),
    position: Position.optional(),
    suggestions: z.array(Suggestion).default([]),
  })
  .transform(({ author, created_at, position, ...note }) => ({
    ...note,
    author: author.name,
    createdAt: created_at,
    place: position && {
      path: position.new_path ?? position.old_path ?? '',
      line: position.new_line ?? undefined,
      oldLine: position.old_line ?? undefined,
    },
  }));
export type Note = z.output<typeof Note>;

export const Discussion = z.object({ id: z.string(), notes: z.array(Note) });
export type Discussion = z.output<typeof Discussion>;

export const Project = z
  .object({ path_with_namespace: z.string(), default_branch: z.string().nullable() })
  .transform(({ path_with_namespace, default_branch }) => ({
    path: path_with_namespace,
    defaultBranch: default_branch ?? undefined,
  }));
export type Project = z.output<typeof Project>;

export const Commit = z
  .object({ id: z.string(), title: z.string(), message: z.string(), author_name: z.string(), authored_date: at })
  .transform(({ author_name, authored_date, ...commit }) => ({ ...commit, author: author_name, at: authored_date }));
export type Commit = z.output<typeof Commit>;

export const TreeEntry = z.object({ path: z.string(), type: z.string() });

export const RepositoryFile = z
  .object({ content: z.base64() })
  .transform(({ content }) => Buffer.from(content, 'base64'));
