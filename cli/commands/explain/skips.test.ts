import { beforeEach, expect, it } from 'vitest';
import { HOUR } from '../../../shared/kernel/clock.ts';
import { createManualClock, type ManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { runProgram } from '../../program.ts';
import { SkipsOptions, skips } from './skips.ts';

const MAPPINGS = { PROJ: { repo: 'group/app' }, 'group/docs': {} };

let clock: ManualClock;
let storage: MemoryStorage;
beforeEach(async () => {
  clock = createManualClock();
  storage = createMemoryStorage({ clock });
  for (const [projectId, path] of [
    [7, 'group/app'],
    [8, 'group/docs'],
  ] as const) {
    const project = { projectId, path, defaultBranch: 'main', cloneUrl: '', webUrl: '', archived: false };
    await storage.projects.put(`https://gitlab.example.com|default|${path}`, { ...project, resolvedAt: 0 });
  }
  for (const [subject, reason] of [
    ['issue~PROJ-1', 'blocked'],
    ['mr~7~3', 'draft'],
    ['mr~8~1', 'bot-author'],
    ['issue~OPS-1', 'not-triggered'],
    ['jira~PROJ', 'search-refused'],
  ] as const) {
    await storage.skipLog.record(subject, reason, reason === 'blocked' ? 'PROJ-9' : undefined);
    await clock.advance(HOUR);
  }
});

async function list(given: Partial<Record<keyof SkipsOptions, unknown>> = {}) {
  const io = createMemoryIO({ clock });
  const options = SkipsOptions.parse({ json: true, ...given });
  await skips(options, io, createMemoryTools({ storage, mappings: MAPPINGS }));
  const { skips: found, olderThan } = JSON.parse(io.stdout);
  return { about: found.map(({ about }: { about: string }) => about), olderThan };
}

it('lists what was skipped within a day, newest first', async () => {
  expect(await list()).toEqual({
    about: ['PROJ', 'OPS-1', 'group/docs!1', 'group/app!3', 'PROJ-1'],
    olderThan: null,
  });
});

it.each([
  [{ binding: 'PROJ' }, ['PROJ', 'group/app!3', 'PROJ-1']],
  [{ binding: 'Group/Docs' }, ['group/docs!1']],
  [{ reason: 'bot-author' }, ['group/docs!1']],
  [{ since: '150m' }, ['PROJ', 'OPS-1']],
])('lists with %j only %j', async (given, about) => {
  expect((await list(given)).about).toEqual(about);
});

it('goes on where a list ended', async () => {
  const first = await list({ limit: 2 });
  expect(first.about).toEqual(['PROJ', 'OPS-1']);
  const second = await list({ limit: 2, before: first.olderThan });
  expect(second.about).toEqual(['group/docs!1', 'group/app!3']);
  expect(await list({ limit: 2, before: second.olderThan })).toEqual({ about: ['PROJ-1'], olderThan: null });
});

it('says why, for a person, and what to do', async () => {
  const io = createMemoryIO({ clock });
  await skips(SkipsOptions.parse({ binding: 'group/docs' }), io, createMemoryTools({ storage, mappings: MAPPINGS }));
  expect(io.stdout).toMatch(
    /group\/docs!1 +bot-author +was written by a bot\n\nWhat to do about one: cmap explain ABOUT/,
  );
});

it.each([
  [['skips', '--since', '30d'], '30d is too long; at most 14d, as long as they are kept'],
  [['skips', '--before', 'yesterday'], 'needs a time such as 2026-01-31T10:00:00Z'],
  [['skips', '--limit', '0'], 'must be at least 1'],
])('refuses %j', async (argv, problem) => {
  const io = createMemoryIO({ clock });
  expect(await runProgram(argv, io)).toBe(2);
  expect(io.stderr).toContain(problem);
});

it('names the bindings there are where one is unknown', async () => {
  await expect(list({ binding: 'NONE' })).rejects.toThrow('NONE has no binding in the map, which has PROJ, group/docs');
});
