import * as z from 'zod';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { parseDuration } from '../../arguments/parse-duration.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { describeUnreadable } from '../../clients/find-run-by-id.ts';
import { aboutRuns, createProjectPaths } from '../../clients/project-paths.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { formatTable } from '../../output/format-table.ts';
import { nameTask, type ProjectPaths } from '../../output/format-task.ts';
import { formatSpan, formatTime } from '../../output/format-time.ts';
import { shortenIds } from '../../output/shorten-ids.ts';
import { findGivenUp, type GivenUp, type GivenUpWork } from './find-given-up.ts';

export const RunGivenUpOptions = z.object({ since: z.string().default('7d'), json: z.boolean().default(false) });
export type RunGivenUpOptions = z.infer<typeof RunGivenUpOptions>;

const MOST_READ = 2000;

/**
 * Lists work that was given up: poisoned messages, messages that could not be read, and failed runs after which no
 * other run of the same work was begun. @throws {UsageError} for a time that is none
 */
export async function runGivenUp(
  { since, json }: RunGivenUpOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage'> = createTools(io),
): Promise<number> {
  const span = parseDuration(since);
  if (span === undefined) throw new UsageError(`--since ${JSON.stringify(since)} is no time; write 24h or 30d`);
  const storage = await tools.storage();
  const found = await findGivenUp(storage, { since: io.clock.now() - span, mostRead: MOST_READ });
  for (const note of listNotes(found, json)) io.warn(`cmap: ${note}`);
  const tasks = found.work.flatMap((one) => (one.kind === 'refused' ? [] : [one]));
  const paths = await createProjectPaths(async () => storage, io.env)(json ? [] : aboutRuns(tasks));
  const { work, hidden, read, isWhole, unreadable } = found;
  const document = { givenUp: work.map(toJson), hidden, read, more: !isWhole, unreadable };
  return answer({ json, document, text: () => describe(work, { paths, since, io }) }, io);
}

/** The id by which every command knows it. */
export function idOfGivenUp(work: GivenUp): string {
  return work.kind === 'failed' ? work.runId : work.messageId;
}

/** The command that is right for it once the cause is gone. */
export function nextOf(work: GivenUp, id: string = idOfGivenUp(work)): string {
  return work.kind === 'refused' ? `cmap queue drop ${id} --yes` : `cmap run retry ${id}`;
}

/** What a list could not see. */
export function listNotes(
  { hidden, isWhole, back, read, unreadable }: Omit<GivenUpWork, 'work'>,
  json = false,
): string[] {
  return [
    ...(hidden > 0 ? [`${countOf(hidden, 'more poisoned message')} cannot be shown: a storage queue shows 32`] : []),
    ...(isWhole || json ? [] : [`${read} runs were looked at, back to ${formatTime(back ?? 0)}; there are older ones`]),
    ...(unreadable.length > 0 ? [describeUnreadable(unreadable)] : []),
  ];
}

function toJson(work: GivenUp) {
  return { ...work, at: toIso(work.at), next: nextOf(work) };
}

interface Shown {
  paths: ProjectPaths;
  since: string;
  io: CliIO;
}

function describe(work: readonly GivenUp[], { paths, since, io }: Shown): string[] {
  const now = io.clock.now();
  const short = shortenIds(work.map(idOfGivenUp), 10);
  const rows = work.map((one) => [
    one.kind,
    short.get(idOfGivenUp(one)) ?? idOfGivenUp(one),
    one.kind === 'refused' ? 'unreadable' : nameTask(one.task, paths),
    formatSpan(now - one.at),
    oneLine(one.reason),
  ]);
  const looked = `Runs created in the last ${since} were looked at; --since 30d looks further back.`;
  if (rows.length === 0) return ['Nothing is given up.', looked];
  const isAny = (kind: GivenUp['kind']) => work.some((one) => one.kind === kind);
  return [
    formatTable(['WHAT', 'ID', 'TASK', 'AGE', 'REASON'], rows, { ...io, cut: ['TASK'] }),
    '',
    ...(isAny('failed') || isAny('poisoned')
      ? ['`cmap run retry ID` does one again; `cmap run show RUN` says why it failed.']
      : []),
    ...(isAny('refused') ? ['A refused message holds no task; `cmap queue drop ID --yes` removes it.'] : []),
    looked,
  ];
}
