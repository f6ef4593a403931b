import { describe, expect, it } from 'vitest';
import { countRows } from '../../../../test/doubles/count-rows.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import type { OutboxEntry } from '../../../domain/runs/outbox-entry.ts';
import { buildTableKey } from './table-key.ts';

const ended = (iid: number, ending: 'merged' | 'closed' = 'merged') =>
  ({ kind: 'merge-request-ended', projectId: 7, iid, ending }) as const satisfies OutboxEntry;
const WAITING: OutboxEntry = { kind: 'waiting', issueKey: 'PROJ-1', jiraProject: 'PROJ', waitsFor: ['PROJ-2'] };

/** An outbox with one entry in it, and the entry as it was read. */
async function withOpen(entry: OutboxEntry = ended(1)) {
  const clock = createManualClock();
  const { outbox, parts } = createMemoryStorage({ clock });
  await outbox.enqueue(entry);
  const [open] = await outbox.listOpen();
  if (!open) throw new Error('nothing is open');
  return { clock, outbox, rows: parts.rows.state, open };
}

describe('an entry of the outbox', () => {
  it('is open once, at once due and not yet tried, however often it is enqueued', async () => {
    const { outbox, clock, open } = await withOpen();
    expect(open).toEqual({
      entry: ended(1),
      leasedUntil: 0,
      tries: 0,
      openedAt: clock.now(),
      version: expect.any(String),
    });
    expect(await outbox.enqueue(ended(1))).toBe(false);
    expect(await outbox.enqueue(ended(2))).toBe(true);
    expect((await outbox.listOpen()).map(({ entry }) => entry)).toEqual([ended(1), ended(2)]);
  });

  it('is replaced by another one about the same subject, which begins anew', async () => {
    const { outbox, clock, open } = await withOpen();
    await outbox.lease(open, clock.now() + 1000);
    await clock.advance(5);
    expect(await outbox.enqueue(ended(1, 'closed'))).toBe(true);
    expect(await outbox.listOpen()).toMatchObject([
      { entry: ended(1, 'closed'), leasedUntil: 0, tries: 0, openedAt: clock.now() },
    ]);
  });

  it('is leased by one of two that read it, and counts the try', async () => {
    const { outbox, clock, open } = await withOpen();
    const leased = await outbox.lease(open, clock.now() + 1000);
    expect(leased).toMatchObject({ entry: ended(1), leasedUntil: clock.now() + 1000, tries: 1 });
    expect(await outbox.lease(open, clock.now() + 2000)).toBeUndefined();
    expect(await outbox.listOpen()).toEqual([leased]);
    expect(leased && (await outbox.lease(leased, clock.now() + 3000))).toMatchObject({ tries: 2 });
  });

  it('waits for a later time without a try, and not when it changed meanwhile', async () => {
    const { outbox, clock, open } = await withOpen();
    const leased = await outbox.lease(open, clock.now() + 1000);
    await clock.advance(500);
    await outbox.reschedule(open, 1);
    expect(await outbox.listOpen()).toEqual([leased]);
    if (leased) await outbox.reschedule(leased, clock.now() + 9000);
    expect(await outbox.listOpen()).toMatchObject([
      { entry: ended(1), leasedUntil: clock.now() + 9000, tries: 0, openedAt: clock.now() },
    ]);
  });

  it('is remembered as done until it is forgotten', async () => {
    const { outbox, open } = await withOpen();
    await outbox.complete(open);
    expect(await outbox.listOpen()).toEqual([]);
    expect(await outbox.listDone('merge-request-ended')).toEqual([ended(1)]);
    expect(await outbox.listDone('waiting')).toEqual([]);
    expect(await outbox.enqueue(ended(1))).toBe(false);
    await outbox.delete(ended(2));
    expect(await outbox.enqueue(ended(1))).toBe(false);
    await outbox.delete(ended(1));
    expect(await outbox.listDone('merge-request-ended')).toEqual([]);
    expect(await outbox.enqueue(ended(1))).toBe(true);
  });

  it('is done again when it ends in another way', async () => {
    const { outbox, open } = await withOpen();
    await outbox.complete(open);
    expect(await outbox.enqueue(ended(1, 'closed'))).toBe(true);
    // The newer one is what counts, although the older one is remembered.
    expect(await outbox.enqueue(ended(1, 'merged'))).toBe(true);
  });

  it('stays open when it was replaced while it was done', async () => {
    const { outbox, open } = await withOpen();
    await outbox.enqueue(ended(1, 'closed'));
    await outbox.complete(open);
    expect((await outbox.listOpen()).map(({ entry }) => entry)).toEqual([ended(1, 'closed')]);
  });

  it('has the times of the first version, which did not know when it was opened', async () => {
    const { outbox, rows, clock } = await withOpen();
    const write = (iid: number, fields: Record<string, number>) => {
      const key = buildTableKey('open', 'merge-request-ended', iid);
      const errand = JSON.stringify(ended(iid));
      return rows.write('errands', [{ kind: 'put', key, fields: { errand, takenUntil: 5, tries: 3, ...fields } }]);
    };
    await write(2, { at: 9 });
    await write(3, {});
    const open = await outbox.listOpen();
    const find = (iid: number) => open.find(({ entry }) => 'iid' in entry && entry.iid === iid);
    expect(find(1)).toMatchObject({ openedAt: clock.now() });
    expect(find(2)).toMatchObject({ leasedUntil: 5, tries: 3, openedAt: 9 });
    expect(find(3)).toMatchObject({ openedAt: 0 });
  });

  it('is not written over by two who enqueue at once, and says so after too many tries', async () => {
    const { outbox, rows } = await withOpen();
    rows.write = async () => undefined;
    await expect(outbox.enqueue(ended(2))).rejects.toMatchObject({
      code: 'storage-unavailable',
      detail: 'an outbox entry changed faster than it could be written',
    });
  });
});

describe('an entry whose text is always the same', () => {
  const CHANGES: OutboxEntry = { kind: 'requested-changes', projectId: 7, iid: 1 };

  it('is opened again after a crash that left it remembered', async () => {
    const { outbox, open } = await withOpen(CHANGES);
    await outbox.complete(open);
    expect(await outbox.enqueue(CHANGES)).toBe(true);
    expect(await outbox.listOpen()).toMatchObject([{ entry: CHANGES, tries: 0, leasedUntil: 0 }]);
  });

  it('is looked at once more when it comes again while it is done, and by no second one meanwhile', async () => {
    const { outbox, clock, open } = await withOpen(CHANGES);
    const until = clock.now() + 1000;
    const leased = await outbox.lease(open, until);
    expect(await outbox.enqueue(CHANGES)).toBe(false);
    if (leased) await outbox.complete(leased);
    await outbox.delete(CHANGES);
    const [again] = await outbox.listOpen();
    expect(again).toMatchObject({ entry: CHANGES, leasedUntil: until, tries: 1 });
    if (again) await outbox.complete(again);
    expect(await outbox.listOpen()).toEqual([]);
  });

  it('is written once more only where it is leased', async () => {
    const { outbox, rows, clock, open } = await withOpen(CHANGES);
    const counted = countRows(rows);
    await outbox.enqueue(CHANGES);
    expect(counted.counts()).toMatchObject({ find: 1, write: 0 });
    await outbox.lease(open, clock.now() + 1000);
    counted.reset();
    await outbox.enqueue(CHANGES);
    expect(counted.counts()).toMatchObject({ find: 1, write: 1 });
  });
});

describe('what was done', () => {
  it('is deleted when it is older than a time, so many of a kind, and not what holds for a ticket', async () => {
    const { outbox, clock } = await withOpen(WAITING);
    for (const iid of [1, 2, 3]) await outbox.enqueue(ended(iid));
    await outbox.enqueue({ kind: 'run-told', runId: 'run-1', moment: 'ended', team: 'PROJ' });
    await outbox.enqueue({ kind: 'rated', issueKey: 'PROJ-1', runId: 'run-1', comment: '104' });
    for (const open of await outbox.listOpen()) await outbox.complete(open);
    const doneAt = clock.now();
    await clock.advance(1000);
    await outbox.enqueue(ended(4));
    for (const open of await outbox.listOpen()) await outbox.complete(open);

    expect(await outbox.purge(doneAt, 10)).toMatchObject({ purged: 0 });
    expect(await outbox.purge(doneAt + 1, 2)).toMatchObject({ purged: 4 });
    expect((await outbox.listDone('merge-request-ended')).length).toBe(2);
    expect(await outbox.purge(doneAt + 1, 2)).toMatchObject({ purged: 1 });
    expect(await outbox.listDone('merge-request-ended')).toEqual([ended(4)]);
    expect(await outbox.listDone('run-told')).toEqual([]);
    expect(await outbox.listDone('rated')).toEqual([]);
    expect(await outbox.listDone('waiting')).toEqual([WAITING]);
  });

  it('is not counted as deleted when another process deleted it', async () => {
    const { outbox, rows, clock, open } = await withOpen();
    await outbox.complete(open);
    rows.write = async () => undefined;
    expect(await outbox.purge(clock.now() + 1, 10)).toMatchObject({ purged: 0 });
  });
});
