import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { EVERYTHING, gitlabProjectSubject, jiraProjectSubject } from '../../../shared/domain/runs/subjects.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { findMap } from '../../clients/find-map.ts';
import type { Tools } from '../../clients/tools.ts';
import type { RunQuery, RunSort } from './run-query.ts';

/** Where the runs of a query are listed, and what cannot be seen from here. */
export interface RunSubjects {
  subjects: string[];
  notes: string[];
}

/** The runs of a binding are those of its Jira project and those of its repositories. */
export async function findRunSubjects(
  { project }: Pick<RunQuery, 'project'>,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'>,
): Promise<RunSubjects> {
  if (project === undefined) return { subjects: [EVERYTHING], notes: [] };
  const jira = jiraProjectSubject(project);
  const bindings = createBindings((await findMap(tools)).bindings ?? []).ofJira(project);
  if (bindings.length === 0)
    return { subjects: [jira], notes: [`${project} has no binding in the map; only runs of its issues are listed`] };
  const found = await Promise.all(bindings.map((binding) => findProjectId(binding, tools)));
  const hidden = bindings.flatMap(({ repo }, index) => (found[index] === undefined ? [repo] : []));
  return {
    subjects: [...new Set([jira, ...found.flatMap((id) => (id === undefined ? [] : [gitlabProjectSubject(id)]))])],
    notes: [...new Set(hidden)].map(
      (repo) => `GitLab does not show ${repo} from here; its reviews and replies are not listed`,
    ),
  };
}

async function findProjectId(
  { repo, credentialRef }: Binding,
  tools: Pick<Tools, 'gitlab'>,
): Promise<number | undefined> {
  try {
    const gitlab = await (await tools.gitlab()).gitlabFor(credentialRef);
    return (await gitlab.findProject(repo))?.id;
  } catch (error) {
    if (!(error instanceof TaskError || error instanceof UsageError)) throw error;
    return undefined;
  }
}

export interface CollectedRuns {
  runs: Run[];
  read: number;
  /** The oldest run that was read. */
  last?: Run;
  /** Whether nothing older could fit. */
  isWhole: boolean;
}

/** By time of creation the first that fit are the answer; by anything else all within reach are compared. */
export async function collectRuns(
  newestFirst: AsyncIterable<Run>,
  query: RunQuery,
  { limit, mostRead }: { limit: number; mostRead: number },
): Promise<CollectedRuns> {
  const { createdSince = 0, sort } = query;
  const enough = sort === 'created' ? limit : Number.POSITIVE_INFINITY;
  const collected: CollectedRuns = { runs: [], read: 0, isWhole: true };
  for await (const run of newestFirst) {
    if (run.createdAt < createdSince) return collected;
    if (collected.runs.length >= enough || collected.read >= mostRead) return { ...collected, isWhole: false };
    collected.read += 1;
    collected.last = run;
    if (query.matches(run)) collected.runs.push(run);
  }
  return collected;
}

export function sortRuns(runs: readonly Run[], sort: RunSort): Run[] {
  const value = (run: Run) => (sort === 'cost' ? countTokens(run) : sort === 'updated' ? run.updatedAt : run.createdAt);
  return runs.toSorted((a, b) => value(b) - value(a));
}

/** Tokens of a run, in and out, those of failed attempts included where they are known. */
export function countTokens({ result, facts }: Pick<Run, 'result' | 'facts'>): number {
  const usage = facts?.usage ?? result?.usage;
  return (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
}
