import { beforeEach, describe, expect, it } from 'vitest';

import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { HOUR, MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { admitTask } from '../../../shared/services/runs/admit-task.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { createManualClock, type ManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { type ClaimsExtendOptions, claimsExtend } from './extend.ts';
import { claimsLs } from './ls.ts';
import { claimsRelease } from './release.ts';

const SCOPE = 'issue~PROJ-12';
const LEASE_MS = 150 * SECOND;

let clock: ManualClock;
let storage: MemoryStorage;
let io: ReturnType<typeof createMemoryIO>;
beforeEach(() => {
  clock = createManualClock();
  storage = createMemoryStorage({ clock });
  io = createMemoryIO({ clock });
});

const release = (options: { claim?: string; force?: boolean; json?: boolean } = {}) =>
  claimsRelease({ claim: 'PROJ-12', force: false, json: false, ...options }, io, createMemoryTools({ storage }));
const extend = (
  options: Partial<ClaimsExtendOptions> = {},
  jira: Partial<Jira> = { findIssue: async () => anIssue() },
) =>
  claimsExtend(
    { claim: 'PROJ-12', for: 2 * HOUR, force: false, json: false, ...options },
    io,
    createMemoryTools({ storage, jira }),
  );

/** A run at work on the issue, and its lock. */
async function aRunAtWork() {
  const { runId } = await admitTask(aCodingTask(), { ...storage, clock, log: silentLog });
  await storage.queue.lease({ visibilityTimeoutSeconds: 180 });
  await storage.ledger.update(await storage.ledger.get(runId), {
    state: 'running',
    attempt: 1,
    runner: 'cmap-x7-11579/4d1d7c73.1',
  });
  const taken = await storage.scopes.take({
    scope: SCOPE,
    runId,
    holder: 'cmap-x7-11579/4d1d7c73.1',
    leaseMs: LEASE_MS,
  });
  if (taken.kind !== 'taken') throw new Error('the scope is busy');
  return { runId, lock: taken.lock };
}

const take = (runId: string) =>
  storage.scopes.take({ scope: SCOPE, runId, holder: `runner/${runId}`, leaseMs: LEASE_MS });

describe('claims release', () => {
  it.each(['PROJ-12', SCOPE])('says in one line that nothing claims %s', async (claim) => {
    expect(await release({ claim })).toBe(1);
    expect(io.stderr).toBe(`cmap: nothing claims PROJ-12; \`cmap claims ls\` lists what is claimed\n`);
  });

  it('refuses a claim that may be renewed at any moment: a runner at work keeps it', async () => {
    const { runId, lock } = await aRunAtWork();
    await clock.advance(LEASE_MS + 30 * SECOND);
    expect(await release({ json: true })).toBe(1);
    expect(io.stderr).toContain(`PROJ-12 is claimed by ${runId} on cmap-x7-11579`);
    expect(JSON.parse(io.stdout)).toMatchObject({ ok: false });
    expect(await storage.scopes.find(SCOPE)).toEqual(lock);
  });

  it('frees the claim of a runner that is gone: its run begins again, and who waited goes on', async () => {
    const { runId } = await aRunAtWork();
    const { runId: second } = await admitTask(aCodingTask({ id: 'two' }), { ...storage, clock, log: silentLog });
    await storage.ledger.update(await storage.ledger.get(second), {
      state: 'parked',
      parkedReason: 'scope-busy',
      parkedUntil: clock.now() + HOUR,
    });
    await storage.scopes.waitFor(SCOPE, second);
    await clock.advance(LEASE_MS + MINUTE);

    expect(await release()).toBe(0);

    expect(io.stdout).toBe(`PROJ-12 is free; ${runId} begins again; 1 run that waited for it may go on\n`);
    expect(await storage.scopes.list()).toEqual([]);
    expect((await storage.ledger.get(runId)).state).toBe('queued');
    expect((await storage.ledger.get(second)).state).toBe('queued');
  });

  it('leaves the claim to a runner that renews it at this moment', async () => {
    const { lock } = await aRunAtWork();
    await clock.advance(LEASE_MS + MINUTE);
    const stale = await storage.scopes.find(SCOPE);
    const renewed = await storage.scopes.renew(lock, LEASE_MS);
    const scopes = { ...storage.scopes, find: async () => stale };

    expect(
      await claimsRelease(
        { claim: SCOPE, force: false, json: false },
        io,
        createMemoryTools({ storage: { ...storage, scopes } }),
      ),
    ).toBe(1);

    expect(io.stderr).toContain('changed at this moment; nothing was done');
    expect(await storage.scopes.find(SCOPE)).toEqual(renewed);
  });

  it('with --force takes it from a runner at work, and no other run begins before that one has surely stopped', async () => {
    const { runId, lock } = await aRunAtWork();
    await clock.advance(20 * SECOND);

    expect(await release({ force: true })).toBe(0);

    expect(io.stdout).toContain(`PROJ-12 was taken from ${runId} on cmap-x7-11579.`);
    expect(io.stdout).toContain('No other run begins before 2026-01-05 09:02:30Z.');
    expect(await storage.scopes.renew(lock, LEASE_MS)).toBeUndefined();
    expect((await take('run-2')).kind).toBe('busy');
    // Neither may a second release open it early.
    expect(await release({ force: true })).toBe(1);
    expect(io.stderr).toContain(`whose runner may be at work until 2026-01-05 09:03:30Z`);
    await clock.advance(130 * SECOND);
    expect((await take('run-2')).kind).toBe('taken');
  });
});

describe('claims extend', () => {
  it('keeps runs away from what is free, until released', async () => {
    expect(await extend()).toBe(0);
    expect(io.stdout).toBe(
      'No run begins on PROJ-12 before 2026-01-05 11:00:00Z (a person), unless: cmap claims release PROJ-12\n',
    );
    await clock.advance(2 * HOUR - 1);
    expect((await take('run-2')).kind).toBe('busy');
    expect(await release()).toBe(0);
    expect((await take('run-2')).kind).toBe('taken');
  });

  it('keeps who and why, and shows it to those who look', async () => {
    io = createMemoryIO({ clock, env: { USER: 'ada' } });
    await extend({ why: 'release\nfreeze' });
    expect(io.stdout).toContain('(ada: release freeze), unless');
    await claimsLs({ json: false }, io, createMemoryTools({ storage }));
    expect(io.stdout).toMatch(/PROJ-12 +person +ada: release freeze +in 2 h/);
    expect(await release()).toBe(0);
  });

  it('refuses a ticket that is not there, and does not take an outage of Jira for one', async () => {
    expect(await extend({ json: true }, { findIssue: async () => undefined })).toBe(1);
    expect(io.stderr).toBe(
      'cmap: Jira does not show PROJ-12 to the account of cmap. Nothing was done: check the key.\n',
    );
    expect(await storage.scopes.find(SCOPE)).toBeUndefined();

    const away = { findIssue: () => Promise.reject(new TaskError('jira-unavailable')) };
    expect(await extend({}, away)).toBe(0);
    expect(io.stderr).toContain('cmap: whether PROJ-12 is there was not looked at: ');
    expect(await storage.scopes.find(SCOPE)).toBeDefined();
  });

  it('ends by itself', async () => {
    await extend({ for: HOUR });
    await clock.advance(HOUR);
    expect((await take('run-2')).kind).toBe('taken');
  });

  it('makes a claim of a person longer, and never shorter', async () => {
    await extend({ for: HOUR });
    await clock.advance(30 * MINUTE);
    await extend({ for: MINUTE });
    expect((await storage.scopes.find(SCOPE))?.expiresAt).toBe(clock.now() + 30 * MINUTE);
    io = createMemoryIO({ clock });
    await extend({ for: 3 * HOUR, json: true });
    expect(JSON.parse(io.stdout)).toEqual({
      ok: true,
      scope: SCOPE,
      until: '2026-01-05T12:30:00.000Z',
      heldBy: 'a person',
      takenFrom: null,
    });
  });

  it('never touches the claim of a runner at work, unless forced', async () => {
    const { runId, lock } = await aRunAtWork();
    expect(await extend()).toBe(1);
    expect(io.stderr).toContain(
      `PROJ-12 is claimed by ${runId} on cmap-x7-11579, which renews it by itself while it works`,
    );
    expect(await storage.scopes.find(SCOPE)).toEqual(lock);

    expect(await extend({ force: true })).toBe(0);
    expect(io.stdout).toContain(`PROJ-12 was taken from ${runId} on cmap-x7-11579`);
    expect(await storage.scopes.renew(lock, LEASE_MS)).toBeUndefined();
    await clock.advance(2 * HOUR - 1);
    expect((await take('run-2')).kind).toBe('busy');
    // The runner has stopped long ago, so it opens at once, and the run goes on.
    expect(await release()).toBe(0);
    expect(io.stdout).toContain(`${runId} begins again`);
  });

  it('takes over from a runner that is gone: its run waits for the person', async () => {
    await aRunAtWork();
    await clock.advance(LEASE_MS + MINUTE);
    expect(await extend()).toBe(0);
    expect(await storage.scopes.find(SCOPE)).toMatchObject({
      runId: 'person',
      epoch: 2,
      expiresAt: clock.now() + 2 * HOUR,
    });
  });
});
