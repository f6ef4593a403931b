import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { admitTask } from '../../../shared/services/runs/admit-task.ts';
import { cacheProject } from '../../../test/builders/projects.ts';
import { admitCoding } from '../../../test/builders/runs.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { createManualClock, type ManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { Tools } from '../../clients/tools.ts';
import type { CompletedKind } from '../../command-line/command.ts';
import { runProgram } from '../../program.ts';
import { complete } from './complete.ts';

let clock: ManualClock;
let storage: MemoryStorage;
/** The home of one person: what is kept there stays from one call to the next. */
let files: Record<string, string>;
beforeEach(() => {
  clock = createManualClock();
  storage = createMemoryStorage({ clock });
  files = {};
});

const MAPPINGS = { PROJ: { repo: 'group/app' }, OPS: { repo: 'platform/status' } };
const tools = () => createMemoryTools({ storage, mappings: MAPPINGS });

async function ask(kind: CompletedKind, from: Pick<Tools, 'storage' | 'bindings'> = tools(), env = {}) {
  const io = createMemoryIO({ clock, files, env, cacheFolder: '/home/ada/.cache/cmap' });
  expect(await complete({ kind }, io, from)).toBe(0);
  files = Object.fromEntries(io.files);
  expect(io.stderr).toBe('');
  return io.stdout.split('\n').filter(Boolean);
}

const away = (error: Error) => ({ ...tools(), storage: () => Promise.reject(error) });

describe('__complete', () => {
  it('prints the runs, their issues and merge requests, newest first', async () => {
    const first = await admitCoding('PROJ-1', { ...storage, clock });
    await clock.advance(SECOND);
    const { runId } = await admitTask(aReviewTask(), { ...storage, clock, log: silentLog });
    await cacheProject(storage);

    expect(await ask('runs')).toEqual([
      `${runId}\treview group/app!3, queued`,
      `${first}\tcoding PROJ-1, queued`,
      'group/app!3\treview, queued',
      'PROJ-1\tcoding, queued',
    ]);
    expect(await ask('subjects')).toEqual(['group/app!3\treview, queued', 'PROJ-1\tcoding, queued']);
  });

  it('prints the messages, the claims and the projects of the map', async () => {
    await admitCoding('PROJ-1', { ...storage, clock });
    const [message] = await storage.queue.peek();
    await storage.scopes.take({ scope: 'issue~PROJ-1', runId: 'run-1', holder: 'r', leaseMs: MINUTE });
    await storage.scopes.take({ scope: 'audit~2.4.0', runId: 'run-2', holder: 'r', leaseMs: MINUTE });

    expect(await ask('messages')).toEqual([`${message?.messageId}\tcoding PROJ-1`]);
    expect(await ask('claims')).toEqual(['audit 2.4.0\theld by run-2', 'PROJ-1\theld by run-1']);
    expect(await ask('projects')).toEqual(['PROJ\tgroup/app', 'OPS\tplatform/status']);
  });

  it('prints the terms of a query, with the projects of the map and the labels of the newest runs', async () => {
    const runId = await admitCoding('PROJ-1', { ...storage, clock });
    const run = await storage.ledger.get(runId);
    const labels = ['urgent', 'needs review', '$(touch x)'];
    await storage.ledger.update(run, { state: 'superseded', facts: { labels } });

    const terms = (await ask('queries')).map((line) => line.split('\t')[0] ?? '');
    expect(terms.filter((term) => /^(?:project|label):/.test(term))).toEqual([
      'project:PROJ',
      'project:OPS',
      'label:needs review',
      'label:urgent',
    ]);
    expect(terms.slice(0, 3)).toEqual(['is:failed', 'is:open', 'is:planned']);
    expect(terms.slice(-7)).toEqual([
      'created:<24h',
      'created:<7d',
      'updated:<24h',
      'updated:<7d',
      'sort:created',
      'sort:updated',
      'sort:cost',
    ]);
    expect(terms).toContain('kind:update');
  });

  it('reads once for what is typed in one go, and anew half a minute later', async () => {
    await admitCoding('PROJ-1', { ...storage, clock });
    await ask('subjects');
    await admitCoding('PROJ-2', { ...storage, clock });

    expect(await ask('subjects', away(new Error('not to be asked')))).toHaveLength(1);
    await clock.advance(31 * SECOND);
    expect(await ask('subjects')).toHaveLength(2);
  });

  it('never completes the names of another deployment', async () => {
    await admitCoding('PROJ-1', { ...storage, clock });
    await ask('subjects', tools(), { AzureWebJobsStorage: 'one' });
    const other = createMemoryTools({
      storage: createMemoryStorage({ clock }),
      mappings: { OTHER: { repo: 'group/other' } },
    });

    expect(await ask('subjects', other, { AzureWebJobsStorage: 'two' })).toEqual([]);
    await ask('projects', tools(), { AzureWebJobsStorage: 'one' });
    expect(await ask('projects', other, { AzureWebJobsStorage: 'two' })).toEqual(['OTHER\tgroup/other']);
  });

  it.each([
    { why: 'settings are missing', error: new UsageError('AzureWebJobsStorage is missing') },
    { why: 'storage is away', error: new TaskError('storage-unavailable') },
  ])('says nothing where $why, and tries again later', async ({ error }) => {
    await admitCoding('PROJ-1', { ...storage, clock });

    expect(await ask('subjects', away(error))).toEqual([]);
    expect(await ask('subjects')).toEqual([]);
    await clock.advance(31 * SECOND);
    expect(await ask('subjects')).toHaveLength(1);
  });

  it('takes what it knew minutes ago where storage takes longer than a person waits', async () => {
    await admitCoding('PROJ-1', { ...storage, clock });
    await ask('subjects');
    await clock.advance(MINUTE);
    const slow = { ...tools(), storage: () => new Promise<never>(() => {}) };
    const late = ask('subjects', slow);
    await clock.advance(2500);

    expect(await late).toHaveLength(1);
    await clock.advance(20 * MINUTE);
    const later = ask('subjects', slow);
    await clock.advance(2500);
    expect(await later).toEqual([]);
  });

  it('leaves out what a shell could take for more than a name', async () => {
    for (const scope of ['audit~$(touch x)', 'audit~`id`', 'audit~2;id', 'audit~-x', 'audit~2.4.0'])
      await storage.scopes.take({ scope, runId: 'run-1', holder: 'r', leaseMs: MINUTE });

    expect(await ask('claims')).toEqual(['audit -x\theld by run-1', 'audit 2.4.0\theld by run-1']);
  });

  it('is named by no help', async () => {
    const io = createMemoryIO();
    await runProgram(['--help'], io);
    expect(io.stdout).not.toContain('__complete');
  });
});
