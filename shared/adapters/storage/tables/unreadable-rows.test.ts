import { describe, expect, it } from 'vitest';
import { aCodingTask } from '../../../../test/builders/tasks.ts';
import { corruptRun } from '../../../../test/doubles/corrupt-run.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../../test/doubles/memory-log.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import type { OutboxEntry } from '../../../domain/runs/outbox-entry.ts';
import { EVERYTHING } from '../../../domain/runs/subjects.ts';
import { buildTableKey } from './table-key.ts';

function createFixture() {
  const clock = createManualClock();
  const log = createMemoryLog();
  return { clock, log, storage: createMemoryStorage({ clock, log }) };
}

const GOOD = { scope: 'issue~PROJ-1', runId: 'run-1', holder: 'a', leaseMs: 1000 };
const WAITING: OutboxEntry = { kind: 'waiting', issueKey: 'PROJ-1', jiraProject: 'PROJ', waitsFor: ['PROJ-2'] };

/** A list with one good row, and the place where an odd one is put beside it. */
const LISTS: {
  name: string;
  event: string;
  odd: { table: 'runs' | 'state'; partition: string; key: string };
  fill: (storage: MemoryStorage) => Promise<unknown>;
  list: (storage: MemoryStorage) => Promise<{ length?: number; size?: number }>;
}[] = [
  {
    name: 'open runs',
    event: 'run row unreadable',
    odd: { table: 'runs', partition: 'runs', key: buildTableKey('open', 'run-0') },
    fill: ({ ledger }) => ledger.create({ runId: 'run-1', dedupKey: 'k', task: aCodingTask() }),
    list: ({ ledger }) => ledger.listOpen(),
  },
  {
    name: 'claims',
    event: 'scope row unreadable',
    odd: { table: 'state', partition: 'scopes', key: 'odd' },
    fill: ({ scopes }) => scopes.take(GOOD),
    list: ({ scopes }) => scopes.list(),
  },
  {
    name: 'skips',
    event: 'skip row unreadable',
    odd: { table: 'state', partition: 'decisions', key: buildTableKey('issue~PROJ-1', 'odd') },
    fill: ({ skipLog }) => skipLog.record('issue~PROJ-1', 'blocked'),
    list: ({ skipLog }) => skipLog.list('issue~PROJ-1'),
  },
  {
    name: 'open outbox entries',
    event: 'outbox row unreadable',
    odd: { table: 'state', partition: 'errands', key: buildTableKey('open', 'waiting', 'odd') },
    fill: ({ outbox }) => outbox.enqueue(WAITING),
    list: ({ outbox }) => outbox.listOpen(),
  },
  {
    name: 'outbox entries that are done',
    event: 'outbox row unreadable',
    odd: { table: 'state', partition: 'errands', key: buildTableKey('done', 'waiting', 'odd') },
    async fill({ outbox }) {
      await outbox.enqueue(WAITING);
      for (const open of await outbox.listOpen()) await outbox.complete(open);
    },
    list: ({ outbox }) => outbox.listDone('waiting'),
  },
  {
    name: 'watermarks',
    event: 'state row unreadable',
    odd: { table: 'state', partition: 'watermarks', key: 'odd' },
    fill: ({ watermarks }) => watermarks.advance('poll', 'x', undefined),
    list: ({ watermarks }) => watermarks.list(),
  },
  {
    name: 'pollers',
    event: 'state row unreadable',
    odd: { table: 'state', partition: 'pollers', key: 'odd' },
    fill: ({ pollers }) => pollers.put('poll', { failures: 0 }),
    list: ({ pollers }) => pollers.list(),
  },
  {
    name: 'known projects',
    event: 'state row unreadable',
    odd: { table: 'state', partition: 'projects', key: 'odd' },
    fill: ({ projects }) => projects.put('a', { projectId: 7, cloneUrl: '', webUrl: '', resolvedAt: 1 }),
    list: ({ projects }) => projects.list(),
  },
];

describe('one row that cannot be read', () => {
  it.each(LISTS)('hides no others of the $name, and is logged', async ({ event, odd, fill, list }) => {
    const { storage, log } = createFixture();
    await fill(storage);
    await storage.parts.rows[odd.table].write(odd.partition, [
      { kind: 'insert', key: odd.key, fields: { scope: 7, json: '{' } },
    ]);
    const listed = await list(storage);
    expect(listed.length ?? listed.size).toBe(1);
    expect(log.lines).toMatchObject([{ level: 'error', event, fields: { key: odd.key } }]);
  });

  it('keeps no permit from a run, and none of a pool from being freed', async () => {
    const { storage, clock } = createFixture();
    const { permits, parts } = storage;
    await parts.rows.state.write('scopes', [{ kind: 'insert', key: 'odd', fields: { scope: 7 } }]);
    await parts.rows.state.write('slots', [{ kind: 'insert', key: 'odd', fields: { json: '{' } }]);
    expect(await permits.take('pool', GOOD, 1)).toBe('taken');
    await storage.scopes.take(GOOD);
    expect(await permits.take('pool', { runId: 'run-2', scope: 'issue~PROJ-2', holder: 'b' }, 1)).toBe('full');
    await clock.advance(2000);
    expect(await permits.releaseDead()).toEqual(['run-2']);
  });
});

describe('the newest runs of which some cannot be read', () => {
  async function withRuns(ids: readonly string[], corrupt: readonly string[]) {
    const fixture = createFixture();
    const times = new Map<string, number>();
    for (const runId of ids) {
      times.set(runId, fixture.clock.now());
      await fixture.storage.ledger.create({ runId, dedupKey: runId, task: aCodingTask() });
      await fixture.clock.advance(1000);
    }
    for (const runId of corrupt) await corruptRun(fixture.storage.parts.rows.runs, runId);
    const list = async (limit: number, after?: { runId: string; createdAt: number }) => {
      const unreadable: [string, number | undefined][] = [];
      const onUnreadable = (runId: string, at: number) => {
        expect(at).toBe(times.get(runId));
        unreadable.push([runId, at]);
      };
      const runs = await fixture.storage.ledger.listRecent(EVERYTHING, limit, { after, onUnreadable });
      return { runs, ids: runs.map(({ runId }) => runId), unreadable: unreadable.map(([runId]) => runId) };
    };
    return { ...fixture, list };
  }

  it('are as many as were asked for, and go on after the last one, each named once', async () => {
    const { list, log } = await withRuns(['run-1', 'run-2', 'run-3', 'run-4', 'run-5'], ['run-5', 'run-3']);
    const first = await list(2);
    expect(first).toMatchObject({ ids: ['run-4', 'run-2'], unreadable: ['run-5', 'run-3'] });
    expect(await list(2, first.runs.at(-1))).toMatchObject({ ids: ['run-1'], unreadable: [] });
    expect(log.lines.map(({ event, fields }) => [event, fields['key']])).toEqual([
      ['run row unreadable', 'run:run-5'],
      ['run row unreadable', 'run:run-3'],
    ]);
  });

  it('are none where no run can be read, and none were asked for', async () => {
    const { list } = await withRuns(['run-1', 'run-2'], ['run-1', 'run-2']);
    expect(await list(5)).toMatchObject({ ids: [], unreadable: ['run-2', 'run-1'] });
    expect(await list(0)).toMatchObject({ ids: [], unreadable: [] });
  });
});

describe('the events of a run', () => {
  it('are whole or none, unless the reader hears of what is left out', async () => {
    const { storage, log } = createFixture();
    const { ledger, parts } = storage;
    await ledger.create({ runId: 'run-1', dedupKey: 'k', task: aCodingTask() });
    await ledger.append({ runId: 'run-1', at: 5, name: 'cloned' });
    await parts.rows.runevents.write('run-1', [{ kind: 'insert', key: 'odd', fields: { at: 'x', name: 'pushed' } }]);
    await expect(ledger.listEvents('run-1')).rejects.toMatchObject({ code: 'unexpected' });
    let left = 0;
    const events = await ledger.listEvents('run-1', 0, () => {
      left += 1;
    });
    expect(events.map(({ name }) => name)).toEqual(['cloned', 'planned']);
    expect(left).toBe(1);

    await corruptRun(parts.rows.runs, 'run-1');
    expect((await ledger.listEvents('run-1', 0, () => {})).map(({ name }) => name)).toEqual(['cloned']);
    expect(log.lines).toContainEqual({
      level: 'error',
      event: 'run event unreadable',
      fields: expect.objectContaining({ runId: 'run-1', key: 'odd' }),
    });
  });
});
