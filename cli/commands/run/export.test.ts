import { expect, it } from 'vitest';
import { DAY, HOUR } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createLedgerArchiver } from '../../../shared/services/runs/archive/create-ledger-archiver.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryArtefacts } from '../../../test/doubles/memory-artefacts.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { runsExport } from './export.ts';

/** Five runs, an hour apart. */
async function aLedger() {
  const clock = createManualClock(Date.parse('2026-11-25T12:00:00.000Z'));
  const storage = createMemoryStorage({ clock });
  const files = createMemoryArtefacts();
  for (let index = 0; index < 5; index += 1) {
    const run = await storage.ledger.create({ runId: `run-${index}`, dedupKey: `${index}`, task: aCodingTask() });
    if (run) await storage.ledger.update(run, { state: 'superseded', notified: true });
    await clock.advance(HOUR);
  }
  const breakRow = async (runId: string) => {
    const { runs } = storage.parts.rows;
    const row = await runs.find('runs', `run:${runId}`);
    await runs.write('runs', [{ kind: 'put', key: `run:${runId}`, fields: { ...row?.fields, state: 'strange' } }]);
  };
  const breakEvent = (runId: string) =>
    storage.parts.rows.runevents.write(runId, [{ kind: 'put', key: '1', fields: { name: 'x', fields: '{' } }]);
  const run = async (since = DAY, format: 'jsonl' | 'csv' = 'jsonl') => {
    const io = createMemoryIO({ clock });
    const exitCode = await runsExport(
      { since, format, json: false },
      io,
      createMemoryTools({ storage, ledgerFiles: files }),
    );
    const lines = io.stdout.split('\n').filter((line) => line !== '');
    const ids = () => lines.map((line) => (JSON.parse(line) as { runId: string }).runId);
    return { exitCode, lines, ids, stderr: io.stderr };
  };
  return { clock, storage, files, breakRow, breakEvent, run };
}

it('prints the runs since then, newest first, and nothing on standard error', async () => {
  const { run } = await aLedger();
  const { exitCode, ids, stderr } = await run(3 * HOUR);
  expect([exitCode, ids(), stderr]).toEqual([0, ['run-4', 'run-3', 'run-2'], '']);
});

it.each(['jsonl', 'csv'] as const)('prints as %s what can be read, and names what cannot', async (format) => {
  const { run, breakRow, breakEvent } = await aLedger();
  await breakRow('run-3');
  await breakEvent('run-1');
  const { exitCode, lines, stderr } = await run(DAY, format);
  expect(exitCode).toBe(1);
  const readable = ['run-4', 'run-2', 'run-0'];
  for (const [index, runId] of readable.entries())
    expect(format === 'jsonl' ? lines[index] : lines[1 + 2 * index]).toContain(runId);
  expect(lines).toHaveLength(format === 'jsonl' ? 3 : 7);
  expect(stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^run-3 cannot be read: .*a run row cannot be read/),
    expect.stringMatching(/^run-1 cannot be read: ./),
  ]);
});

it('prints from its kept day a run that cannot be read in the tables', async () => {
  const { clock, storage, files, run, breakRow } = await aLedger();
  await clock.advance(DAY);
  await createLedgerArchiver({ ...storage, files, clock, log: silentLog })();
  await breakRow('run-3');
  const { exitCode, ids, stderr } = await run(3 * DAY);
  expect([exitCode, ids()]).toEqual([1, ['run-4', 'run-2', 'run-1', 'run-0', 'run-3']]);
  expect(stderr).toMatch(/^run-3 cannot be read/);
});

it('ends where storage does not answer', async () => {
  const { storage, run } = await aLedger();
  storage.ledger.listEvents = () => Promise.reject(new TaskError('storage-unavailable'));
  await expect(run()).rejects.toMatchObject({ code: 'storage-unavailable' });
});
