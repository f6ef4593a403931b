import { describe, expect, it } from 'vitest';

import { resolveBinding } from '../../shared/domain/mapping/source/resolve-binding.ts';
import { HOUR } from '../../shared/kernel/clock.ts';
import { CANARY, type CreateFixture } from './storage-fixture.ts';

/** What scopes and the little ports keep on any storage. */
export function describeSmallState(createFixture: CreateFixture): void {
  describe('scopes', () => {
    const wanted = { scope: 'issue~PROJ-1', runId: 'run-1', holder: 'a', leaseMs: 1000 };

    it('are taken by one of many', async () => {
      const { scopes } = await createFixture();
      const takes = await Promise.all(
        Array.from({ length: 8 }, (_, n) => scopes.take({ ...wanted, runId: `run-${n}`, holder: `h${n}` })),
      );
      expect(takes.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
    });

    it('are busy until released by their holder', async () => {
      const { scopes, clock } = await createFixture();
      const first = await takeOrFail(scopes, wanted);
      expect(await scopes.take({ ...wanted, runId: 'run-2', holder: 'b' })).toEqual({
        kind: 'busy',
        runId: 'run-1',
        holder: 'a',
        expiresAt: clock.now() + 1000,
      });
      expect(await scopes.release({ ...first, holder: 'b', version: 'W/"x"' })).toEqual([]);
      expect(await scopes.find(wanted.scope)).toBeDefined();
      await scopes.release(first);
      expect(await scopes.find(wanted.scope)).toBeUndefined();
      expect((await takeOrFail(scopes, { ...wanted, holder: 'b' })).epoch).toBe(1);
    });

    it('are taken over after their end, with a higher epoch, and the first holder can do nothing more', async () => {
      const { scopes, clock } = await createFixture();
      const first = await takeOrFail(scopes, wanted);
      await clock.advance(1000);
      const second = await takeOrFail(scopes, { ...wanted, runId: 'run-2', holder: 'b' });
      expect(second.epoch).toBe(2);
      expect(await scopes.renew(first, 1000)).toBeUndefined();
      expect(await scopes.release(first)).toEqual([]);
      expect(await scopes.find(wanted.scope)).toEqual(second);
    });

    it('last as long as they are renewed', async () => {
      const { scopes, clock } = await createFixture();
      let lock = await takeOrFail(scopes, wanted);
      for (let renewal = 0; renewal < 3; renewal += 1) {
        await clock.advance(800);
        const renewed = await scopes.renew(lock, 1000);
        if (!renewed) throw new Error('not renewed');
        lock = renewed;
      }
      expect((await scopes.take({ ...wanted, runId: 'run-2', holder: 'b' })).kind).toBe('busy');
      expect(lock.epoch).toBe(1);
    });

    it('are the same lock when the same holder takes them again', async () => {
      const { scopes } = await createFixture();
      expect(await scopes.take(wanted)).toEqual(await scopes.take(wanted));
    });

    it('name who waited, at any time it was reported', async () => {
      const { scopes, clock } = await createFixture();
      expect(await scopes.waitFor(wanted.scope, 'run-2')).toBe(false);
      const first = await takeOrFail(scopes, wanted);
      expect(await scopes.waitFor(wanted.scope, 'run-2')).toBe(true);
      expect(await scopes.waitFor(wanted.scope, 'run-2')).toBe(true);
      const renewed = await scopes.renew(first, 1000);
      expect(await scopes.waitFor(wanted.scope, 'run-3')).toBe(true);
      expect(renewed && (await scopes.release(renewed))).toEqual(['run-2', 'run-3']);

      await takeOrFail(scopes, wanted);
      await scopes.waitFor(wanted.scope, 'run-4');
      await clock.advance(1000);
      expect(await scopes.waitFor(wanted.scope, 'run-5')).toBe(false);
      // The next holder inherits who waited for a runner that vanished.
      expect(await scopes.release(await takeOrFail(scopes, { ...wanted, holder: 'b' }))).toEqual(['run-4']);
    });

    it('can be listed', async () => {
      const { scopes } = await createFixture();
      await takeOrFail(scopes, wanted);
      await takeOrFail(scopes, { ...wanted, scope: 'mr~7~3' });
      expect((await scopes.list()).map(({ scope }) => scope)).toEqual(['issue~PROJ-1', 'mr~7~3']);
    });
  });

  describe('scopes that an operator seizes', () => {
    const wanted = { scope: 'issue~PROJ-1', runId: 'run-1', holder: 'a', leaseMs: 1000 };

    it('are lost to their holder and closed to every other holder until they would have ended', async () => {
      const { scopes, clock } = await createFixture();
      const first = await takeOrFail(scopes, wanted);
      await scopes.waitFor(wanted.scope, 'run-2');
      const read = await scopes.find(wanted.scope);
      const seized = read && (await scopes.seize(read, 'person/1'));
      expect(seized).toMatchObject({
        runId: 'run-1',
        holder: 'person/1',
        expiresAt: first.expiresAt,
        waiting: ['run-2'],
      });
      expect(seized?.runnerUntil).toBe(first.expiresAt);
      expect(await scopes.find(wanted.scope)).toEqual(seized);
      expect(await scopes.renew(first, 1000)).toBeUndefined();
      expect(await scopes.release(first)).toEqual([]);
      await clock.advance(999);
      expect((await scopes.take({ ...wanted, runId: 'run-2', holder: 'b' })).kind).toBe('busy');
      await clock.advance(1);
      const next = await takeOrFail(scopes, { ...wanted, runId: 'run-2', holder: 'b' });
      expect(next).toMatchObject({ epoch: 2, waiting: ['run-2'] });
      expect(next.runnerUntil).toBeUndefined();
    });

    it('may stay closed for longer, and remember when the runner was gone', async () => {
      const { scopes, clock } = await createFixture();
      const first = await takeOrFail(scopes, wanted);
      const seized = await scopes.seize(first, 'person/1', clock.now() + 5000);
      if (!seized) throw new Error('not seized');
      expect(seized.expiresAt).toBe(clock.now() + 5000);
      await clock.advance(2000);
      const longer = await scopes.renew(seized, 9000);
      expect(longer).toMatchObject({ expiresAt: clock.now() + 9000, runnerUntil: first.expiresAt });
      expect(longer && (await scopes.release(longer))).toEqual([]);
      expect(await scopes.find(wanted.scope)).toBeUndefined();
    });

    it('stay with a holder who renewed or released them meanwhile', async () => {
      const { scopes } = await createFixture();
      const first = await takeOrFail(scopes, wanted);
      const renewed = await scopes.renew(first, 2000);
      expect(await scopes.seize(first, 'person/1')).toBeUndefined();
      expect(await scopes.find(wanted.scope)).toEqual(renewed);
      if (renewed) await scopes.release(renewed);
      expect(await scopes.seize(first, 'person/1')).toBeUndefined();
      expect(await scopes.find(wanted.scope)).toBeUndefined();
    });
  });

  describe('little ports', () => {
    it('watermarks move by compare-and-set, each under its own name', async () => {
      const { watermarks } = await createFixture();
      expect(await watermarks.find('jira/PROJ?#')).toBeUndefined();
      expect(await Promise.all([1, 2, 3].map((n) => watermarks.advance('jira/PROJ?#', `${n}`, undefined)))).toEqual(
        expect.arrayContaining([true, false, false]),
      );
      const found = await watermarks.find('jira/PROJ?#');
      expect(await watermarks.advance('jira/PROJ?#', 'next', found)).toBe(true);
      expect(await watermarks.advance('jira/PROJ?#', 'late', found)).toBe(false);
      expect((await watermarks.find('jira/PROJ?#'))?.value).toBe('next');
      expect(await watermarks.find('other')).toBeUndefined();
    });

    it('the project cache remembers by any name', async () => {
      const { projects } = await createFixture();
      const project = {
        projectId: 7,
        cloneUrl: 'https://gitlab.test/g/a.git',
        webUrl: 'https://gitlab.test/g/a',
        resolvedAt: 5,
      };
      expect(await projects.find('default\ngroup/ä app')).toBeUndefined();
      await projects.put('default\ngroup/ä app', project);
      const known = { ...project, path: 'g/a', defaultBranch: 'main' };
      await projects.put('default\ngroup/ä app', known);
      expect(await projects.find('default\ngroup/ä app')).toEqual(known);
    });

    it('what GitLab said of a credential is remembered by any name', async () => {
      const { accounts } = await createFixture();
      const key = 'https://gitlab.test|default';
      expect(await accounts.find(key)).toBeUndefined();
      const user = { value: { id: 99, username: 'cmap', name: 'cmap', bot: true }, at: 5 };
      await accounts.put(key, { digest: 'd', user, token: { value: undefined, at: 6 } });
      expect(await accounts.find(key)).toEqual({ digest: 'd', user, token: { value: undefined, at: 6 } });
      const token = { value: { name: 't', expiresAt: '2026-01-31', scopes: ['api'] }, at: 7 };
      await accounts.put(key, { digest: 'e', token });
      expect(await accounts.find(key)).toEqual({ digest: 'e', token });
    });

    it('the generation only grows, also when raised at once', async () => {
      const { generation } = await createFixture();
      expect(await generation.get()).toBe(0);
      const raised = await Promise.all([generation.raise(), generation.raise(), generation.raise()]);
      expect(raised.sort()).toEqual([1, 2, 3]);
      expect(await generation.get()).toBe(3);
    });

    describe('the map in force', () => {
      const version = { generation: 1, appliedAt: 5, setting: 'a' };

      it('is what was recorded last, of any length, and never an older one', async () => {
        const { appliedMaps } = await createFixture();
        expect(await appliedMaps.find()).toBeUndefined();
        // Pairs of UTF-16 units at every possible place of a cut.
        const long = `${'x'.repeat(29_999)}${'😀'.repeat(40_000)}`;
        for (const [at, json] of ['{}', long, '{"b":1}'].entries()) {
          const generation = at + 1;
          await appliedMaps.record({ ...version, generation, json });
          expect(await appliedMaps.find()).toEqual({ ...version, generation, json });
        }
        await appliedMaps.record({ ...version, generation: 2, json: 'older' });
        expect(await appliedMaps.findVersion()).toEqual({ ...version, generation: 3 });
      });

      it('of many recorded at once is whole and the newest', async () => {
        const { appliedMaps } = await createFixture();
        const generations = Array.from({ length: 6 }, (_, at) => at + 1);
        await Promise.all(
          generations.map((generation) =>
            appliedMaps.record({ ...version, generation, json: String(generation).repeat(70_000) }),
          ),
        );
        expect(await appliedMaps.find()).toEqual({ ...version, generation: 6, json: '6'.repeat(70_000) });
      });

      it('gets other settings without another generation', async () => {
        const { appliedMaps } = await createFixture();
        await appliedMaps.record({ ...version, json: '{}' });
        await appliedMaps.recordSetting(1, 'b');
        await appliedMaps.recordSetting(7, 'c');
        expect(await appliedMaps.find()).toEqual({ ...version, setting: 'b', json: '{}' });
      });

      it('is kept as each release has understood it, for that release, until another map is in force', async () => {
        const { appliedMaps } = await createFixture();
        const bindings = [resolveBinding({ jira_project: 'PROJ', repo: 'group/app', validate: 'x'.repeat(70_000) })];
        expect(await appliedMaps.findChecked('rules')).toBeUndefined();
        await appliedMaps.recordChecked('rules', { generation: 1, bindings });
        expect(await appliedMaps.findChecked('rules')).toBeUndefined();
        await appliedMaps.record({ ...version, json: '{}' });
        await appliedMaps.recordChecked('rules', { generation: 1, bindings });
        expect(await appliedMaps.findChecked('rules')).toEqual({ ...version, bindings });
        expect(await appliedMaps.findChecked('other')).toBeUndefined();
        await appliedMaps.recordChecked('rules', { generation: 1, bindings: [], source: 's' });
        expect(await appliedMaps.findChecked('rules')).toEqual({ ...version, bindings: [], source: 's' });
        await appliedMaps.record({ ...version, generation: 2, json: '{"b":1}' });
        await appliedMaps.recordChecked('rules', { generation: 1, bindings });
        expect(await appliedMaps.findChecked('rules')).toBeUndefined();
      });

      it('keeps why a source was refused, without secrets, until one can be used', async () => {
        const { appliedMaps } = await createFixture();
        await appliedMaps.recordRefusal({ at: 9, problems: [{ where: 'mappings.PROJ', message: `is ${CANARY}` }] });
        expect(await appliedMaps.findRefusal()).toEqual({
          at: 9,
          problems: [{ where: 'mappings.PROJ', message: 'is [secret]' }],
        });
        await appliedMaps.recordRefusal(undefined);
        expect(await appliedMaps.findRefusal()).toBeUndefined();
        await appliedMaps.recordRefusal(undefined);
      });
    });

    it('poller states survive', async () => {
      const { pollers } = await createFixture();
      expect(await pollers.get('jira')).toEqual({ failures: 0 });
      const state = { failures: 2, lastSuccessAt: 5, nextAllowedAt: 9, code: 'jira-unavailable' };
      await pollers.put('jira', state);
      expect(await pollers.get('jira')).toEqual(state);
      expect(await pollers.list()).toEqual(new Map([['jira', state]]));
    });

    it('the skip log keeps one row per subject and reason, newest first, and forgets old ones', async () => {
      const { skipLog, clock } = await createFixture();
      await skipLog.record('issue~PROJ-1', 'not-triggered');
      await clock.advance(HOUR / 2);
      await skipLog.record('issue~PROJ-1', 'blocked', `waits for PROJ-2 ${CANARY}`);
      await skipLog.record('issue~PROJ-1', 'not-triggered');
      await skipLog.record('issue~PROJ-12', 'draft');
      const now = clock.now();
      expect(await skipLog.list('issue~PROJ-1')).toEqual([
        { subject: 'issue~PROJ-1', reason: 'blocked', detail: 'waits for PROJ-2 [secret]', at: now },
        { subject: 'issue~PROJ-1', reason: 'not-triggered', at: now - HOUR / 2 },
      ]);
      await clock.advance(HOUR);
      await skipLog.record('issue~PROJ-1', 'not-triggered');
      expect((await skipLog.list('issue~PROJ-1')).map(({ reason }) => reason)).toEqual(['not-triggered', 'blocked']);
      expect(await skipLog.purge(clock.now(), 10)).toEqual({ purged: 2, more: false });
      expect(await skipLog.list('issue~PROJ-12')).toEqual([]);
      expect(await skipLog.list('issue~PROJ-1')).toHaveLength(1);
    });

    it('the skip log lists a period, newest first, page by page, without what is older', async () => {
      const { skipLog, clock } = await createFixture();
      const begin = clock.now();
      for (const hour of [0, 1, 2, 3]) {
        await skipLog.record(`issue~PROJ-${hour}`, 'draft');
        await skipLog.record(`mr~7~${hour}`, 'draft');
        await clock.advance(5 * HOUR);
      }
      // Written again, so that it stands in a later step only.
      await skipLog.record('issue~PROJ-0', 'draft');
      const period = { since: begin, before: clock.now() + 1 };
      const subjects = async (more: object) => {
        const { entries, ...page } = await skipLog.listSince({ ...period, limit: 100, ...more });
        return { subjects: entries.map(({ subject }) => subject), ...page };
      };
      const ofProject = { fits: ({ subject }: { subject: string }) => subject.startsWith('issue~') };
      expect(await subjects(ofProject)).toEqual({
        subjects: ['issue~PROJ-0', 'issue~PROJ-3', 'issue~PROJ-2', 'issue~PROJ-1'],
      });
      expect(await subjects({ ...ofProject, since: begin + 6 * HOUR, before: begin + 16 * HOUR })).toEqual({
        subjects: ['issue~PROJ-3', 'issue~PROJ-2'],
      });
      const first = await subjects({ limit: 2 });
      // Both of one moment.
      expect(first).toEqual({
        subjects: ['issue~PROJ-0', expect.stringMatching(/3$/), expect.stringMatching(/3$/)],
        olderThan: begin + 15 * HOUR,
      });
      const second = await subjects({ before: first.olderThan });
      expect(second.subjects).toHaveLength(5);
      expect(second.subjects.at(-1)).toBe('mr~7~0');
    });

    it('artefacts are written once, redacted, and found again', async () => {
      const { artefacts } = await createFixture();
      const path = 'transcripts/run-1/1.jsonl';
      expect(await artefacts.find(path)).toBeUndefined();
      expect(await artefacts.create(path, `ä 💡 ${CANARY}`)).toBe(true);
      expect(await artefacts.create(path, 'second')).toBe(false);
      expect(await artefacts.find(path)).toBe('ä 💡 [secret]');
      await artefacts.create('transcripts/run-2/1.jsonl', '');
      expect(await artefacts.list('transcripts/run-1/')).toEqual([path]);
      expect(await artefacts.find('transcripts/run-2/1.jsonl')).toBe('');
    });
  });
}

async function takeOrFail(
  scopes: Awaited<ReturnType<CreateFixture>>['scopes'],
  wanted: Parameters<typeof scopes.take>[0],
) {
  const taken = await scopes.take(wanted);
  if (taken.kind !== 'taken') throw new Error('The scope is busy');
  return taken.lock;
}
