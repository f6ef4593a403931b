import { beforeEach, describe, expect, it } from 'vitest';
import { toDescribedField } from '../../../shared/domain/runs/described-event.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { admitTask } from '../../../shared/services/runs/admit-task.ts';
import { cacheProject } from '../../../test/builders/projects.ts';
import { admitCoding } from '../../../test/builders/runs.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { countRows } from '../../../test/doubles/count-rows.ts';
import { createManualClock, type ManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { type ActivityOptions, activity } from './activity.ts';

let clock: ManualClock;
let storage: MemoryStorage;
let io: ReturnType<typeof createMemoryIO>;
let stop: AbortController;
beforeEach(() => {
  clock = createManualClock();
  storage = createMemoryStorage({ clock });
  stop = new AbortController();
  io = createMemoryIO({ clock, interruption: () => stop.signal });
});

const show = (options: Partial<ActivityOptions> = {}, from: MemoryStorage = storage) =>
  activity({ follow: false, steps: false, json: false, ...options }, io, createMemoryTools({ storage: from }));
const names = () =>
  io.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(/ {2,}/)[3]);

const admit = (issueKey: string) => admitCoding(issueKey, { ...storage, clock });

async function finish(runId: string): Promise<void> {
  const running = await storage.ledger.update(await storage.ledger.get(runId), { state: 'running', attempt: 1 });
  if (running) await storage.ledger.update(running, { state: 'done', notified: true, result: { what: 'echo' } });
}

describe('activity', () => {
  it('shows the events of all runs in the order of time, without the steps of agents', async () => {
    const first = await admit('PROJ-1');
    await clock.advance(SECOND);
    const second = await admit('PROJ-2');
    await clock.advance(SECOND);
    await storage.ledger.append(
      { runId: first, at: clock.now(), name: 'cloned', fields: { branch: 'agent/PROJ-1' } },
      { runId: first, at: clock.now(), name: 'agent-step', fields: { tool: 'view' } },
    );
    await finish(second);

    expect(await show({ since: HOUR })).toBe(0);

    const at = (seconds: number) => `2026-01-05 09:00:0${seconds}Z`;
    expect(io.stdout.trimEnd().split('\n')).toEqual([
      `${at(0)}  ${first}  coding PROJ-1  planned  attempt=0`,
      `${at(0)}  ${first}  coding PROJ-1  queued  attempt=0`,
      `${at(1)}  ${second}  coding PROJ-2  planned  attempt=0`,
      `${at(1)}  ${second}  coding PROJ-2  queued  attempt=0`,
      `${at(2)}  ${second}  coding PROJ-2  running  attempt=1`,
      `${at(2)}  ${second}  coding PROJ-2  done  attempt=1`,
      `${at(2)}  ${first}  coding PROJ-1  cloned  branch=agent/PROJ-1`,
    ]);
    expect(io.stderr).toBe('(1 agent step not shown; --steps shows them)\n');
  });

  it('leaves what the next run is to read of a description to scripts', async () => {
    const runId = await admit('PROJ-1');
    const fields = { iid: 2, ...toDescribedField({ digest: 'd1g35t', rounds: [runId] }) };
    await storage.ledger.append({ runId, at: clock.now(), name: 'merge-request-open', fields });

    await show({ since: HOUR });

    const text = io.stdout;
    expect(text).toContain('merge-request-open  iid=2\n');
    expect(text).not.toContain('d1g35t');
    await show({ since: HOUR, json: true });
    expect(io.stdout.slice(text.length)).toContain('d1g35t');
  });

  it('shows the stages of a run at work, counts its steps, and shows them when asked', async () => {
    const runId = await admit('PROJ-1');
    await storage.ledger.update(await storage.ledger.get(runId), { state: 'running', attempt: 1 });
    await clock.advance(2 * HOUR);
    await storage.ledger.append(
      { runId, at: clock.now(), name: 'cloned' },
      { runId, at: clock.now(), name: 'agent-step', fields: { tool: 'view' } },
    );

    await show({ since: HOUR });
    expect(names()).toEqual(['cloned']);
    expect(io.stderr).toBe('(1 agent step not shown; --steps shows them)\n');
    await show({ since: HOUR, steps: true });
    expect(io.stdout).toContain('agent-step  tool=view');
  });

  it('shows a day without a subject, and a whole life with one', async () => {
    await finish(await admit('PROJ-1'));
    await clock.advance(DAY + 1);
    expect(await show()).toBe(0);
    expect(io.stdout).toBe('');
    expect(io.stderr).toBe('Nothing happened since 2026-01-05 09:00:00Z.\n');
    expect(await show({ subject: 'proj-1' })).toBe(0);
    expect(names()).toEqual(['planned', 'queued', 'running', 'done']);
  });

  it('finds a merge request by its scope, and says when nothing is known', async () => {
    const { runId } = await admitTask(aReviewTask(), { ...storage, clock, log: silentLog });
    expect(await show({ subject: '7!3', json: true })).toBe(0);
    expect(JSON.parse(io.stdout)).toMatchObject({
      ok: true,
      truncated: false,
      since: null,
      events: [
        { at: '2026-01-05T09:00:00.000Z', runId, kind: 'review', scope: 'mr~7~3', name: 'planned' },
        { name: 'queued' },
      ],
    });
    expect(await show({ subject: 'PROJ-99' })).toBe(1);
    expect(io.stderr).toBe('cmap: no run of PROJ-99 is known; `cmap explain PROJ-99` says why nothing happened\n');
  });

  it('names a merge request by the path of its project', async () => {
    await admitTask(aReviewTask(), { ...storage, clock, log: silentLog });
    await cacheProject(storage);

    await show({ since: HOUR });
    expect(io.stdout).toContain('  review group/app!3 at abc123  queued');
  });

  it('says that there is more than it shows', async () => {
    for (let n = 1; n <= 51; n += 1) await finish(await admit(`PROJ-${n}`));
    await show();
    expect(names()).toHaveLength(200);
    expect(io.stderr).toContain('(only the 50 runs that changed last are shown;');
  });
});

describe('what activity costs', () => {
  const count = async (options: Partial<ActivityOptions> = {}) => {
    const requests = [countRows(storage.parts.rows.runs), countRows(storage.parts.rows.runevents)];
    await show(options);
    return requests.reduce((sum, { total }) => sum + total(), 0);
  };

  it.each([0, 3, 20])(
    'is two requests and two for each run that it shows, however many there were: %i',
    async (shown) => {
      for (let n = 1; n <= 80; n += 1) await finish(await admit(`OLD-${n}`));
      await clock.advance(10 * DAY);
      for (let n = 1; n <= shown; n += 1) await finish(await admit(`PROJ-${n}`));
      expect(await count()).toBe(2 + 2 * shown);
    },
  );

  it('ends at fifty runs', async () => {
    for (let n = 1; n <= 120; n += 1) await finish(await admit(`PROJ-${n}`));
    expect(await count()).toBe(102);
  });

  it('has a run that waited for two days before it ended among the others', async () => {
    const waiting = await admit('PROJ-1');
    await clock.advance(2 * DAY);
    await finish(waiting);
    await show({ since: HOUR });
    expect(names()).toEqual(['running', 'done']);
  });
});

describe('activity --follow', () => {
  async function follow(options: Partial<ActivityOptions> = {}, from?: MemoryStorage) {
    const following = show({ follow: true, since: HOUR, ...options }, from);
    await clock.advance(0);
    return following;
  }

  it('shows each event once, also of runs that end meanwhile, until it is interrupted', async () => {
    const old = await admit('PROJ-1');
    const following = show({ follow: true, since: HOUR });
    await clock.advance(3 * SECOND);
    expect(names()).toEqual(['planned', 'queued']);
    for (let n = 2; n <= 30; n += 1) await admit(`PROJ-${n}`);
    await clock.advance(9 * SECOND);
    expect(names()).toHaveLength(60);
    await finish(old);
    await clock.advance(3 * SECOND);
    expect(names().slice(60)).toEqual(['running', 'done']);
    await clock.advance(10 * MINUTE);
    expect(names()).toHaveLength(62);
    stop.abort();
    expect(await following).toBe(0);
  });

  it('says that more happened at once than it shows', async () => {
    const following = show({ follow: true, since: HOUR });
    await clock.advance(3 * SECOND);
    for (let n = 1; n <= 101; n += 1) await admit(`PROJ-${n}`);
    await clock.advance(3 * SECOND);
    expect(names()).toHaveLength(200);
    expect(io.stderr).toBe('cmap: more happened at once than is shown; `cmap activity --since 5m` shows it\n');
    stop.abort();
    await following;
  });

  it('shows what a runner wrote late', async () => {
    const runId = await admit('PROJ-1');
    await storage.ledger.update(await storage.ledger.get(runId), { state: 'running', attempt: 1 });
    await clock.advance(MINUTE);
    await storage.ledger.append({ runId, at: clock.now(), name: 'agent-started' });
    const following = show({ follow: true, since: HOUR });
    await clock.advance(3 * SECOND);
    await storage.ledger.append({ runId, at: clock.now() - MINUTE, name: 'cloned' });
    await clock.advance(3 * SECOND);
    expect(names().at(-1)).toBe('cloned');
    stop.abort();
    await following;
  });

  it('prints one JSON document a line', async () => {
    await admit('PROJ-1');
    stop.abort();
    expect(await follow({ json: true })).toBe(0);
    expect(
      io.stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { name: string }).name),
    ).toEqual(['planned', 'queued']);
  });

  it('waits an outage out and misses nothing', async () => {
    let out = false;
    const ledger: MemoryStorage['ledger'] = {
      ...storage.ledger,
      async listOpen() {
        if (out) throw new TaskError('storage-unavailable');
        return storage.ledger.listOpen();
      },
    };
    const following = show({ follow: true, since: HOUR }, { ...storage, ledger });
    await clock.advance(3 * SECOND);
    out = true;
    await admit('PROJ-1');
    await clock.advance(9 * SECOND);
    expect(names()).toEqual([]);
    out = false;
    await clock.advance(3 * SECOND);
    expect(names()).toEqual(['planned', 'queued']);
    expect(io.stderr.match(/did not answer/g)).toHaveLength(1);
    stop.abort();
    await following;
  });

  it('reads no more than it needs: nothing of runs that are over or wait', async () => {
    for (let n = 1; n <= 20; n += 1) await finish(await admit(`PROJ-${n}`));
    await admit('PROJ-21');
    await clock.advance(10 * MINUTE);
    const working = await admit('PROJ-22');
    const read: string[] = [];
    const ledger: MemoryStorage['ledger'] = {
      ...storage.ledger,
      listEvents(run, since) {
        read.push(typeof run === 'string' ? run : run.runId);
        return storage.ledger.listEvents(run, since);
      },
    };
    const following = show({ follow: true, since: HOUR }, { ...storage, ledger });
    await clock.advance(0);
    read.length = 0;
    await clock.advance(3 * SECOND);
    expect(read).toEqual([]);
    await storage.ledger.update(await storage.ledger.get(working), { state: 'running', attempt: 1 });
    await clock.advance(6 * SECOND);
    expect(read).toEqual([working, working]);
    stop.abort();
    await following;
  });
});
