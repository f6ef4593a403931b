import type { Binding } from '../../domain/mapping/binding.ts';
import type { GitLab, Project } from '../../domain/ports/gitlab.ts';
import { isHiddenByGitLab } from '../../domain/ports/gitlab-refusals.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { GitLabLookup, ResolveDeps } from './resolve-project.ts';

export interface ListGroupsDeps {
  gitlabFor(credentialRef: string): GroupGitLab | Promise<GroupGitLab>;
  /** Waited for before each request that is for one repository only. */
  pace: () => Promise<void>;
}

export type GroupGitLab = GitLabLookup & Pick<GitLab, 'listProjects'>;

/** Repositories of one credential below one top-level group. */
interface Group {
  paths: Set<string>;
  listed?: Promise<Map<string, Project>>;
}

/** Fewer are asked for one by one. */
const MIN_LISTED = 4;

/**
 * A list costs no more than a tenth of what it may spare: a group may have many more repositories than are wanted, and
 * then the rest of them is asked for one by one.
 */
const WANTED_BY_PAGE = 10;

/**
 * GitLab for looking many repositories up at once: those of one group are listed, a hundred in each request. What is in
 * no list, because it was renamed or because the credential may not list the group, is asked for by itself.
 */
export function createListedGitLab(
  wanted: readonly Pick<Binding, 'repo' | 'credentialRef'>[],
  { gitlabFor, pace }: ListGroupsDeps,
): ResolveDeps['gitlabFor'] {
  const groups = new Map<string, Group>();
  for (const { credentialRef, repo } of wanted) {
    const key = groupKey(credentialRef, repo);
    const group = groups.get(key) ?? { paths: new Set() };
    groups.set(key, group);
    group.paths.add(repo.toLowerCase());
  }

  return async (credentialRef) => {
    const gitlab = await gitlabFor(credentialRef);
    return {
      async getProject(id) {
        await pace();
        return gitlab.getProject(id);
      },
      async findProject(path) {
        const group = groups.get(groupKey(credentialRef, path));
        if (group && group.paths.size >= MIN_LISTED) {
          group.listed ??= listGroup([...group.paths], gitlab);
          const found = (await group.listed).get(path.toLowerCase());
          if (found) return found;
        }
        await pace();
        return gitlab.findProject(path);
      },
    };
  };
}

function groupKey(credentialRef: string, path: string): string {
  return `${credentialRef} ${path.split('/')[0]?.toLowerCase()}`;
}

/** By path in lower case. @throws {TaskError} `gitlab-*` where single repositories are not to be had either. */
async function listGroup(paths: string[], gitlab: GroupGitLab): Promise<Map<string, Project>> {
  const found = new Map<string, Project>();
  const groupPath = findCommonGroup(paths);
  try {
    for (let page = 1; page <= Math.ceil(paths.length / WANTED_BY_PAGE); page += 1) {
      const { projects, hasNext } = await gitlab.listProjects(groupPath, page);
      for (const project of projects) found.set(project.path.toLowerCase(), project);
      if (!hasNext || paths.every((path) => found.has(path))) break;
    }
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    // A list may fail by its size alone. Where one repository is no answer either, none of the others is asked for.
    if (!isHiddenByGitLab(error)) await gitlab.findProject(paths[0] ?? groupPath);
  }
  return found;
}

/** The deepest group that holds all of them: a credential may see no more than a subgroup. */
function findCommonGroup(paths: string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/').slice(0, -1));
  const differs = (depth: number) => others.some((groups) => groups[depth] !== first[depth]);
  const end = first.findIndex((_, depth) => differs(depth));
  return (end === -1 ? first : first.slice(0, end)).join('/');
}
