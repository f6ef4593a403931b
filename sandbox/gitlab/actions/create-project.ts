import path from 'node:path';
import { createBareRepository } from '../git/bare-repository.ts';
import type { FileContent } from '../git/fast-import.ts';
import { type FakeState, type MergeMethod, requireUser, type SandboxProject } from '../state/fake-state.ts';

export interface NewProject {
  /** `group/sub/app`; the group is everything before the last slash. */
  path: string;
  /** Username -> access level (10 guest, 20 reporter, 30 developer, 40 maintainer, 50 owner). */
  members?: Record<string, number>;
  /** The first commit on the default branch. Without any the repository stays empty. */
  files?: Record<string, FileContent>;
  defaultBranch?: string;
  visibility?: 'private' | 'public';
  /** The default branch unless given. */
  protectedBranches?: string[];
  archived?: boolean;
  /** `merge` unless given. */
  mergeMethod?: MergeMethod;
  /** Whether merging squashes; no unless given. */
  squash?: boolean;
}

/** Adds a project with a real bare repository. */
export async function createProject(state: FakeState, values: NewProject): Promise<SandboxProject> {
  const { defaultBranch = 'main', files = {}, members = {} } = values;
  const id = state.nextId();
  const repository = await createBareRepository(path.join(state.directory, `${id}.git`), defaultBranch);
  if (Object.keys(files).length > 0) {
    const author = { name: 'Ada', email: 'ada@example.com' };
    await repository.commit({ branch: defaultBranch, message: 'First commit', author, at: state.clock.now(), files });
    await repository.refresh();
  }
  const project: SandboxProject = {
    id,
    path: values.path,
    name: values.path.split('/').at(-1) ?? values.path,
    visibility: values.visibility ?? 'private',
    defaultBranch,
    archived: values.archived ?? false,
    members: new Map(Object.entries(members).map(([name, level]) => [requireUser(state, name).id, level])),
    protectedBranches: new Set(values.protectedBranches ?? [defaultBranch]),
    repository,
    mergeRequests: [],
    hooks: [],
    mergeMethod: values.mergeMethod ?? 'merge',
    squash: values.squash ?? false,
    pipelines: [],
    deployments: [],
    commitComments: [],
    commitStatuses: [],
  };
  state.projects.push(project);
  return project;
}
