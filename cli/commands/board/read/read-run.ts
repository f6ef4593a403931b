import type { RunRecord } from '../../../../shared/domain/ports/run-ledger.ts';
import type { ScopeLock } from '../../../../shared/domain/ports/scopes.ts';
import type { Run, RunEvent } from '../../../../shared/domain/runs/run.ts';
import { silentLog } from '../../../../shared/kernel/log.ts';
import { guardReading } from '../../../../shared/services/runs/guard-reading.ts';
import { parseSubject } from '../../../arguments/subject.ts';
import { findRun } from '../../../clients/find-run.ts';
import { answerPlainly, type PlainAnswer } from '../../explain/plain-answer.ts';
import type { Board } from './board.ts';
import { describeSubject, type Names, type RunSubject } from './describe-subject.ts';
import { listStages, type Stages } from './list-stages.ts';
import { readNames } from './read-names.ts';

/** What a run's page shows of the run itself. */
export interface RunDetails {
  run: Run;
  subject: RunSubject;
  plain: PlainAnswer;
  stages: Stages;
  names: Names;
  /** Events of the run that cannot be read. */
  unreadable: number;
}

/**
 * The run a person means, by id, ticket or merge request. @throws {UsageError} and {TaskError} as `findRun` does
 */
export async function findBoardRun(id: string, board: Board): Promise<RunRecord | undefined> {
  const found = await findRun(parseSubject(id), board.tools);
  return 'run' in found ? found.run : undefined;
}

/** Costs two reads and two lists, however long the history is. */
export async function readRunDetails(run: Run, board: Board): Promise<RunDetails> {
  const { ledger, scopes } = await board.storage();
  let unreadable = 0;
  const [events, claim, names] = await Promise.all([
    ledger.listEvents(run.runId, 0, () => {
      unreadable += 1;
    }),
    guardReading(run.task.scope, silentLog, () => scopes.find(run.task.scope)),
    readNames([run], board),
  ]);
  const lock = claim === 'unreadable' ? undefined : claim;
  const described = describeRun(run, { events, lock, names, now: board.clock.now() });
  const plain = { ...described.plain, next: board.nameCommands(described.plain.next) };
  return { ...described, plain, unreadable };
}

const MOST_OTHERS = 10;

/** The newest other runs of the same ticket or merge request. */
export async function readOtherRuns({ runId, task }: Run, board: Board): Promise<Run[]> {
  const { ledger } = await board.storage();
  const runs = await ledger.listRecent(task.scope, MOST_OTHERS + 1);
  return runs.filter((run) => run.runId !== runId).slice(0, MOST_OTHERS);
}

interface Read {
  events: readonly RunEvent[];
  lock: ScopeLock | undefined;
  names: Names;
  now: number;
}

function describeRun(run: Run, { events, lock, names, now }: Read): Omit<RunDetails, 'unreadable'> {
  const subject = describeSubject(run, names);
  const stages = listStages(run, events, now);
  const stage = stages.stages.findLast(({ name }) => name !== 'running')?.name;
  const plain = answerPlainly({
    name: subject.about,
    now,
    runs: [run],
    skipLog: [],
    ...(lock ? { lock } : {}),
    ...(stage === undefined ? {} : { stage }),
  });
  return { run, subject, plain, stages, names };
}
