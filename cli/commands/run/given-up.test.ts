import { beforeEach, describe, expect, it } from 'vitest';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { DAY, MINUTE } from '../../../shared/kernel/clock.ts';
import { cacheProject } from '../../../test/builders/projects.ts';
import { aCodingTask, aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { countRows } from '../../../test/doubles/count-rows.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { nameByUuid } from '../../../test/doubles/memory-messages.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { runProgram } from '../../program.ts';
import { findGivenUp } from './find-given-up.ts';
import { RunGivenUpOptions, runGivenUp } from './given-up.ts';
import { runRetry } from './retry.ts';

const clock = createSteppedClock(Date.UTC(2026, 0, 31, 10));
let storage: MemoryStorage;
beforeEach(async () => {
  clock.time = Date.UTC(2026, 0, 31, 10);
  storage = createMemoryStorage({ clock, nameMessage: nameByUuid });
  await cacheProject(storage);
});

const tools = () => createMemoryTools({ storage });

/** A run of this task that ended so, or that is queued. */
async function store(runId: string, task: Task, state: 'failed' | 'superseded' | 'queued' = 'failed') {
  clock.time += MINUTE;
  const run = await storage.ledger.create({ runId, dedupKey: runId, task });
  if (run)
    await storage.ledger.update(run, {
      state,
      ...(state === 'failed' ? { code: 'push-rejected', detail: 'Branch is protected' } : {}),
      notified: true,
    });
}

/** A message that was given up; without a task, what another program wrote. */
async function poison(runId: string, task?: Task): Promise<string> {
  clock.time += MINUTE;
  if (task) await storage.queue.enqueue(task, { runId });
  else await storage.parts.tasks.send('{"hello": "world"}');
  const lease = await storage.queue.lease({ visibilityTimeoutSeconds: 60 });
  if (!lease) throw new Error('nothing to poison');
  const before = new Set((await storage.queue.listPoison()).map(({ messageId }) => messageId));
  await storage.queue.moveToPoison(lease, task ? 'too-many-attempts' : 'message-unreadable: no JSON of a task');
  return (await storage.queue.listPoison()).find(({ messageId }) => !before.has(messageId))?.messageId ?? '';
}

async function list(options: Partial<RunGivenUpOptions> = {}) {
  const io = createMemoryIO({ clock, columns: 80 });
  expect(await runGivenUp(RunGivenUpOptions.parse({ json: true, ...options }), io, tools())).toBe(0);
  return { io, ...JSON.parse(options.json === false ? '{}' : io.stdout) };
}

const anIssue = (issueKey: string) => aCodingTask({ issueKey, id: `coding~${issueKey}~1`, scope: `issue~${issueKey}` });

describe('run given-up', () => {
  it('lists what is poisoned, refused and failed, newest first, each once', async () => {
    await store('run-a1', anIssue('PROJ-1'));
    await store('run-b2', aReviewTask({ projectId: 7, mergeRequestIid: 3 }));
    const poisoned = await poison('run-a1', anIssue('PROJ-1'));
    const refused = await poison('');

    const { givenUp, ...rest } = await list();
    expect(givenUp).toMatchObject([
      { kind: 'refused', messageId: refused, next: `cmap queue drop ${refused} --yes` },
      { kind: 'poisoned', messageId: poisoned, runId: 'run-a1', next: `cmap run retry ${poisoned}` },
      { kind: 'failed', runId: 'run-b2', reason: 'push-rejected', next: 'cmap run retry run-b2' },
    ]);
    expect(rest).toMatchObject({ ok: true, hidden: 0, read: 2, more: false, unreadable: [] });

    const { io } = await list({ json: false });
    expect(io.stdout).toMatch(
      /^WHAT +ID +TASK +AGE +REASON\nrefused .* unreadable .*\n.*\npoisoned +3f250001.* coding PROJ-1 /,
    );
    expect(io.stdout).toMatch(/^failed +run-b2 +review group\/app!3 +2 min +push-rejected$/m);
    expect(io.stdout).toContain('`cmap queue drop ID --yes` removes it.');
    expect(io.stdout.split('\n').filter((line: string) => line.length > 80)).toEqual([]);
  });

  it('leaves out a failure that newer work of the same kind has made good, and no other', async () => {
    await store('run-a1', anIssue('PROJ-1'));
    await store('run-a2', anIssue('PROJ-1'), 'superseded');
    await store('run-b1', anIssue('PROJ-2'));
    await store('run-b2', anIssue('PROJ-2'), 'queued');
    await store('run-c1', aReviewTask({ id: 'review~7~3~a' }));
    await store('run-c2', aReplyTask({ id: 'reply~1' }));
    await store('run-c3', aReplyTask({ id: 'reply~2' }), 'superseded');
    await store('run-d1', anIssue('PROJ-3'), 'superseded');
    await store('run-d2', anIssue('PROJ-3'));

    const { givenUp } = await list();
    expect(givenUp.map(({ runId }: { runId: string }) => runId)).toEqual(['run-d2', 'run-c2', 'run-c1']);
  });

  it('looks back as far as asked, and says so', async () => {
    await store('run-a1', anIssue('PROJ-1'));
    clock.time += 8 * DAY;

    expect((await list()).givenUp).toEqual([]);
    expect((await list({ json: false })).io.stdout).toBe(
      'Nothing is given up.\nRuns created in the last 7d were looked at; --since 30d looks further back.\n',
    );
    expect((await list({ since: '30d' })).givenUp).toHaveLength(1);
  });

  it('reads no more of a long history than it says, and names what it did not see', async () => {
    for (let index = 0; index < 300; index += 1) await store(`run-${index}`, anIssue(`PROJ-${index}`), 'superseded');
    for (let index = 0; index < 34; index += 1) await poison(`run-p${index}`, anIssue(`OPS-${index}`));
    const counts = countRows(storage.parts.rows.runs);

    const found = await findGivenUp(storage, { since: 0, mostRead: 150 });
    expect(found).toMatchObject({ read: 150, isWhole: false, hidden: 2 });
    expect(counts.counts()['find']).toBeLessThan(260);
    expect((await list()).io.stderr).toContain('2 more poisoned messages cannot be shown: a storage queue shows 32');
  });

  it('refuses a time that is none', async () => {
    const io = createMemoryIO({ clock });
    expect(await runProgram(['run', 'given-up', '--since', 'soon'], io)).toBe(2);
    expect(io.stderr).toContain('--since "soon" is no time; write 24h or 30d');
  });
});

describe('run retry', () => {
  async function retry(id: string) {
    const io = createMemoryIO({ clock });
    const exitCode = await runRetry({ id, json: false }, io, tools());
    return { exitCode, stdout: io.stdout, stderr: io.stderr };
  }

  it('takes every id of the list, does each once, and leaves the list empty', async () => {
    await store('run-a1', anIssue('PROJ-1'));
    await store('run-b2', aReviewTask());
    await poison('run-a1', anIssue('PROJ-1'));

    for (const { messageId, runId } of (await list()).givenUp) {
      const shown = await retry((messageId ?? runId).slice(0, 12));
      expect(shown).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('is on the queue again as run run-'),
      });
    }
    expect((await list()).givenUp).toEqual([]);
    expect(await storage.queue.getDepth()).toMatchObject({ count: 2, poisonCount: 0 });
  });

  it('knows a poisoned message by a run that the ledger has no more', async () => {
    await poison('run-aa11', anIssue('PROJ-1'));

    expect(await retry('run-aa11')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('coding PROJ-1 is on'),
    });
    expect(await retry('run-aa11')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no run run-aa11') });
  });

  it('sends a run again that its poisoned message has stopped', async () => {
    await store('run-a1', anIssue('PROJ-1'), 'queued');
    await poison('run-a1', anIssue('PROJ-1'));

    expect(await retry('run-a1')).toMatchObject({ exitCode: 0 });
    expect(await storage.queue.getDepth()).toMatchObject({ count: 1, poisonCount: 0 });
  });

  it('says of a message without a task how it is removed', async () => {
    const messageId = await poison('');

    expect(await retry(messageId)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`holds no task that could run; cmap queue drop ${messageId} --yes removes it`),
    });
  });
});
