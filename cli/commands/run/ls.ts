import * as z from 'zod';
import { runToJson } from '../../../shared/domain/runs/archive/run-document.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { durationText } from '../../arguments/parse-duration.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { findRun } from '../../clients/find-run.ts';
import { aboutRuns, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTable } from '../../output/format-table.ts';
import { nameTask, type ProjectPaths } from '../../output/format-task.ts';
import { formatSpan, formatTime } from '../../output/format-time.ts';
import { refuse } from '../../output/refuse.ts';
import { collectRuns, countTokens, describeUnlabelled, findRunPlaces, sortRuns, startOf } from './find-runs.ts';
import { parseRunQuery, splitTerms } from './run-query.ts';
import { walkRuns } from './walk-runs.ts';

const count = z.coerce.number('needs a number').int('must be a whole number');

export const RunLsOptions = z.object({
  query: z.array(z.string()).default([]),
  failed: z.boolean().default(false),
  binding: z.string().optional(),
  kind: z.string().optional(),
  since: durationText.optional(),
  after: z.string().optional(),
  limit: count.min(1, 'must be at least 1').max(1000, 'must be at most 1000').default(20),
  json: z.boolean().default(false),
});
export type RunLsOptions = z.infer<typeof RunLsOptions>;

/** Runs that are looked at for one list: a rare match in a long history is found list by list, or in a project. */
const MOST_READ = 2000;

/**
 * Lists runs, newest first, that fit a query; with `after`, those that are older than a run. Reads runs one page after
 * the other until enough fit, so a short list of a long history costs little.
 */
export async function runLs(
  options: RunLsOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const query = parseRunQuery(listTerms(options), io.clock.now());
  const storage = await tools.storage();
  const begin = options.after === undefined ? undefined : await findRun(parseSubject(options.after), tools);
  if (begin && 'error' in begin) return refuse({ error: begin.error, json: options.json }, io);
  const places = await findRunPlaces(query, { ...tools, storage: async () => storage }, io.env);
  const unreadable = new Set<string>();
  const onUnreadable = (runId: string) => void unreadable.add(runId);
  const walk = walkRuns(places.subjects, storage.ledger, { after: startOf(query, begin?.run), onUnreadable });
  const found = await collectRuns(walk, query, { places, limit: options.limit, mostRead: MOST_READ });
  const runs = sortRuns(found.runs, query.sort).slice(0, options.limit);
  const next = found.isWhole ? undefined : found.last;
  const more = next
    ? [
        `${found.read} runs were looked at, back to ${formatTime(next.createdAt)}; --after ${next.runId} goes on with older ones`,
      ]
    : [];
  const unlabelled = describeUnlabelled(found);
  for (const note of [...places.notes, ...(unlabelled ? [unlabelled] : []), ...(options.json ? [] : more)])
    io.warn(`cmap: ${note}`);
  const document = {
    runs: runs.map(runToJson),
    read: found.read,
    more: !found.isWhole,
    ...(next ? { next: next.runId } : {}),
    unreadable: [...unreadable],
    ...(query.asksLabels ? { unlabelled: found.unlabelled } : {}),
  };
  const readPaths = createProjectPaths(async () => storage, io.env);
  const paths = await readPaths(options.json ? [] : aboutRuns(runs));
  return answer({ json: options.json, document, text: () => describe(runs, paths, io) }, io);
}

function listTerms({ query, failed, binding, kind, since }: RunLsOptions): string[] {
  return [
    ...query.flatMap(splitTerms),
    ...(failed ? ['is:failed'] : []),
    ...(binding === undefined ? [] : [`project:${binding}`]),
    ...(kind === undefined ? [] : [`kind:${kind}`]),
    ...(since === undefined ? [] : [`created:<${since}`]),
  ];
}

function describe(runs: readonly Run[], paths: ProjectPaths, io: CliIO): string[] {
  if (runs.length === 0) return ['No run fits.'];
  const now = io.clock.now();
  const rows = runs.map((run) => [
    run.runId,
    nameTask(run.task, paths),
    run.state,
    formatSpan(now - run.createdAt),
    String(countTokens(run) || '-'),
    run.code ?? run.parkedReason ?? run.result?.what ?? '',
  ]);
  return [
    formatTable(['RUN', 'TASK', 'STATE', 'AGE', 'TOKENS', 'RESULT'], rows, { ...io, cut: ['TASK'] }),
    '',
    `${countOf(runs.length, 'run')}. \`cmap run show RUN\` says more, \`cmap run retry RUN\` does one again.`,
    ...(runs.every(({ state }) => state === 'failed')
      ? ['`cmap run given-up` leaves out those that newer runs have made good.']
      : []),
  ];
}
