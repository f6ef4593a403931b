import type { RunResult } from '../runs/outcome.ts';
import type { Run, RunEvent, RunFacts, RunState } from '../runs/run.ts';
import type { Task } from '../runs/task.ts';

/** A run that still needs something, as a list shows it. */
export interface OpenRun extends Run {
  /** No notification before this time: another process is at it, or it has to wait. */
  notifyAfter?: number;
  /** While it runs: its runner has given its message up, so that nothing but a sweep brings it back. */
  withoutMessage?: boolean;
}

/** A run as it was read: `version` is what a later `update` is compared with. */
export interface RunRecord extends OpenRun {
  version: string;
  /** Keeps two tasks apart that share a run id by accident. */
  dedupKey: string;
  /** Attempts that ended because a service was out of reach; counted apart from those that failed by themselves. */
  outages?: number;
  /** Attempts to notify the person. */
  notifyAttempts: number;
}

export interface NewRun {
  runId: string;
  dedupKey: string;
  task: Task;
}

/** What one step of a run's life changes. Leaving `parked` or `running` clears what belongs to it. */
export interface RunChange {
  state: RunState;
  /** Why, as a fixed word; kept in the run's events. */
  reason?: string;
  attempt?: number;
  interruptions?: number;
  outages?: number;
  runner?: string;
  withoutMessage?: boolean;
  /** The same task for the runners of another image. */
  task?: Task;
  parkedUntil?: number;
  parkedReason?: string;
  facts?: RunFacts;
  result?: RunResult;
  code?: string;
  detail?: string;
  notified?: boolean;
  notifyAfter?: number;
}

export interface ListRecentOptions {
  /** The list goes on after this run. */
  after?: RunPlace | undefined;
  /** Runs created before this time, in milliseconds, are not looked at. */
  since?: number | undefined;
  /** Called for each run that cannot be read and is newer than the last one of the list. */
  onUnreadable?: (runId: string, createdAt: number) => void;
}

/** Where a run stands among all, by the time it was created at. */
export type RunPlace = Pick<Run, 'createdAt' | 'runId'>;

export interface PurgeRunsOptions {
  except?: ReadonlySet<string> | undefined;
  /** The step goes on after this place: those before it were looked at. */
  after?: RunPlace | undefined;
}

/**
 * Every run's life, for as long as it is kept. A change of state and the event that records it are one write; a run in
 * a final state never changes again, except that it is noted whether the waiting person was notified. All methods throw
 * {TaskError} `storage-unavailable` or `storage-refused`.
 */
export interface RunLedger {
  /**
   * Writes a run `planned`, once: `undefined` when the id exists. Insert-if-absent is also the deduplication of events,
   * because a run id is computed from its task. @throws {TaskError} `task-too-large`
   */
  create(run: NewRun): Promise<RunRecord | undefined>;
  find(runId: string): Promise<RunRecord | undefined>;
  /** @throws {TaskError} `run-unknown` */
  get(runId: string): Promise<RunRecord>;
  /**
   * Moves the run on, or resolves to `undefined` when another process changed it since it was read: read again and
   * decide again. @throws {TaskError} `run-final`; {RangeError} for a move no run may make.
   */
  update(record: RunRecord, change: RunChange): Promise<RunRecord | undefined>;
  /**
   * Takes the notification of a final run until `notifyAfter`; `undefined` when another process has it or it is done.
   */
  acquireNotification(record: RunRecord, notifyAfter: number): Promise<RunRecord | undefined>;
  /** Notes that the person was notified; `undefined` when another process wrote first. */
  markNotified(record: RunRecord): Promise<RunRecord | undefined>;
  /** Runs that still need something: not final, or final and not notified. Costs nothing for finished ones. */
  listOpen(): Promise<OpenRun[]>;
  /** Runs in one state; of the final states only those not yet notified. */
  listByState(state: RunState): Promise<Run[]>;
  /**
   * The newest runs of a subject (`shared/domain/runs/subjects.ts`), newest first, at most 100; after one of them, the
   * next ones. Fewer than asked for only where there are no others. A run that is there and cannot be read keeps
   * none of the others back: it is logged, and `onUnreadable` hears of it.
   */
  listRecent(subject: string, limit: number, options?: ListRecentOptions): Promise<Run[]>;
  /**
   * All runs of a subject created at or after a time in milliseconds, newest first, read page by page. One that is
   * there and cannot be read keeps none of the others back: `onUnreadable` hears of it.
   */
  listSince(subject: string, since: number, onUnreadable: (runId: string) => void): AsyncIterable<Run>;
  /** Ids of the runs created at or after `from` and before `before`, oldest first; reads no run. */
  listCreated(from: number, before: number): Promise<string[]>;
  /** Adds events; nothing is ever taken away but by `purge`. */
  append(...events: RunEvent[]): Promise<void>;
  /**
   * Changes of state and appended events from a time on (all unless said otherwise), oldest first. Where
   * `onUnreadable` is given, an event that cannot be read is logged and left out. @throws {TaskError} `unexpected`
   * where it is not: the list is evidence then, and whole or none. Given a run of a list instead of its id, the changes
   * of state are those it had then, which spares reading it again.
   */
  listEvents(run: string | Run, since?: number, onUnreadable?: () => void): Promise<RunEvent[]>;
  /**
   * Forgets at most `limit` runs that ended before a time, with their events, and none of `except`. `next` is where to
   * go on, absent once all that were created before the time have been looked at.
   */
  purge(before: number, limit: number, options?: PurgeRunsOptions): Promise<{ purged: number; next?: RunPlace }>;
}
