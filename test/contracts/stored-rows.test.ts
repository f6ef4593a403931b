import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { Rows } from '../../shared/adapters/storage/tables/rows.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import type { Registry } from '../../shared/services/projects/create-registry.ts';
import { createLiveMapping } from '../../shared/services/projects/live-mapping.ts';
import { MappingError } from '../../shared/services/projects/mapping-error.ts';
import { createManualClock, type ManualClock } from '../doubles/manual-clock.ts';
import { createMemoryStorage, type MemoryStorage } from '../doubles/memory-storage.ts';

const Stored = z.object({
  at: z.number(),
  tables: z.record(
    z.enum(['runs', 'runevents', 'state']),
    z.record(
      z.string(),
      z.array(
        z.object({ key: z.string(), fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) }),
      ),
    ),
  ),
});

let storage: MemoryStorage;
let clock: ManualClock;

beforeAll(async () => {
  const text = await readFile(new URL('../fixtures/stored/version-0.1.0.json', import.meta.url), 'utf8');
  const stored = Stored.parse(JSON.parse(text));
  clock = createManualClock(stored.at);
  storage = createMemoryStorage({ clock });
  for (const name of ['runs', 'runevents', 'state'] as const) await fill(storage.parts.rows[name], stored.tables[name]);
});

async function fill(
  rows: Rows,
  partitions: Record<string, { key: string; fields: Record<string, string | number | boolean> }[]>,
) {
  for (const [partition, list] of Object.entries(partitions)) {
    for (const { key, fields } of list) await rows.write(partition, [{ kind: 'insert', key, fields }]);
  }
}

describe('what version 0.1.0 stored', () => {
  it('is read as runs, with what is still to be said about them', async () => {
    const open = await storage.ledger.listOpen();
    expect(open.map(({ runId, state, notified }) => ({ runId, state, notified }))).toEqual([
      { runId: 'run-failed', state: 'failed', notified: false },
      { runId: 'run-parked', state: 'parked', notified: false },
      { runId: 'run-planned', state: 'planned', notified: false },
      { runId: 'run-running', state: 'running', notified: false },
    ]);
    expect(await storage.ledger.get('run-failed')).toMatchObject({
      notifyAttempts: 1,
      notifyAfter: expect.any(Number),
    });
    expect(await storage.ledger.get('run-done')).toMatchObject({
      state: 'done',
      notified: true,
      result: { branch: 'agent/PROJ-3', commitSha: 'abc' },
    });
    expect((await storage.ledger.listEvents('run-done')).map(({ name }) => name)).toContain('cloned');
  });

  it('is written on in the same fields, so that the version before could read it again', async () => {
    const failed = await storage.ledger.get('run-failed');
    await storage.ledger.markNotified(failed);
    const row = await storage.parts.rows.runs.find('runs', 'run:run-failed');
    expect(row?.fields).toMatchObject({ told: true, tellAttempts: 1 });
    expect(row?.fields).not.toHaveProperty('notified');
  });

  it('is read as outbox entries, open and done', async () => {
    const [open] = await storage.outbox.listOpen();
    expect(open?.entry).toEqual({ kind: 'waiting', issueKey: 'PROJ-9', jiraProject: 'PROJ', waitsFor: ['PROJ-8'] });
    const done = { kind: 'merge-request-ended', projectId: 7, iid: 3, ending: 'merged' } as const;
    expect(await storage.outbox.listDone('merge-request-ended')).toEqual([done]);
    expect(await storage.outbox.enqueue(done)).toBe(false);
  });

  it('is the map in force of this version, for good, although its source cannot be used', async () => {
    const pointer = await storage.parts.rows.state.find('config-maps', 'applied-map');
    const { path } = JSON.parse(String(pointer?.fields['json']));
    await storage.artefacts.create(path, '{"mappings":{"PROJ":{"repo":"group/app"}}}');
    const { appliedMaps: applied, generation } = storage;
    const mapping = createLiveMapping({
      readText: () => Promise.reject(new MappingError([{ where: 'SOURCE', message: 'is gone' }])),
      checkCredentials: async () => [],
      createRegistry: () => ({}) as Registry, // not asked in this test
      generation,
      applied,
      setting: 'a',
      clock,
      log: silentLog,
    });
    expect(await applied.findVersion()).toMatchObject({ generation: 1 });
    const { bindings, ...view } = await mapping.current();
    expect(bindings.list).toMatchObject([{ jiraProject: 'PROJ', repo: 'group/app' }]);
    // An issue whose run has ended does not start again because of the upgrade.
    expect(view).toMatchObject({ generation: 1, reloadedAt: 0 });
    // Artefacts are deleted after a while.
    const find = vi.spyOn(storage.artefacts, 'find').mockResolvedValue(undefined);
    expect(await applied.find()).toMatchObject({ generation: 1, json: expect.stringContaining('group/app') });
    find.mockRestore();
  });

  it('is read as scopes, permits, skips, maps, pollers, watermarks, budgets and projects', async () => {
    expect(await storage.scopes.find('mr~7~4')).toMatchObject({ runId: 'run-running', waiting: ['run-parked'] });
    const other = { runId: 'run-other', scope: 'issue~PROJ-5', holder: 'runner-c~1' };
    expect(await storage.permits.take('PROJ', other, 1)).toBe('full');
    expect(await storage.skipLog.list('issue~PROJ-12')).toMatchObject([{ reason: 'wrong-status', detail: 'Open' }]);
    expect(await storage.generation.get()).toBe(1);
    expect(await storage.pollers.get('jira')).toMatchObject({ failures: 2, code: 'jira-unauthorized' });
    expect(await storage.watermarks.find('jira~PROJ')).toMatchObject({ value: '2026-11-01T12:00:00.000Z' });
    expect(await storage.budgets.find({ bindingKey: 'PROJ', day: '2026-11-01' })).toMatchObject({ runs: 1 });
    expect(await storage.projects.find('group/app~default')).toMatchObject({ projectId: 7 });
  });
});
