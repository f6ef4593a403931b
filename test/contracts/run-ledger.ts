import { describe, expect, it } from 'vitest';
import type { RunLedger, RunRecord } from '../../shared/domain/ports/run-ledger.ts';
import { EVERYTHING, jiraProjectSubject } from '../../shared/domain/runs/subjects.ts';
import type { Task } from '../../shared/domain/runs/task.ts';
import { DAY } from '../../shared/kernel/clock.ts';
import { aCodingTask, anEchoTask } from '../builders/tasks.ts';
import { CANARY, type CreateFixture } from './storage-fixture.ts';

/** What the run ledger keeps on any storage. */
export function describeRunLedger(createFixture: CreateFixture): void {
  describe('run ledger', () => {
    it('creates a run once, planned, also of ten at the same time', async () => {
      const { ledger, clock } = await createFixture();
      const task = aCodingTask();
      const created = await Promise.all(
        Array.from({ length: 10 }, () => ledger.create({ runId: 'run-1', dedupKey: 'k', task })),
      );
      expect(created.filter((run) => run)).toHaveLength(1);
      const now = clock.now();
      expect(await ledger.get('run-1')).toMatchObject({
        runId: 'run-1',
        dedupKey: 'k',
        task,
        state: 'planned',
        attempt: 0,
        createdAt: now,
        updatedAt: now,
        notified: false,
      });
      expect(await ledger.listOpen()).toHaveLength(1);
    });

    it('lists all runs of a subject since a time, newest first, beyond what one look shows', async () => {
      const { ledger, clock } = await createFixture();
      const before = clock.now();
      await ledger.create({ runId: 'run-old', dedupKey: 'old', task: aCodingTask() });
      await clock.advance(1000);
      const since = clock.now();
      for (let n = 0; n < 103; n += 1) {
        await ledger.create({ runId: `run-${n}`, dedupKey: `k${n}`, task: aCodingTask() });
        await clock.advance(1);
      }
      await ledger.create({ runId: 'run-other', dedupKey: 'other', task: anEchoTask() });

      const idsOf = async (subject: string, from: number) => {
        const ids: string[] = [];
        for await (const { runId } of ledger.listSince(subject, from, () => {})) ids.push(runId);
        return ids;
      };
      const newestFirst = Array.from({ length: 103 }, (_, n) => `run-${102 - n}`);
      expect(await idsOf(jiraProjectSubject('PROJ'), since)).toEqual(newestFirst);
      expect(await idsOf(jiraProjectSubject('PROJ'), before)).toEqual([...newestFirst, 'run-old']);
      expect(await idsOf(EVERYTHING, 0)).toEqual(['run-other', ...newestFirst, 'run-old']);
      expect(await idsOf(EVERYTHING, clock.now() + 1)).toEqual([]);
    });

    it('lists ids by the time they were created, both ends exact, oldest first', async () => {
      const { ledger, clock } = await createFixture();
      const start = clock.now();
      for (const runId of ['run-1', 'run-2', 'run-3', 'run-4']) {
        await ledger.create({ runId, dedupKey: runId, task: aCodingTask() });
        await clock.advance(1);
      }

      expect(await ledger.listCreated(start + 1, start + 3)).toEqual(['run-2', 'run-3']);
      expect(await ledger.listCreated(0, start + 100)).toEqual(['run-1', 'run-2', 'run-3', 'run-4']);
      expect(await ledger.listCreated(start + 4, start + 9)).toEqual([]);
      expect(await ledger.listCreated(start, start)).toEqual([]);
    });

    it('does not know other runs', async () => {
      const { ledger } = await createFixture();
      expect(await ledger.find('run-0')).toBeUndefined();
      await expect(ledger.get('run-0')).rejects.toMatchObject({ code: 'run-unknown' });
    });

    it('lets one of many changes of the same version through', async () => {
      const { ledger } = await createFixture();
      const record = await create(ledger);
      const changes = Array.from({ length: 10 }, (_, n) =>
        ledger.update(record, { state: 'running', attempt: 1, runner: `r${n}` }),
      );
      const changed = (await Promise.all(changes)).filter((run) => run !== undefined);
      expect(changed).toHaveLength(1);
      expect(await ledger.get(record.runId)).toEqual(changed[0]);
    });

    it('clears what belongs to a state when it is left, and keeps why the last attempt failed until the next begins', async () => {
      const { ledger } = await createFixture();
      const running = await must(
        ledger.update(await create(ledger), { state: 'running', attempt: 1, runner: 'r', withoutMessage: true }),
      );
      expect(await ledger.get(running.runId)).toMatchObject({ withoutMessage: true });
      const waiting = { parkedUntil: 5, parkedReason: 'jira-unavailable', code: 'jira-unavailable', detail: 'nothing' };
      const parked = await must(ledger.update(running, { state: 'parked', ...waiting }));
      expect(parked).toMatchObject(waiting);
      expect(parked.runner ?? parked.withoutMessage).toBeUndefined();
      const planned = await must(ledger.update(parked, { state: 'planned', reason: 'due' }));
      expect(planned).toMatchObject({ code: 'jira-unavailable' });
      expect(planned.parkedUntil ?? planned.parkedReason).toBeUndefined();
      const again = await must(ledger.update(planned, { state: 'running', attempt: 2, runner: 'r' }));
      expect(again.code ?? again.detail).toBeUndefined();
      expect(await ledger.get(again.runId)).toEqual(again);
    });

    it.each(['done', 'failed', 'superseded', 'cancelled'] as const)('never changes a run that is %s', async (state) => {
      const { ledger } = await createFixture();
      const running = await must(ledger.update(await create(ledger), { state: 'running', attempt: 1 }));
      const final = await must(ledger.update(running, { state, notified: true }));
      await expect(ledger.update(final, { state: 'running' })).rejects.toMatchObject({ code: 'run-final' });
      await expect(ledger.update(await ledger.get(final.runId), { state })).rejects.toMatchObject({
        code: 'run-final',
      });
      // A caller that still holds the record from before it ended.
      expect(await ledger.update(running, { state: 'done', notified: true })).toBeUndefined();
      expect(await ledger.create({ runId: final.runId, dedupKey: 'k', task: final.task })).toBeUndefined();
      expect(await ledger.get(final.runId)).toEqual(final);
      expect(await ledger.listOpen()).toEqual([]);
    });

    it('refuses moves that no run makes', async () => {
      const { ledger } = await createFixture();
      await expect(ledger.update(await create(ledger), { state: 'done' })).rejects.toThrow(RangeError);
    });

    it('keeps a final run open until it is notified, and lets one of many notify', async () => {
      const { ledger, clock } = await createFixture();
      const failed = await must(ledger.update(await create(ledger), { state: 'failed', code: 'unexpected' }));
      expect(await ledger.listOpen()).toHaveLength(1);
      expect(await ledger.listByState('failed')).toHaveLength(1);
      const takes = await Promise.all(
        Array.from({ length: 5 }, () => ledger.acquireNotification(failed, clock.now() + 1000)),
      );
      const [taken, ...others] = takes.filter((record) => record !== undefined);
      expect(others).toEqual([]);
      expect(taken).toMatchObject({ state: 'failed', notifyAttempts: 1, notifyAfter: clock.now() + 1000 });
      const notified = taken && (await must(ledger.markNotified(taken)));
      expect(notified).toMatchObject({ notified: true, state: 'failed' });
      expect(notified?.notifyAfter).toBeUndefined();
      expect(await ledger.listOpen()).toEqual([]);
      expect(notified && (await ledger.acquireNotification(notified, 5))).toBeUndefined();
    });

    it('lists recent runs of everything, a project and an issue, newest first, without mixing PROJ-1 with PROJ-12', async () => {
      const { ledger, clock } = await createFixture();
      for (const [n, key] of ['PROJ-1', 'PROJ-12', 'PROJ-1', 'OPS-1'].entries()) {
        await create(
          ledger,
          aCodingTask({ issueKey: key, id: `coding~${key}~${n}`, jiraProject: key.split('-')[0] ?? '' }),
          `run-${n}`,
        );
        await clock.advance(1000);
      }
      const ids = async (subject: string, limit = 10) =>
        (await ledger.listRecent(subject, limit)).map(({ runId }) => runId);
      expect(await ids(EVERYTHING)).toEqual(['run-3', 'run-2', 'run-1', 'run-0']);
      expect(await ids(EVERYTHING, 2)).toEqual(['run-3', 'run-2']);
      const [, last] = await ledger.listRecent(EVERYTHING, 2);
      expect((await ledger.listRecent(EVERYTHING, 2, { after: last })).map(({ runId }) => runId)).toEqual([
        'run-1',
        'run-0',
      ]);
      expect(await ids(jiraProjectSubject('PROJ'))).toEqual(['run-2', 'run-1', 'run-0']);
      expect(await ids('issue~PROJ-1')).toEqual(['run-2', 'run-0']);
      expect(await ids('issue~PROJ-9')).toEqual([]);
    });

    it('lists the life of a run as events in order, changes of state included', async () => {
      const { ledger, clock } = await createFixture();
      const created = await create(ledger);
      const { runId } = created;
      await clock.advance(10);
      const running = await must(ledger.update(created, { state: 'running', attempt: 1, runner: 'r1' }));
      await ledger.append(
        { runId, at: clock.now(), name: 'cloned' },
        { runId, at: clock.now(), name: 'agent-started', fields: { model: 'm', n: 1, ok: true } },
      );
      await ledger.append({ runId, at: clock.now(), name: 'pushed', fields: { sha: 'abc' } });
      await clock.advance(10);
      await must(ledger.update(running, { state: 'done', notified: true, result: { what: 'echo' } }));
      const events = await ledger.listEvents(runId);
      expect(events.map(({ name }) => name)).toEqual([
        'planned',
        'running',
        'cloned',
        'agent-started',
        'pushed',
        'done',
      ]);
      expect(events[3]?.fields).toEqual({ model: 'm', n: 1, ok: true });
      expect(await ledger.listEvents('run-0')).toEqual([]);
      const since = async (at: number) => (await ledger.listEvents(runId, at)).map(({ name }) => name);
      expect(await since(clock.now() - 10)).toEqual(['running', 'cloned', 'agent-started', 'pushed', 'done']);
      expect(await since(clock.now() - 9)).toEqual(['done']);
      expect(await since(clock.now() + 1)).toEqual([]);
    });

    it('appends hundreds of events at once, in order', async () => {
      const { ledger, clock } = await createFixture();
      const events = Array.from({ length: 250 }, (_, n) => ({
        runId: 'run-1',
        at: clock.now(),
        name: 'agent-step',
        fields: { n },
      }));
      await ledger.append(...events);
      expect(await ledger.listEvents('run-1')).toEqual(events);
    });

    it('keeps a run readable that moved a thousand times', async () => {
      const { ledger } = await createFixture();
      let record = await create(ledger);
      for (let moves = 0; moves < 200; moves += 1)
        record = await must(ledger.update(record, { state: 'queued', reason: 'interrupted' }));
      const events = await ledger.listEvents(record.runId);
      expect(events.length).toBeLessThan(200);
      expect(events[0]?.name).toBe('planned');
    });

    it('cuts long texts and stores no secret', async () => {
      const { ledger } = await createFixture();
      const long = `${CANARY} ${'\u0001'.repeat(40_000)} ${CANARY}`;
      const running = await must(ledger.update(await create(ledger), { state: 'running', attempt: 1 }));
      const result = {
        what: 'merge-request',
        summary: long,
        plan: long,
        branch: long,
        usage: { modelCalls: 1, inputTokens: 2, outputTokens: 3 },
      };
      await must(ledger.update(running, { state: 'done', result, detail: long, notified: true }));
      await ledger.append({ runId: running.runId, at: 1, name: 'agent-step', fields: { target: long } });
      const stored = JSON.stringify([await ledger.get(running.runId), await ledger.listEvents(running.runId)]);
      expect(stored).toContain('[secret]');
      expect(stored).not.toContain(CANARY);
      expect((await ledger.get(running.runId)).result?.usage).toEqual(result.usage);
    });

    it('refuses a task that is too large for a row', async () => {
      const { ledger } = await createFixture();
      const task = aCodingTask({ issueKey: 'x'.repeat(40_000), id: 'i', scope: 's' });
      await expect(ledger.create({ runId: 'run-1', dedupKey: 'k', task })).rejects.toMatchObject({
        code: 'task-too-large',
      });
    });

    it('forgets old finished runs with their events, and only those', async () => {
      const { ledger, clock } = await createFixture();
      const finish = async (runId: string) => {
        const running = await must(
          ledger.update(await create(ledger, aCodingTask(), runId), { state: 'running', attempt: 1 }),
        );
        await ledger.append({ runId, at: clock.now(), name: 'cloned' });
        return must(ledger.update(running, { state: 'done', notified: true }));
      };
      await finish('run-old-1');
      await finish('run-old-2');
      await create(ledger, aCodingTask(), 'run-old-open');
      await clock.advance(100 * DAY);
      await finish('run-new');

      expect(await ledger.purge(clock.now() - 90 * DAY, 1)).toMatchObject({ purged: 1 });
      expect(await ledger.purge(clock.now() - 90 * DAY, 10)).toMatchObject({ purged: 1 });
      expect(await ledger.purge(clock.now() - 90 * DAY, 10)).toMatchObject({ purged: 0 });
      expect(await ledger.find('run-old-1')).toBeUndefined();
      expect(await ledger.listEvents('run-old-1')).toEqual([]);
      expect((await ledger.listRecent(EVERYTHING, 10)).map(({ runId }) => runId)).toEqual(['run-new', 'run-old-open']);
      expect((await ledger.listRecent('issue~PROJ-12', 10)).map(({ runId }) => runId)).toEqual([
        'run-new',
        'run-old-open',
      ]);
    });
  });
}

async function create(ledger: RunLedger, task: Task = anEchoTask(), runId = 'run-1'): Promise<RunRecord> {
  return must(ledger.create({ runId, dedupKey: task.id, task }));
}

async function must<T>(promise: Promise<T | undefined>): Promise<T> {
  const value = await promise;
  if (value === undefined) throw new Error('Expected this to succeed');
  return value;
}
