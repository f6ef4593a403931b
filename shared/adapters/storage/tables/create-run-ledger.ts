import type { NewRun, OpenRun, RunChange, RunLedger, RunPlace, RunRecord } from '../../../domain/ports/run-ledger.ts';
import { isFinal, type Run, type RunEvent } from '../../../domain/runs/run.ts';
import { EVERYTHING, listSubjects } from '../../../domain/runs/subjects.ts';
import { canMove } from '../../../domain/runs/transitions.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { TaskError } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import { readOrReport } from './read-or-report.ts';
import type { Change, KeyRange, Row, Rows } from './rows.ts';
import { appendEvents, listEventRows, removeEvents, toEvent } from './run-events.ts';
import {
  asWritten,
  fromHistoryField,
  fromRunFields,
  type HistoryEntry,
  toHistoryEvent,
  toHistoryField,
  toRunFields,
} from './run-row.ts';
import { buildKeyRange, buildTableKey, newestFirst, readNewestFirst, shortKeyPart } from './table-key.ts';

export interface RunLedgerDeps {
  runs: Rows;
  events: Rows;
  clock: Clock;
  log: Log;
  /** Free text passes through it before it is stored. */
  redact: (text: string) => string;
}

/**
 * All runs are in one partition, so that a run and its index rows are written together (a partition takes some 2,000
 * rows a second; an admission writes six). `run:<id>` is the run and its compare-and-set; `open:<id>` is a copy that
 * exists while anything remains to be done, so that a sweep reads only those; `by:<subject>:<newest first>:<id>` finds
 * runs later.
 */
const PARTITION = 'runs';

const MAX_RECENT = 100;
/** Runs that stay cost a read, too: a step that meets many of them ends before its limit. */
const MAX_READ_BY_PURGE = 1000;

type Unversioned = Omit<RunRecord, 'version'>;

export function createRunLedger(deps: RunLedgerDeps): RunLedger {
  const { runs, events, clock, redact } = deps;
  /** The history belongs to the row as it was read, not to what callers see of a run. */
  const histories = new WeakMap<RunRecord, HistoryEntry[]>();
  /** The row of a run as it was listed. */
  const listed = new WeakMap<Run, Row>();

  const remember = (row: Row): RunRecord => {
    const record = fromRunFields(row.fields, row.version);
    histories.set(record, fromHistoryField(row.fields));
    return record;
  };

  const find = async (runId: string): Promise<RunRecord | undefined> => {
    const row = await runs.find(PARTITION, runKey(runId));
    return row && remember(row);
  };

  const get = async (runId: string): Promise<RunRecord> => {
    const record = await find(runId);
    if (!record) throw new TaskError('run-unknown', { detail: runId });
    return record;
  };

  /** One request: the run by compare-and-set, and its copy among the open ones. */
  const replace = async (
    record: RunRecord,
    next: Unversioned,
    history: HistoryEntry[],
  ): Promise<RunRecord | undefined> => {
    const fields = toRunFields(next, redact);
    const versions = await runs.write(PARTITION, [
      {
        kind: 'replace',
        key: runKey(next.runId),
        version: record.version,
        fields: { ...fields, history: toHistoryField(history) },
      },
      isOpen(next) ? { kind: 'put', key: openKey(next.runId), fields } : { kind: 'remove', key: openKey(next.runId) },
    ]);
    if (!versions) return undefined;
    const replaced = asWritten(next, fields, versions[0] ?? '');
    histories.set(replaced, history);
    return replaced;
  };

  const historyOf = async (record: RunRecord): Promise<HistoryEntry[]> => {
    const known = histories.get(record);
    if (known) return known;
    // A record that was copied by its holder; its version still guards the write.
    return histories.get(await get(record.runId)) ?? [];
  };

  const readRun = (row: Row): RunRecord | undefined =>
    readOrReport(row, ({ fields, version }) => fromRunFields(fields, version), {
      log: deps.log,
      event: 'run row unreadable',
    });

  /** No `row` where the run is gone, no `run` where it cannot be read. */
  const readEntry = async ({ runId }: RunPlace): Promise<{ row?: Row; run?: RunRecord }> => {
    const row = await runs.find(PARTITION, runKey(runId));
    const run = row && readRun(row);
    if (row && run) listed.set(run, row);
    return { ...(row ? { row } : {}), ...(run ? { run } : {}) };
  };

  const listOpen = async (): Promise<OpenRun[]> => {
    const open: OpenRun[] = [];
    for await (const row of runs.list(PARTITION, buildKeyRange('open'))) {
      const run = readRun(row);
      if (run) open.push(run);
    }
    return open;
  };

  /** False when another sweep was first. */
  const forget = async ({ runId, createdAt, task }: RunRecord): Promise<boolean> => {
    await removeEvents(events, runId);
    const keys = listSubjects(task).map((subject) => subjectKey(subject, createdAt, runId));
    const changes = [runKey(runId), ...keys].map((key): Change => ({ kind: 'remove', key }));
    return (await runs.write(PARTITION, uniqueKeys(changes))) !== undefined;
  };

  return {
    async create(run) {
      const now = clock.now();
      const created = planRun(run, now);
      const history = [{ at: now, name: 'planned', attempt: 0 }];
      const fields = toRunFields(created, redact);
      const index = listSubjects(run.task).map(
        (subject): Change => ({
          kind: 'insert',
          key: subjectKey(subject, now, run.runId),
          fields: { runId: run.runId },
        }),
      );
      const versions = await runs.write(PARTITION, [
        { kind: 'insert', key: runKey(run.runId), fields: { ...fields, history: toHistoryField(history) } },
        { kind: 'insert', key: openKey(run.runId), fields },
        ...uniqueKeys(index),
      ]);
      if (!versions) return undefined;
      const record = asWritten(created, fields, versions[0] ?? '');
      histories.set(record, history);
      return record;
    },

    find,
    get,

    async update(record, change) {
      if (isFinal(record.state)) throw new TaskError('run-final', { detail: record.runId });
      if (!canMove(record.state, change.state))
        throw new RangeError(`A run does not go from ${record.state} to ${change.state}`);
      const now = clock.now();
      const next = applyChange(record, change, now);
      const entry = {
        at: now,
        name: change.state,
        attempt: next.attempt,
        ...(change.reason === undefined ? {} : { reason: change.reason }),
        ...(next.runner === undefined ? {} : { runner: next.runner }),
      };
      return replace(record, next, [...(await historyOf(record)), entry]);
    },

    async acquireNotification(record, notifyAfter) {
      if (!isFinal(record.state) || record.notified) return undefined;
      const { version: _, ...rest } = record;
      return replace(
        record,
        { ...rest, notifyAfter, notifyAttempts: record.notifyAttempts + 1 },
        await historyOf(record),
      );
    },

    async markNotified(record) {
      if (!isFinal(record.state))
        throw new RangeError(`Only a final run is marked as notified, not a ${record.state} one`);
      if (record.notified) return record;
      const { version: _, notifyAfter: __, ...rest } = record;
      return replace(record, { ...rest, notified: true }, await historyOf(record));
    },

    listOpen,

    async listByState(state) {
      return (await listOpen()).filter((run) => run.state === state);
    },

    async listRecent(subject, limit, { after, since, onUnreadable } = {}) {
      const wanted = Math.min(limit, MAX_RECENT);
      const found: Run[] = [];
      let entries: RunPlace[] = [];
      const readEntries = async () => {
        const read = await Promise.all(entries.map(readEntry));
        for (const [at, { row, run }] of read.entries()) {
          const entry = entries[at];
          if (run) found.push(run);
          else if (row && entry) onUnreadable?.(entry.runId, entry.createdAt);
        }
        entries = [];
      };
      if (wanted < 1) return found;
      const range = {
        ...rangeAfter(subject, after),
        ...(since === undefined ? {} : { before: endOf(subject, since) }),
        // The list goes on after a run that is in it.
        page: after ? wanted + 1 : wanted,
      };
      for await (const row of runs.list(PARTITION, range)) {
        const entry = toIndexEntry(row);
        if (entry.runId === after?.runId) continue;
        entries.push(entry);
        // A short answer says that there are no older runs: what cannot be read is made up for by the next ones.
        if (found.length + entries.length >= wanted) await readEntries();
        if (found.length >= wanted) return found;
      }
      await readEntries();
      return found;
    },

    async *listSince(subject, since, onUnreadable) {
      const { from } = rangeAfter(subject, undefined);
      for await (const index of runs.list(PARTITION, { from, before: endOf(subject, since) })) {
        const entry = toIndexEntry(index);
        const { row, run } = await readEntry(entry);
        if (run) yield run;
        else if (row) onUnreadable(entry.runId);
      }
    },

    async listCreated(from, before) {
      if (before <= from) return [];
      const range = {
        from: buildTableKey('by', EVERYTHING, newestFirst(before - 1)),
        before: buildKeyRange('by', EVERYTHING, newestFirst(Math.max(0, from))).before,
      };
      const ids: string[] = [];
      for await (const row of runs.list(PARTITION, range)) ids.push(toIndexEntry(row).runId);
      return ids.reverse();
    },

    append: (...added) => appendEvents(events, added, redact),

    async listEvents(run, since = 0, onUnreadable) {
      const runId = typeof run === 'string' ? run : run.runId;
      const keep = <Value>(read: () => Value, instead: Value, key: string): Value => {
        try {
          return read();
        } catch (error) {
          if (!onUnreadable) throw error;
          deps.log.error('run event unreadable', { runId, key, error });
          onUnreadable();
          return instead;
        }
      };
      const known = typeof run === 'string' ? undefined : listed.get(run);
      const row = known ?? (await runs.find(PARTITION, runKey(runId)));
      const history = row ? keep(() => fromHistoryField(row.fields), [], row.key) : [];
      const states = history.filter(({ at }) => at >= since).map((entry) => toHistoryEvent(runId, entry));
      const appended: RunEvent[] = [];
      for await (const event of listEventRows(events, runId, since))
        appended.push(...keep(() => [toEvent(runId, event)], [], event.key));
      // Stable: at one time the change of state comes before what was appended in it.
      return [...states, ...appended].sort((a, b) => a.at - b.at);
    },

    async purge(before, limit, { except, after } = {}) {
      const start = buildTableKey('by', EVERYTHING, newestFirst(before));
      const range = rangeAfter(EVERYTHING, after);
      const from = after && after.createdAt <= before ? range.from : start;
      let purged = 0;
      let read = 0;
      let last = after;
      for await (const index of runs.list(PARTITION, { ...range, from })) {
        const entry = toIndexEntry(index);
        if (entry.runId === after?.runId) continue;
        if (purged >= limit || read >= MAX_READ_BY_PURGE) return { purged, ...(last ? { next: last } : {}) };
        last = entry;
        if (except?.has(entry.runId)) continue;
        read += 1;
        const { run } = await readEntry(entry);
        if (run && !isOpen(run) && run.updatedAt < before && (await forget(run))) purged += 1;
      }
      return { purged };
    },
  };
}

function runKey(runId: string): string {
  return buildTableKey('run', runId);
}

function openKey(runId: string): string {
  return buildTableKey('open', runId);
}

/** The index rows of a subject, from the one of a run on, that one included. */
function rangeAfter(subject: string, after: RunPlace | undefined): Required<KeyRange> {
  const range = buildKeyRange('by', shortKeyPart(subject));
  return after ? { ...range, from: subjectKey(subject, after.createdAt, after.runId) } : range;
}

/** Newer ones sort first, and the last to be read are those of that very millisecond. */
function endOf(subject: string, since: number): string {
  return buildKeyRange('by', shortKeyPart(subject), newestFirst(Math.max(0, since))).before;
}

function subjectKey(subject: string, createdAt: number, runId: string): string {
  return buildTableKey('by', shortKeyPart(subject), newestFirst(createdAt), runId);
}

/** The key says both; the field is what the first version wrote, and an odd row may lack it. */
function toIndexEntry({ key, fields }: Row): RunPlace {
  const [time = '', id = ''] = key.split(':').slice(-2);
  const { runId = id } = fields;
  return { runId: String(runId), createdAt: readNewestFirst(time) };
}

function uniqueKeys(changes: Change[]): Change[] {
  return [...new Map(changes.map((change) => [change.key, change])).values()];
}

function isOpen({ state, notified }: Pick<Run, 'state' | 'notified'>): boolean {
  return !(isFinal(state) && notified);
}

function planRun({ runId, dedupKey, task }: NewRun, now: number): Unversioned {
  const times = { createdAt: now, updatedAt: now };
  return { runId, dedupKey, task, state: 'planned', attempt: 0, ...times, notified: false, notifyAttempts: 0 };
}

function applyChange(record: RunRecord, change: RunChange, now: number): Unversioned {
  const { version: _, runner, withoutMessage, parkedUntil, parkedReason, code, detail, ...rest } = record;
  const { reason: __, ...changed } = change;
  // Why the last attempt failed is worth knowing until the next one begins.
  const isWaiting = change.state === 'parked' || change.state === 'planned' || change.state === 'queued';
  return {
    ...rest,
    ...(isWaiting && code !== undefined ? { code } : {}),
    ...(isWaiting && detail !== undefined ? { detail } : {}),
    ...(change.state === 'running' && runner !== undefined ? { runner } : {}),
    ...(change.state === 'running' && withoutMessage !== undefined ? { withoutMessage } : {}),
    ...(change.state === 'parked' && parkedUntil !== undefined ? { parkedUntil } : {}),
    ...(change.state === 'parked' && parkedReason !== undefined ? { parkedReason } : {}),
    ...changed,
    updatedAt: now,
  };
}
