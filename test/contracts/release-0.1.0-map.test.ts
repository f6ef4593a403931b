import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { renderMapping } from '../../shared/domain/mapping/render-mapping.ts';
import { parseMapping } from '../../shared/domain/mapping/source/parse-mapping.ts';
import { parseRuntimeMapping } from '../../shared/domain/mapping/source/parse-runtime-mapping.ts';
import { findForeignMarker, IssueMarker } from '../../shared/domain/tasks/issue-marker.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { appendMarker, parseMarker } from '../../shared/kernel/text/marker.ts';
import { formatFooter, parseFooter } from '../../shared/services/notifications/report-footer.ts';
import type { Registry } from '../../shared/services/projects/create-registry.ts';
import { createLiveMapping } from '../../shared/services/projects/live-mapping.ts';
import { sweep } from '../../shared/services/runs/sweep.ts';
import { createManualClock } from '../doubles/manual-clock.ts';
import { createMemoryLog } from '../doubles/memory-log.ts';
import { createMemoryStorage } from '../doubles/memory-storage.ts';
import { loadEarlierCode, openEarlierStorage } from '../release-0.1.0.ts';

const code = await loadEarlierCode();
const yaml = await readFile(new URL('../fixtures/releases/0.1.0/cmap.yaml', import.meta.url), 'utf8');

/** One storage, with processes of 0.1.0 and of this version that read the map `source`. */
function createFixture(source = renderThen()) {
  const clock = createManualClock();
  const log = createMemoryLog();
  const storage = createMemoryStorage({ clock, log });
  const then = { ...openEarlierStorage(code, storage, { clock, log }), clock, log, tell: async () => {} };
  const state = { source };
  return {
    clock,
    storage,
    then,
    state,
    sweepThen: async () => code.sweep(then),
    reloadThen: async () => {
      const generation = await then.generation.raise();
      await then.appliedMaps.record({ generation, json: state.source });
    },
    startNow: (setting = 'a') =>
      createLiveMapping({
        readText: async () => state.source,
        checkCredentials: async () => [],
        createRegistry: () => ({}) as Registry, // not asked in these tests
        generation: storage.generation,
        applied: storage.appliedMaps,
        setting,
        clock,
        log,
      }),
  };
}

function renderThen(text = yaml): string {
  const parsed = code.parseMapping(text);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return JSON.stringify(code.renderMapping(parsed.bindings));
}

function renderNow(): string {
  const parsed = parseMapping(yaml);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return JSON.stringify(renderMapping(parsed.bindings));
}

describe('a map', () => {
  it('that 0.1.0 rendered means the same to this version, which has its own defaults for the rest', () => {
    const read = parseRuntimeMapping(renderThen());
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    expect(JSON.parse(JSON.stringify(renderMapping(read.bindings)))).toMatchObject(JSON.parse(renderThen()));
  });

  it('that this version rendered is refused by 0.1.0 as a whole, by the fields it does not know', () => {
    const read = code.parseRuntimeMapping(renderNow());
    if (!('problems' in read)) throw new Error('0.1.0 reads the map');
    expect([...new Set(read.problems.map(({ where }) => where))].toSorted()).toEqual(['mappings.OPS', 'mappings.PROJ']);
    expect(read.problems.map(({ message }) => message).join('\n')).toMatch(/askers|limits|commit/);
  });

  it('that binds a repository without a Jira project is refused by 0.1.0, by its key', () => {
    const parsed = parseMapping('bindings:\n  - repo: group/app\n');
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    const read = code.parseRuntimeMapping(JSON.stringify(renderMapping(parsed.bindings)));
    if (!('problems' in read)) throw new Error('0.1.0 reads the map');
    expect(read.problems).toContainEqual({
      where: 'mappings.group/app',
      message: expect.stringContaining('must be a Jira project key in capitals'),
    });
  });

  it('that this version put in force changes nothing for a runner of 0.1.0 at work', async () => {
    const { startNow, then, state, clock, storage } = createFixture();
    const runner = code.createLiveMapping({
      readText: async () => state.source,
      generation: then.generation,
      check: async () => [],
      createRegistry: () => ({}),
      applied: then.appliedMaps,
      clock,
      log: then.log,
    });
    const before = await runner.current();
    state.source = renderNow();
    await startNow().reload();
    await clock.advance(2000);
    expect(await storage.generation.get()).toBe(1);
    expect(await runner.current()).toBe(before);
  });
});

describe('the map in force', () => {
  it('is taken over from 0.1.0 and remembers so over reloads, for tickets with runs of 0.1.0', async () => {
    const { startNow, reloadThen, sweepThen } = createFixture();
    await reloadThen();
    await sweepThen();
    const live = startNow();
    expect(await live.current()).toMatchObject({ generation: 1, hasEarlierRuns: true });
    await live.reload();
    expect(await live.current()).toMatchObject({ generation: 2, hasEarlierRuns: true });
    expect(await startNow().current()).toMatchObject({ generation: 2, hasEarlierRuns: true });
    expect(await startNow('b').current()).toMatchObject({ generation: 2, hasEarlierRuns: true });
  });

  it('of a deployment of 0.1.0 that never reloaded remembers it, too', async () => {
    const { startNow, sweepThen } = createFixture();
    await sweepThen();
    expect(await startNow().current()).toMatchObject({ generation: 0, hasEarlierRuns: true });
  });

  it('of a deployment that began with this version knows of no earlier runs, before and after a sweep', async () => {
    const { startNow, storage, clock, then } = createFixture();
    expect(await startNow().current()).not.toHaveProperty('hasEarlierRuns');
    await sweep({ ...storage, clock, log: then.log, notify: async () => {} });
    await startNow().reload();
    expect(await startNow().current()).not.toHaveProperty('hasEarlierRuns');
  });

  it('is the one that 0.1.0 reloaded after a roll back, once this version is back', async () => {
    const { startNow, reloadThen, sweepThen, state } = createFixture();
    await reloadThen();
    await sweepThen();
    await startNow().reload();
    state.source = renderThen('bindings: [{ jira_project: NEW, repo: group/new }]');
    await reloadThen();
    const live = startNow();
    const { bindings, generation } = await live.current();
    expect(bindings.list.map(({ jiraProject }) => jiraProject)).toEqual(['NEW']);
    expect(generation).toBe(3);
    await live.reload();
    expect(await startNow().current()).toMatchObject({ generation: 4 });
  });

  it('stays when 0.1.0 was back for a while and reloaded nothing', async () => {
    const { startNow, reloadThen, sweepThen, state } = createFixture();
    await reloadThen();
    await sweepThen();
    state.source = renderThen('bindings: [{ jira_project: NEW, repo: group/new }]');
    await startNow().reload();
    await sweepThen();
    expect((await startNow().current()).bindings.list).toMatchObject([{ jiraProject: 'NEW' }]);
  });
});

describe('what stands in Jira and GitLab', () => {
  it('is found again by either version: hidden markers, footers, the marker of an issue', () => {
    const marker = { purpose: 'finding', scope: 'mr~7~3', run: 'run-1', sha: 'abc1234', fingerprint: 'f', answers: 5 };
    expect(parseMarker(code.appendMarker('text', marker))).toEqual(marker);
    expect(code.parseMarker(appendMarker('text', marker))).toEqual(marker);
    const footer = { purpose: 'report', runId: 'run-1', agentId: 'cmap-prod' };
    expect(parseFooter(`text\n\n${code.formatFooter(footer)}`)).toEqual(footer);
    expect(code.parseFooter(`text\n\n${formatFooter(footer)}`)).toEqual(footer);
    const claim = IssueMarker().parse({ run: 'run-1', agentId: 'other', expiresAt: 5 * MINUTE });
    expect(code.findForeignClaim(claim, 'us', 0)).toEqual(findForeignMarker(claim, 'us', 0));
  });
});
