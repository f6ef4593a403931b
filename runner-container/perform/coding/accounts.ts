import type { Run } from '../../../shared/domain/runs/run.ts';
import { PLAN_RESULT } from '../../../shared/domain/tasks/find-waiting-plan.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import type { RunContext } from '../run/run-context.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

/** The record of a run keeps so many characters of an account (`run-row.ts`). */
const RECORDED_CHARACTERS = 3000;

/** Other runs of a ticket that are looked through for their accounts. */
const MOST_RUNS = 200;

/** What a run has reported of its work. */
export interface Account {
  createdAt: number;
  text: string;
}

/**
 * Keeps an account that is longer than the record of its run takes, so that later runs are told all of it. What cannot
 * be kept costs nothing else.
 */
export async function keepAccount(
  account: string,
  { context, deps }: { context: Pick<RunContext, 'run' | 'log'>; deps: Pick<RunnerDeps, 'files'> },
): Promise<void> {
  const { files } = deps;
  if (!files || account.length <= RECORDED_CHARACTERS) return;
  const isTolerable = (error: unknown) => error instanceof TaskError;
  await tolerate(() => files.keep(context.run, 'account.md', account), {
    log: context.log,
    event: 'account not kept',
    isTolerable,
  });
}

/** The whole account of a run, or as much as was kept of it. @throws {TaskError} `storage-unavailable` */
export async function readAccount(run: Run, { files }: Pick<RunnerDeps, 'files'>): Promise<string | undefined> {
  const recorded = run.result?.summary;
  if (recorded === undefined || recorded.length < RECORDED_CHARACTERS) return recorded;
  return (await files?.findNewest(run, 'account.md')) ?? recorded;
}

/** Whether a run has done work on its ticket that it has told of: a plan alone is none. */
export function hasAccount({ state, result }: Run): boolean {
  return state === 'done' && result?.what !== PLAN_RESULT && result?.summary !== undefined && result.summary !== '';
}

/** The other runs of a ticket, newest first. */
export interface RunsOfTicket {
  runs: readonly Run[];
  /** There are older ones, which were not looked at. */
  hasOlder: boolean;
}

/**
 * The other runs of the ticket, as far back as a session may be told of; `earlier` are those that are known already. A
 * ticket with few runs costs nothing more.
 */
export async function listAllRuns(
  run: Parameters<RunnerDeps['listEarlierRuns']>[0],
  earlier: readonly Run[],
  { listEarlierRuns }: Pick<RunnerDeps, 'listEarlierRuns'>,
): Promise<RunsOfTicket> {
  if (earlier.length < FEW_RUNS) return { runs: earlier, hasOlder: false };
  // This one is left out of the answer, and one more says that there are older ones.
  const all = await listEarlierRuns(run, MOST_RUNS + 2);
  return { runs: all.slice(0, MOST_RUNS), hasOlder: all.length > MOST_RUNS };
}

/** `listEarlierRuns` reads twenty, and leaves the run itself out. */
const FEW_RUNS = 19;
