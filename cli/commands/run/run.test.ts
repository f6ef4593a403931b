import { beforeEach, describe, expect, it } from 'vitest';
import type { RunChange } from '../../../shared/domain/ports/run-ledger.ts';
import { toPlanFields } from '../../../shared/domain/runs/plan-event.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { HOUR } from '../../../shared/kernel/clock.ts';
import { cacheProject } from '../../../test/builders/projects.ts';
import { aCodingTask, aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { countRows } from '../../../test/doubles/count-rows.ts';
import { createMemoryIO, type MemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { runProgram } from '../../program.ts';
import { runCancel } from './cancel.ts';
import { runLogs } from './logs.ts';
import { RunLsOptions, runLs } from './ls.ts';
import { runRetry } from './retry.ts';
import { runShow } from './show.ts';

const START = Date.UTC(2026, 0, 31, 10);
const clock = createSteppedClock(START);
let storage: MemoryStorage;
let io: MemoryIO;
beforeEach(() => {
  clock.time = START;
  storage = createMemoryStorage({ clock });
  io = createMemoryIO({ clock });
});

const project = { id: 7, path: 'group/app', cloneUrl: '', webUrl: '', emptyRepository: false, archived: false };
const tools = () =>
  createMemoryTools({
    storage,
    mappings: { PROJ: { repo: 'group/app' } },
    gitlab: { findProject: async () => project },
  });

async function aRun(
  runId: string,
  change: RunChange = { state: 'failed', code: 'push-rejected' },
  task: Task = aTask(runId),
) {
  clock.time += 1000;
  const run = await storage.ledger.create({ runId, dedupKey: runId, task });
  if (run) await storage.ledger.update(run, change);
}

const aTask = (id: string) => aCodingTask({ id: `coding~${id}` });

async function list(options: Partial<RunLsOptions> = {}) {
  const shown = createMemoryIO({ clock });
  const exitCode = await runLs(RunLsOptions.parse({ json: true, ...options }), shown, tools());
  return {
    exitCode,
    ...JSON.parse(shown.stdout),
    ids: JSON.parse(shown.stdout).runs.map(({ runId }: { runId: string }) => runId),
  };
}

describe('run ls', () => {
  it('lists the newest first, and as many as asked for', async () => {
    for (const id of ['run-1', 'run-2', 'run-3']) await aRun(id);

    expect((await list()).ids).toEqual(['run-3', 'run-2', 'run-1']);
    expect(await list({ limit: 2 })).toMatchObject({ ids: ['run-3', 'run-2'], more: true });
  });

  it('reads what it shows, not the history', async () => {
    for (let index = 0; index < 200; index += 1) await aRun(`run-${index}`);

    expect(await list({ limit: 10 })).toMatchObject({ read: 10, more: true });
    expect(await list({ limit: 100 })).toMatchObject({ read: 100 });
    expect((await list({ limit: 1000 })).ids).toHaveLength(200);
    expect(new Set((await list({ limit: 1000 })).ids).size).toBe(200);
  });

  it('finds few among many, and stops at the time asked for', async () => {
    for (let index = 0; index < 60; index += 1) await aRun(`run-${index}`, { state: 'superseded' });
    await aRun('run-bad');
    clock.time += HOUR;
    for (let index = 60; index < 90; index += 1) await aRun(`run-${index}`, { state: 'superseded' });

    expect((await list({ failed: true })).ids).toEqual(['run-bad']);
    expect(await list({ query: ['is:failed created:<30m'] })).toMatchObject({ ids: [], read: 30, more: false });
  });

  it('goes on after a run that the end of a list named', async () => {
    for (let index = 0; index < 7; index += 1) await aRun(`run-${index}`);

    const first = await list({ limit: 4 });
    expect(first).toMatchObject({ ids: ['run-6', 'run-5', 'run-4', 'run-3'], next: 'run-3' });
    const rest = await list({ after: first.next });
    expect(rest).toMatchObject({ ids: ['run-2', 'run-1', 'run-0'], read: 3, more: false });
    expect(rest).not.toHaveProperty('next');
    expect(await runLs(RunLsOptions.parse({ after: 'run-5' }), io, tools())).toBe(0);
    expect(io.stderr).toBe('');
    expect(await runLs(RunLsOptions.parse({ after: 'run-9' }), io, tools())).toBe(1);
    expect(io.stderr).toContain('no run run-9');
  });

  it('takes the issues and the merge requests of a binding together', async () => {
    await aRun('run-issue');
    await aRun('run-review', undefined, aReviewTask({ projectId: 7 }));
    await aRun('run-other', undefined, aReviewTask({ projectId: 8 }));

    expect((await list({ binding: 'proj' })).ids).toEqual(['run-review', 'run-issue']);
    expect((await list({ binding: 'proj', kind: 'coding' })).ids).toEqual(['run-issue']);
  });

  it('leaves out a project with the reviews of its repositories', async () => {
    await aRun('run-issue');
    await aRun('run-review', undefined, aReviewTask({ projectId: 7 }));
    await aRun('run-other', undefined, aReviewTask({ projectId: 8 }));

    expect((await list({ query: ['-project:PROJ'] })).ids).toEqual(['run-other']);
  });

  it('finds the runs of a merge request by the path of its project, from the cache of projects', async () => {
    await aRun('run-1', undefined, aReviewTask({ projectId: 7 }));
    await aRun('run-2', undefined, aReviewTask({ projectId: 8 }));
    await cacheProject(storage);

    expect((await list({ query: ['group/app!3'] })).ids).toEqual(['run-1']);
    expect((await list({ query: ['!3'] })).ids).toEqual(['run-2', 'run-1']);
  });

  it('lists by labels, and says of how many runs they are not known', async () => {
    await aRun('run-before');
    await aRun('run-hot', { state: 'failed', code: 'push-rejected', facts: { labels: ['urgent'] } });
    await aRun('run-cold', { state: 'failed', code: 'push-rejected', facts: { labels: [] } });

    expect(await list({ query: ['label:URGENT'] })).toMatchObject({ ids: ['run-hot'], unlabelled: 1 });
    expect(await list({ query: ['-label:urgent'] })).toMatchObject({ ids: ['run-cold', 'run-before'], unlabelled: 1 });
    await runLs(RunLsOptions.parse({ query: ['label:urgent'] }), io, tools());
    expect(io.stderr).toBe(
      'cmap: the labels of 1 run are not known (of an earlier version, or before an attempt has ended); label: leaves such runs out, -label: does not\n',
    );
    expect(await list()).not.toHaveProperty('unlabelled');
  });

  it('begins at the time asked for, past what is newer', async () => {
    await aRun('run-old');
    clock.time += 2 * HOUR;
    for (let index = 0; index < 60; index += 1) await aRun(`run-${index}`);

    expect(await list({ query: ['created:>1h'] })).toMatchObject({ ids: ['run-old'], read: 1, more: false });
  });

  it('names merge requests by the path of their project, and reads nothing for it where a run says it', async () => {
    const mergeRequestUrl = 'https://gitlab.example.com/group/app/-/merge_requests/3';
    const result = { what: 'reviewed', mergeRequestUrl };
    await aRun('run-1', { state: 'superseded', result }, aReviewTask({ projectId: 7 }));
    const count = countRows(storage.parts.rows.state);

    await runLs(RunLsOptions.parse({}), io, tools());
    expect(io.stdout).toMatch(/^run-1 +review group\/app!3 +superseded/m);
    expect(count.total()).toBe(0);

    await aRun('run-2', { state: 'queued' }, aReviewTask({ projectId: 8 }));
    await cacheProject(storage, { projectId: 8, path: 'group/other' });
    count.reset();
    const more = createMemoryIO({ clock });
    await runLs(RunLsOptions.parse({}), more, tools());
    expect(more.stdout).toMatch(/^run-2 +review group\/other!3 +queued/m);
    expect(count.counts()).toMatchObject({ find: 0, list: 1, listed: 1 });
    expect(io.stdout + more.stdout).not.toMatch(/[78]!3/);
  });

  it('shows a table that fits a terminal, and says when nothing fits', async () => {
    await aRun('run-1a2b3c4d5e6f');
    await runLs(RunLsOptions.parse({}), io, tools());
    const empty = createMemoryIO({ clock });
    await runLs(RunLsOptions.parse({ kind: 'echo' }), empty, tools());

    expect(io.stdout).toMatch(
      /^RUN +TASK +STATE +AGE +TOKENS +RESULT\nrun-1a2b3c4d5e6f +coding PROJ-12 +failed +0 s +- +push-rejected\n/,
    );
    expect(io.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(empty.stdout).toBe('No run fits.\n');
  });

  it.each([
    [['run', 'ls', 'is:gone'], 'cmap: is:gone is not understood'],
    [['run', 'list', '--limit', '0'], 'cmap: --limit: must be at least 1'],
    [['run', 'ls', '--since', 'x'], 'cmap: --since: x is no duration; write 90s, 15m, 2h or 1d'],
    [['run', 'ls', 'created:<x'], 'cmap: created:<x is not understood; write created:<24h or created:>7d'],
  ])('refuses %j', async (argv, message) => {
    expect(await runProgram(argv, io)).toBe(2);
    expect(io.stderr).toContain(message);
  });
});

describe('run retry', () => {
  it('does a failed run again as a new one, once', async () => {
    await aRun('run-1');
    clock.time += 1000;

    expect(await runRetry({ id: 'run-1', json: false }, io, tools())).toBe(0);
    const [newest] = await storage.ledger.listRecent('all', 1);
    expect(io.stdout).toBe(`coding PROJ-12 is on the queue again as run ${newest?.runId}\n`);
    expect(newest).toMatchObject({ state: 'queued', task: { id: 'coding~run-1' } });

    const again = createMemoryIO({ clock });
    await runRetry({ id: 'run-1', json: false }, again, tools());
    expect(again.stdout).toBe(`coding PROJ-12 was begun again before as run ${newest?.runId}\n`);
    expect(await storage.queue.getDepth()).toMatchObject({ count: 1 });
  });

  it('takes its poisoned message along', async () => {
    await storage.ledger.create({ runId: 'run-1', dedupKey: 'run-1', task: aTask('run-1') });
    await storage.queue.enqueue(aTask('run-1'), { runId: 'run-1' });
    const lease = await storage.queue.lease({ visibilityTimeoutSeconds: 60 });
    if (lease) await storage.queue.moveToPoison(lease, 'too-many-attempts');
    await storage.ledger.update(await storage.ledger.get('run-1'), { state: 'failed', code: 'too-many-attempts' });

    expect(await runRetry({ id: 'run-1', json: false }, io, tools())).toBe(0);
    expect(await storage.queue.getDepth()).toMatchObject({ count: 1, poisonCount: 0 });
  });

  it.each([
    [aCodingTask(), 'comment on its ticket what should change and move it to the trigger, for more work on it'],
    [aReviewTask(), 'write /copilot review on its merge request, for another one'],
    [aReplyTask(), 'write what should change on its merge request, with /copilot in front'],
  ])('says where more work is asked for after a run that is done: %j', async (task, next) => {
    await aRun('run-1', { state: 'running', attempt: 1, runner: 'r' }, task);
    await storage.ledger.update(await storage.ledger.get('run-1'), { state: 'done' });

    expect(await runRetry({ id: 'run-1', json: false }, io, tools())).toBe(1);
    expect(io.stderr).toBe(`cmap: run-1 is done; ${next}\n`);
  });

  it.each<[RunChange, string]>([
    [{ state: 'queued' }, 'cmap: run-1 is queued and goes on by itself; `cmap run cancel run-1` ends it'],
    [{ state: 'running', attempt: 1, runner: 'r' }, 'cmap: run-1 is running and goes on by itself'],
  ])('refuses a run that is %j', async (change, message) => {
    await aRun('run-1', change);

    expect(await runRetry({ id: 'run-1', json: false }, io, tools())).toBe(1);
    expect(io.stderr).toContain(message);
  });
});

describe('run cancel', () => {
  it('says what it would end, and ends it with --yes', async () => {
    await aRun('run-1', { state: 'queued' });

    expect(await runCancel({ id: 'run-1', yes: false, json: false }, io, tools())).toBe(2);
    expect(io.stderr).toContain(
      'this would cancel run-1 (coding PROJ-12, queued); nothing was changed, repeat with --yes',
    );
    expect(await storage.ledger.find('run-1')).toMatchObject({ state: 'queued' });

    expect(await storage.outbox.listOpen()).toEqual([]);

    expect(await runCancel({ id: 'run-1', yes: true, json: true }, io, tools())).toBe(0);
    expect((await storage.outbox.listOpen()).map(({ entry }) => entry)).toEqual([
      { kind: 'run-told', runId: 'run-1', moment: 'ended', team: 'PROJ' },
    ]);
    expect(await storage.ledger.find('run-1')).toMatchObject({ state: 'cancelled', detail: 'cancelled-by-person' });
    expect(await runCancel({ id: 'run-1', yes: true, json: false }, io, tools())).toBe(1);
  });

  it('takes the claim from a runner at work', async () => {
    await aRun('run-1', { state: 'running', attempt: 1, runner: 'runner-7' });
    const { scope } = aTask('run-1');
    const taken = await storage.scopes.take({ scope, runId: 'run-1', holder: 'runner-7', leaseMs: 90_000 });

    expect(await runCancel({ id: 'PROJ-12', yes: true, json: false }, io, tools())).toBe(0);
    expect(io.stdout).toContain('Its runner notices within a minute, stops its work');
    expect(taken.kind === 'taken' && (await storage.scopes.renew(taken.lock, 90_000))).toBeUndefined();
  });
});

describe('run logs', () => {
  const lines = [
    { at: '2026-01-31T10:00:01.000Z', type: 'prompt', prompt: `Work on it.\n${'x'.repeat(400)}` },
    {
      at: '2026-01-31T10:00:02.000Z',
      type: 'tool-call',
      id: 'c1',
      tool: 'bash',
      arguments: { command: 'ls\u001B[31m' },
    },
    { at: '2026-01-31T10:00:03.000Z', type: 'message', text: 'Done.' },
  ];

  it('shows what was told, said and done, cut unless asked otherwise, without control characters', async () => {
    await aRun('run-1');
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\nhalf a li`;
    await storage.artefacts.create('transcripts/run-1/1-0.jsonl', text);
    const [short, full, asJson] = [0, 1, 2].map(() => createMemoryIO({ clock }));
    if (!short || !full || !asJson) throw new Error('three were made');

    expect(await runLogs({ id: 'run-1', full: false, json: false }, short, tools())).toBe(0);
    await runLogs({ id: 'PROJ-12', full: true, json: false }, full, tools());
    await runLogs({ id: 'run-1', full: false, json: true }, asJson, tools());

    expect(short.stdout).toContain(
      '== transcripts/run-1/1-0.jsonl\n10:00:01  prompt\n          prompt:\n            Work on it.\n',
    );
    expect(short.stdout).toContain('(112 characters more; --full shows them)');
    expect(short.stdout).toContain('10:00:02  tool-call  tool=bash');
    expect(short.stdout).toContain('10:00:03  message  text=Done.');
    expect(short.stdout).toContain('unreadable  text=half a li');
    expect(short.stdout).not.toContain('\u001B');
    expect(full.stdout).toContain('x'.repeat(400));
    expect(JSON.parse(asJson.stdout).transcripts[0].entries).toHaveLength(4);
  });

  it.each([
    { where: 'a terminal gets them wrapped below their place', isTerminal: true, longest: 40 },
    { where: 'a pipe gets them as they are, also where COLUMNS is set', isTerminal: false, longest: 400 },
  ])('long lines: $where', async ({ isTerminal, longest }) => {
    await aRun('run-1');
    const said = { at: '2026-01-31T10:00:01Z', type: 'prompt', prompt: 'Work on it. '.repeat(40) };
    await storage.artefacts.create('transcripts/run-1/1-0.jsonl', `${JSON.stringify(said)}\n`);
    const wide = createMemoryIO({ clock, isTerminal, columns: 40 });
    await runLogs({ id: 'run-1', full: true, json: false }, wide, tools());
    const lines = wide.stdout.split('\n');
    const width = Math.max(...lines.map((line) => line.length));
    expect(isTerminal ? width <= longest : width > longest).toBe(true);
    const [text = '', next = ''] = lines.slice(lines.indexOf('          prompt:') + 1);
    expect(text).toMatch(/^ {12}Work on it/);
    if (isTerminal) expect(next).toMatch(/^ {12}\S/);
  });

  it('says when there is none', async () => {
    await aRun('run-1');

    expect(await runLogs({ id: 'run-1', full: false, json: false }, io, tools())).toBe(1);
    expect(io.stderr).toContain('cmap: run-1 (failed) has no transcript');
  });
});

describe('run show', () => {
  it('shows the whole plan of a run once, and none of its parts among what happened', async () => {
    const text = `Greets by name.\n\nSteps:\n\n${'x'.repeat(1500)} the end`;
    await aRun('run-1a2b3c', { state: 'queued' });
    await storage.ledger.append({
      runId: 'run-1a2b3c',
      at: clock.time,
      name: 'plan-made',
      fields: toPlanFields({ text, digest: 'd1' }),
    });
    expect(await runShow({ id: 'run-1a2b3c', json: false }, io, tools())).toBe(0);
    expect(io.stdout).toContain('plan      Greets by name.\n');
    expect(io.stdout.match(/the end/g)).toHaveLength(1);
    expect(io.stdout).toMatch(/plan-made {2}digest=d1$/m);
  });
});
