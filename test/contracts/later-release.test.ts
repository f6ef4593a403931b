import { describe, expect, it } from 'vitest';
import { drain } from '../../runner-container/drain/drain.ts';
import type { Perform } from '../../runner-container/drain/perform-until-aborted.ts';
import type { Fields } from '../../shared/adapters/storage/tables/rows.ts';
import { buildTableKey } from '../../shared/adapters/storage/tables/table-key.ts';
import type { Task } from '../../shared/domain/runs/task.ts';
import { DAY, MINUTE } from '../../shared/kernel/clock.ts';
import { processOutbox } from '../../shared/services/outbox/process-outbox.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { sweep } from '../../shared/services/runs/sweep.ts';
import { DRAIN_TIMES } from '../builders/drain.ts';
import { aCodingTask, anEchoTask, aReviewTask } from '../builders/tasks.ts';
import { createManualClock } from '../doubles/manual-clock.ts';
import { createMemoryLog } from '../doubles/memory-log.ts';
import { createMemoryStorage } from '../doubles/memory-storage.ts';

/** Storage in which a later release has left what this one does not know; functions and runner of this one over it. */
function createFixture() {
  const clock = createManualClock();
  const log = createMemoryLog();
  const storage = createMemoryStorage({ clock, log });
  const common = { ...storage, clock, log, notify: async () => {} };
  const perform: Perform = async () => ({ kind: 'done', result: { what: 'echo' } });
  const readRun = async (runId: string) => storage.parts.rows.runs.find('runs', buildTableKey('run', runId));
  return {
    storage,
    common,
    clock,
    readRun,
    listTrouble: () => new Set(log.lines.filter(({ level }) => level !== 'info').map(({ event }) => event)),
    admit: async (task: Task = aCodingTask()) => admitTask(task, common),
    run: async () => drain({ ...common, ...DRAIN_TIMES, runnerId: 'a', perform }, new AbortController().signal),
    /** Writes fields into the row of a run, and into its copy among the open ones. */
    async change(runId: string, fields: Fields) {
      for (const key of [buildTableKey('run', runId), buildTableKey('open', runId)]) {
        const row = await storage.parts.rows.runs.find('runs', key);
        await storage.parts.rows.runs.write('runs', [{ kind: 'put', key, fields: { ...row?.fields, ...fields } }]);
      }
    },
  };
}

describe('a run of a later release', () => {
  const unknown: { name: string; fields: Fields }[] = [
    { name: 'in an unknown state', fields: { state: 'reviewing' } },
    { name: 'with a task of an unknown kind', fields: { task: JSON.stringify({ ...aCodingTask(), kind: 'scan' }) } },
    { name: 'with a task of a later version', fields: { task: JSON.stringify({ ...aCodingTask(), version: 2 }) } },
  ];

  it.each(unknown)('$name stays as it is, and stops no other', async ({ fields }) => {
    const { admit, change, common, clock, readRun, run, listTrouble, storage } = createFixture();
    const { runId } = await admit();
    await run();
    const left = await admit(aReviewTask());
    await change(left.runId, fields);
    const row = await readRun(left.runId);
    const other = await admit(anEchoTask());

    expect(await sweep(common)).toMatchObject({ sent: 0, failed: 0 });
    expect(listTrouble()).toEqual(new Set(['run row unreadable']));
    // The same event seen again by a poll or a webhook.
    expect(await admit(aReviewTask())).toEqual({ kind: 'duplicate', runId: left.runId });
    expect(await run()).toMatchObject({ done: 1, lost: 1 });
    expect(await storage.ledger.get(other.runId)).toMatchObject({ state: 'done' });
    const listed = (await storage.ledger.listRecent('all', 10)).map((readable) => readable.runId);
    expect(listed.toSorted()).toEqual([runId, other.runId].toSorted());

    await clock.advance(DAY);
    await sweep(common);
    expect(await readRun(left.runId)).toEqual(row);
  });

  it('with fields this one does not know is worked on, and loses them', async () => {
    const { admit, change, run, storage, readRun, listTrouble } = createFixture();
    const { runId } = await admit();
    await change(runId, { weight: 7, task: JSON.stringify({ ...aCodingTask(), weight: 7 }) });
    expect(await storage.ledger.get(runId)).toMatchObject({ state: 'queued', task: aCodingTask() });
    expect(await run()).toMatchObject({ done: 1 });
    expect((await readRun(runId))?.fields).not.toHaveProperty('weight');
    expect(listTrouble()).toEqual(new Set());
  });

  it('that failed for a reason this one does not know is notified as any other', async () => {
    const { admit, change, common, clock, storage } = createFixture();
    const { runId } = await admit();
    await change(runId, { state: 'failed', code: 'moon-in-the-way', detail: 'It is full.' });
    await clock.advance(MINUTE);
    const notified: string[] = [];
    const notify = async (run: { code?: string }) => void notified.push(String(run.code));
    expect(await sweep({ ...common, notify })).toMatchObject({ notified: 1, failed: 0 });
    expect(notified).toEqual(['moon-in-the-way']);
    expect(await storage.ledger.listOpen()).toEqual([]);
  });
});

describe('what a later release left beside its runs', () => {
  it('as effects of an unknown kind stays, and the others are done', async () => {
    const { storage, common, listTrouble } = createFixture();
    const ended = { kind: 'merge-request-ended', projectId: 7, iid: 3, ending: 'merged' } as const;
    const fields = { errand: JSON.stringify({ kind: 'sang', song: 'x' }), takenUntil: 0, tries: 0, at: 0 };
    await storage.parts.rows.state.write('errands', [{ kind: 'put', key: 'open:sang:x', fields }]);
    await storage.outbox.enqueue(ended);
    const done: object[] = [];
    const perform = async (entry: object) => {
      done.push(entry);
      return 'complete' as const;
    };
    expect(await processOutbox({ ...common, perform })).toEqual({ done: 1, failed: 0 });
    expect(done).toEqual([ended]);
    expect((await storage.parts.rows.state.find('errands', 'open:sang:x'))?.fields).toEqual(fields);
    expect(listTrouble()).toEqual(new Set(['outbox row unreadable']));
  });

  it('as fields this one does not know is read without them: map, poller, scope lock', async () => {
    const { storage } = createFixture();
    const { state } = storage.parts.rows;
    const put = (partition: string, name: string, value: object) =>
      state.write(partition, [
        { kind: 'put', key: buildTableKey(name), fields: { name, json: JSON.stringify({ ...value, later: 1 }) } },
      ]);
    await storage.appliedMaps.record({ generation: 1, appliedAt: 5, json: '{"mappings":{}}' });
    const version = JSON.parse(String((await state.find('config-maps', 'map-in-force'))?.fields['json']));
    await put('config-maps', 'map-in-force', version);
    expect(await storage.appliedMaps.find()).toEqual({ generation: 1, appliedAt: 5, json: '{"mappings":{}}' });

    await storage.pollers.put('jira', { failures: 2 });
    await put('pollers', 'jira', { failures: 2 });
    expect(await storage.pollers.get('jira')).toEqual({ failures: 2 });

    await storage.scopes.take({ scope: 'mr~7~3', runId: 'run-1', holder: 'a', leaseMs: MINUTE });
    const lock = await state.find('scopes', buildTableKey('mr~7~3'));
    const fields = { ...lock?.fields, later: 1 };
    await state.write('scopes', [{ kind: 'put', key: buildTableKey('mr~7~3'), fields }]);
    expect(await storage.scopes.find('mr~7~3')).toMatchObject({ runId: 'run-1' });
  });
});
