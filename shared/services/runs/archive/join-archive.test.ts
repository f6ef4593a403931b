import { expect, it } from 'vitest';
import { aCodingTask, aReplyTask } from '../../../../test/builders/tasks.ts';
import { corruptRun } from '../../../../test/doubles/corrupt-run.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryArtefacts } from '../../../../test/doubles/memory-artefacts.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import { dayPath } from '../../../domain/runs/archive/day-file.ts';
import { EVERYTHING, gitlabProjectSubject, jiraProjectSubject } from '../../../domain/runs/subjects.ts';
import { DAY } from '../../../kernel/clock.ts';
import { silentLog } from '../../../kernel/log.ts';
import { purge } from '../purge.ts';
import { createLedgerArchiver } from './create-ledger-archiver.ts';
import { joinArchive } from './join-archive.ts';
import type { KeptDayFiles } from './kept-days.ts';

/** A run for each of five days; those of the first three have left the ledger, which keeps two days. */
async function aLedgerThatForgot() {
  const clock = createManualClock(Date.parse('2026-11-25T12:00:00.000Z'));
  const storage = createMemoryStorage({ clock });
  const files = createMemoryArtefacts();
  const archive = createLedgerArchiver({ ...storage, files, clock, log: silentLog });
  const tasks = [aCodingTask(), aReplyTask({ projectId: 7 }), aCodingTask(), aCodingTask(), aCodingTask()];
  for (const [index, task] of tasks.entries()) {
    const run = await storage.ledger.create({ runId: `run-${index}`, dedupKey: `${index}`, task });
    if (run) await storage.ledger.update(run, { state: 'superseded', notified: true });
    await clock.advance(DAY);
    await archive();
  }
  await purge({ ...storage, clock }, { runsMs: 2 * DAY, skipLogMs: DAY }, await archive());
  const idsOf = async (subject: string, since = 0, from: KeptDayFiles = files) => {
    const ids: string[] = [];
    for await (const { runId } of joinArchive(storage.ledger, from).listSince(subject, since, (id) =>
      ids.push(`unreadable ${id}`),
    ))
      ids.push(runId);
    return ids;
  };
  return { storage, files, idsOf };
}

it('finds runs that have left the ledger, each once, newest first', async () => {
  const { storage, idsOf } = await aLedgerThatForgot();
  expect(await storage.ledger.find('run-2')).toBeUndefined();
  expect(await storage.ledger.find('run-3')).toBeDefined();

  expect(await idsOf(EVERYTHING)).toEqual(['run-4', 'run-3', 'run-2', 'run-1', 'run-0']);
  expect(await idsOf(jiraProjectSubject('PROJ'))).toEqual(['run-4', 'run-3', 'run-2', 'run-0']);
  expect(await idsOf(gitlabProjectSubject(7))).toEqual(['run-1']);
});

it('reads the days from a time on and no others', async () => {
  const { idsOf } = await aLedgerThatForgot();
  expect(await idsOf(EVERYTHING, Date.parse('2026-11-26T12:00:00.000Z'))).toEqual(['run-4', 'run-3', 'run-2', 'run-1']);
  expect(await idsOf(EVERYTHING, Date.parse('2026-11-26T12:00:00.001Z'))).toEqual(['run-4', 'run-3', 'run-2']);
});

it('opens no file of a day before that time', async () => {
  const { files, idsOf } = await aLedgerThatForgot();
  const opened: string[] = [];
  const noting: KeptDayFiles = {
    ...files,
    find: async (path) => {
      opened.push(path);
      return files.find(path);
    },
  };
  await idsOf(EVERYTHING, Date.parse('2026-11-28T00:00:00.000Z'), noting);
  expect(opened).toEqual([dayPath('2026-11-29'), dayPath('2026-11-28')]);
  opened.length = 0;
  await idsOf(EVERYTHING, Date.parse('2026-11-30T00:00:00.000Z'), noting);
  expect(opened).toEqual([]);
});

it('adds to the kept days what stands in the ledger alone, and ends at the oldest day that is still kept', async () => {
  const { storage, files, idsOf } = await aLedgerThatForgot();
  await storage.ledger.create({ runId: 'run-new', dedupKey: 'new', task: aCodingTask() });
  expect(await idsOf(EVERYTHING)).toEqual(['run-new', 'run-4', 'run-3', 'run-2', 'run-1', 'run-0']);

  const shortened: KeptDayFiles = { ...files, list: async (folder) => (await files.list(folder)).slice(2) };
  expect(await idsOf(EVERYTHING, 0, shortened)).toEqual(['run-new', 'run-4', 'run-3', 'run-2']);
  const empty: KeptDayFiles = { ...files, list: async () => [] };
  expect(await idsOf(EVERYTHING, 0, empty)).toEqual(['run-new', 'run-4', 'run-3']);
});

it('refuses days of which one in the middle is gone', async () => {
  const { storage, files } = await aLedgerThatForgot();
  const gone: typeof files = {
    ...files,
    find: async (path) => (path === dayPath('2026-11-27') ? undefined : files.find(path)),
  };
  const all = async () => {
    for await (const _ of joinArchive(storage.ledger, gone).listSince(EVERYTHING, 0, () => {}));
  };
  await expect(all()).rejects.toMatchObject({ code: 'evidence-damaged', detail: expect.stringContaining('11-27') });
});

it('takes from a kept day what cannot be read in the ledger, and names what stands in none', async () => {
  const { storage, idsOf } = await aLedgerThatForgot();
  const all = await idsOf(EVERYTHING);
  await corruptRun(storage.parts.rows.runs, 'run-3');
  await storage.ledger.create({ runId: 'run-5', dedupKey: '5', task: aCodingTask() });
  await corruptRun(storage.parts.rows.runs, 'run-5');
  expect((await idsOf(EVERYTHING)).toSorted()).toEqual([...all, 'unreadable run-5'].toSorted());
});
