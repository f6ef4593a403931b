import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import {
  EVERYTHING,
  gitlabProjectSubject,
  jiraProjectSubject,
  listSubjects,
} from '../../../shared/domain/runs/subjects.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { findMap } from '../../clients/find-map.ts';
import { listProjectPaths } from '../../clients/project-paths.ts';
import type { Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { countOf } from '../../output/count-of.ts';
import type { ProjectPaths } from '../../output/format-task.ts';
import type { RunQuery, RunSort } from './run-query.ts';
import type { RunCursor } from './walk-runs.ts';

/** Where the runs of a query are listed, and what it takes to tell which of them fit. */
export interface RunPlaces {
  subjects: string[];
  /** Runs under one of these are left out. */
  excluded: string[];
  /** What cannot be seen from here. */
  notes: string[];
  paths: ProjectPaths;
}

type PlacesTools = Pick<Tools, 'storage' | 'bindings' | 'gitlab'>;

/**
 * The runs of a binding are those of its Jira project and those of its repositories. GitLab is asked only where a
 * project is named, storage only where a repository is.
 */
export async function findRunPlaces(
  { projects, excludedProjects, asksPaths }: Pick<RunQuery, 'projects' | 'excludedProjects' | 'asksPaths'>,
  tools: PlacesTools,
  env: CliIO['env'],
): Promise<RunPlaces> {
  const [included, excluded, paths] = await Promise.all([
    findSubjects(projects, tools),
    findSubjects(excludedProjects, tools),
    asksPaths ? listProjectPaths(await tools.storage(), env) : () => undefined,
  ]);
  return {
    subjects: projects.length === 0 ? [EVERYTHING] : included.subjects,
    excluded: excluded.subjects,
    notes: [
      ...included.unbound.map((project) => `${project} has no binding in the map; only runs of its issues are listed`),
      ...included.hidden.map(
        (repo) => `GitLab does not show ${repo} from here; its reviews and replies are not listed`,
      ),
      ...excluded.hidden.map(
        (repo) => `GitLab does not show ${repo} from here; its reviews and replies are listed too`,
      ),
    ],
    paths,
  };
}

/** Whether a run is one a person asked for. */
export function fitsQuery(
  run: Run,
  query: Pick<RunQuery, 'matches'>,
  { excluded, paths }: Pick<RunPlaces, 'excluded' | 'paths'>,
): boolean {
  return query.matches(run, paths) && !listSubjects(run.task).some((subject) => excluded.includes(subject));
}

interface FoundSubjects {
  subjects: string[];
  /** Jira projects that no binding names. */
  unbound: string[];
  /** Repositories whose number is not known. */
  hidden: string[];
}

async function findSubjects(projects: readonly string[], tools: PlacesTools): Promise<FoundSubjects> {
  if (projects.length === 0) return { subjects: [], unbound: [], hidden: [] };
  const map = createBindings((await findMap(tools)).bindings ?? []);
  const bindings = projects.flatMap((project) => map.ofName(project));
  const found = await Promise.all(bindings.map((binding) => findProjectId(binding, tools)));
  const hidden = bindings.flatMap(({ repo }, index) => (found[index] === undefined ? [repo] : []));
  const numbers = found.flatMap((id) => (id === undefined ? [] : [gitlabProjectSubject(id)]));
  return {
    subjects: [...new Set([...projects.filter((name) => !name.includes('/')).map(jiraProjectSubject), ...numbers])],
    unbound: projects.filter((project) => map.ofName(project).length === 0),
    hidden: [...new Set(hidden)],
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
  /** Of those that were read: what labels they saw is not known. */
  unlabelled: number;
}

/** By time of creation the first that fit are the answer; by anything else all within reach are compared. */
export async function collectRuns(
  newestFirst: AsyncIterable<Run>,
  query: RunQuery,
  { places, limit, mostRead }: { places: RunPlaces; limit: number; mostRead: number },
): Promise<CollectedRuns> {
  const { createdSince = 0, sort } = query;
  const enough = sort === 'created' ? limit : Number.POSITIVE_INFINITY;
  const collected: CollectedRuns = { runs: [], read: 0, isWhole: true, unlabelled: 0 };
  for await (const run of newestFirst) {
    if (run.createdAt < createdSince) return collected;
    if (collected.runs.length >= enough || collected.read >= mostRead) return { ...collected, isWhole: false };
    collected.read += 1;
    collected.last = run;
    if (query.asksLabels && !run.facts?.labels) collected.unlabelled += 1;
    if (fitsQuery(run, query, places)) collected.runs.push(run);
  }
  return collected;
}

/** Where a list begins that starts at the time of a query, or goes on after a run; the older of both. */
export function startOf({ createdBefore }: Pick<RunQuery, 'createdBefore'>, after?: RunCursor): RunCursor | undefined {
  if (createdBefore === undefined || (after && after.createdAt < createdBefore)) return after;
  // The first of its moment: what was created at the time itself does not fit.
  return { createdAt: createdBefore - 1, runId: '' };
}

/** Says of runs that do not know their labels what a query by labels makes of them; `undefined` where all know them. */
export function describeUnlabelled({ unlabelled }: Pick<CollectedRuns, 'unlabelled'>): string | undefined {
  if (unlabelled === 0) return undefined;
  return `the labels of ${countOf(unlabelled, 'run')} are not known (of an earlier version, or before an attempt has ended); label: leaves such runs out, -label: does not`;
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
