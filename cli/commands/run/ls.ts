import { z } from 'zod';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import { runToJson } from '../../../shared/domain/runs/archive/run-document.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { EVERYTHING, gitlabProjectSubject, jiraProjectSubject } from '../../../shared/domain/runs/subjects.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { findMap } from '../../clients/find-map.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTable } from '../../output/format-table.ts';
import { nameTask } from '../../output/format-task.ts';
import { formatSpan, formatTime } from '../../output/format-time.ts';
import { parseRunQuery, type RunQuery, type RunSort } from './run-query.ts';
import { walkRuns } from './walk-runs.ts';

const count = z.coerce.number('needs a number').int('must be a whole number');

export const RunLsOptions = z.object({
  query: z.array(z.string()).default([]),
  failed: z.boolean().default(false),
  binding: z.string().optional(),
  kind: z.string().optional(),
  since: z.string().optional(),
  limit: count.min(1, 'must be at least 1').max(1000, 'must be at most 1000').default(20),
  json: z.boolean().default(false),
});
export type RunLsOptions = z.infer<typeof RunLsOptions>;

/** Runs that are looked at for one list; a rare match in a long history is found with --since or a project. */
const MOST_READ = 2000;

/**
 * Lists runs, newest first, that fit a query. Reads runs one page after the other until enough fit, so a short list of
 * a long history costs little.
 */
export async function runLs(
  options: RunLsOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const query = parseRunQuery(listTerms(options), io.clock.now());
  const { ledger } = await tools.storage();
  const { subjects, notes } = await findSubjects(query, tools);
  const found = await collect(walkRuns(subjects, ledger), query, options.limit);
  const runs = sortRuns(found.runs, query.sort).slice(0, options.limit);
  const more = found.isWhole
    ? []
    : [`${found.read} runs were looked at, back to ${formatTime(found.back)}; there are older ones`];
  for (const note of [...notes, ...(options.json ? [] : more)]) io.warn(`cmap: ${note}`);
  const document = { runs: runs.map(runToJson), read: found.read, more: !found.isWhole };
  return answer({ json: options.json, document, text: () => describe(runs, io) }, io);
}

function listTerms({ query, failed, binding, kind, since }: RunLsOptions): string[] {
  return [
    ...query.flatMap((text) => text.split(/\s+/)).filter((term) => term !== ''),
    ...(failed ? ['is:failed'] : []),
    ...(binding === undefined ? [] : [`project:${binding}`]),
    ...(kind === undefined ? [] : [`kind:${kind}`]),
    ...(since === undefined ? [] : [`created:<${since}`]),
  ];
}

/** The runs of a binding are those of its Jira project and those of its repository. */
async function findSubjects(
  { project }: RunQuery,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'>,
): Promise<{ subjects: string[]; notes: string[] }> {
  if (project === undefined) return { subjects: [EVERYTHING], notes: [] };
  const jira = jiraProjectSubject(project);
  const binding = createBindings((await findMap(tools)).bindings ?? []).byJira(project);
  if (!binding)
    return { subjects: [jira], notes: [`${project} has no binding in the map; only runs of its issues are listed`] };
  try {
    const gitlab = await tools.gitlab().gitlabFor(binding.credentialRef);
    const found = await gitlab.findProject(binding.repo);
    if (found) return { subjects: [jira, gitlabProjectSubject(found.id)], notes: [] };
  } catch (error) {
    if (!(error instanceof TaskError || error instanceof UsageError)) throw error;
  }
  return {
    subjects: [jira],
    notes: [`GitLab does not show ${binding.repo} from here; its reviews and replies are not listed`],
  };
}

interface Collected {
  runs: Run[];
  read: number;
  /** Creation time of the oldest run that was read. */
  back: number;
  /** Whether nothing older could fit. */
  isWhole: boolean;
}

/** By time of creation the first that fit are the answer; by anything else all within reach are compared. */
async function collect(newestFirst: AsyncIterable<Run>, query: RunQuery, limit: number): Promise<Collected> {
  const { createdSince = 0, sort } = query;
  const enough = sort === 'created' ? limit : Number.POSITIVE_INFINITY;
  const collected: Collected = { runs: [], read: 0, back: 0, isWhole: true };
  for await (const run of newestFirst) {
    if (run.createdAt < createdSince) return collected;
    if (collected.runs.length >= enough || collected.read >= MOST_READ) return { ...collected, isWhole: false };
    collected.read += 1;
    collected.back = run.createdAt;
    if (query.matches(run)) collected.runs.push(run);
  }
  return collected;
}

function sortRuns(runs: readonly Run[], sort: RunSort): Run[] {
  const value = (run: Run) => (sort === 'cost' ? costOf(run) : sort === 'updated' ? run.updatedAt : run.createdAt);
  return runs.toSorted((a, b) => value(b) - value(a));
}

function costOf({ result }: Run): number {
  return (result?.usage?.inputTokens ?? 0) + (result?.usage?.outputTokens ?? 0);
}

function describe(runs: readonly Run[], io: CliIO): string[] {
  if (runs.length === 0) return ['No run fits.'];
  const now = io.clock.now();
  const rows = runs.map((run) => [
    run.runId,
    nameTask(run.task),
    run.state,
    formatSpan(now - run.createdAt),
    String(costOf(run) || '-'),
    run.code ?? run.parkedReason ?? run.result?.what ?? '',
  ]);
  return [
    formatTable(['RUN', 'TASK', 'STATE', 'AGE', 'TOKENS', 'RESULT'], rows, io),
    '',
    `${countOf(runs.length, 'run')}. \`cmap run show RUN\` says more, \`cmap run retry RUN\` does one again.`,
  ];
}
