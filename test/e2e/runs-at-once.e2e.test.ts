import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { HOUR } from '../../shared/kernel/clock.ts';
import { explainSkip } from '../explain-skip.ts';
import { waitUntil } from '../wait-until.ts';
import { SHORT_LEASE } from './short-lease.ts';
import { createTriggeredIssue, reportsOn, startTwoTeamsEnvironment } from './two-teams-environment.ts';

/** Sessions that stand still at their first request to the model until they are let go. */
function createHeldSessions() {
  const held = new Map<string, () => void>();
  const free = new Set<string>();
  let keys: string[] = [];
  return {
    hold: (...added: string[]) => {
      keys = [...keys, ...added];
    },
    isHeld: (key: string) => held.has(key),
    /** All of them unless some are named. */
    letGo: (...gone: string[]) => {
      for (const key of gone.length > 0 ? gone : keys) {
        free.add(key);
        held.get(key)?.();
      }
    },
    async onModelRequest({ body }: { body: string }) {
      const key = keys.find((one) => body.includes(one));
      if (key === undefined || free.has(key)) return;
      await new Promise<void>((resolve) => held.set(key, resolve));
    },
  };
}

describe.skipIf(explainSkip('several runs in one runner', 'root-on-linux'))('a runner of three runs at once', () => {
  const sessions = createHeldSessions();
  let environment: Environment;
  /** Stands still until a test lets it look: two runners race for what comes while one of them starts. */
  const scaler = { looks: false };
  const keepLooking = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      if (scaler.looks) await environment.jobs.poll();
      await delay(300);
    }
  };
  const over = new AbortController();
  let looking: Promise<void> | undefined;

  beforeAll(async () => {
    environment = await startTwoTeamsEnvironment({
      maxRunners: 2,
      pollingIntervalMs: HOUR,
      // As the platform counts: every message, those being worked on too.
      startsForLeased: true,
      runnerEnv: { RUNNER_RUNS_AT_ONCE: '3', RUNNER_IDLE_SECONDS: '0', ...SHORT_LEASE },
      functionsEnv: { SWEEP_PATIENCE_SECONDS: '20' },
      onModelRequest: sessions.onModelRequest,
    });
    looking = keepLooking(over.signal);
  });
  // Where a test fails, its sessions keep no runner from the next one.
  afterEach(() => sessions.letGo());
  afterAll(async () => {
    over.abort();
    await looking;
    await environment?.close();
  });

  const admit = async (...projects: string[]) => {
    const keys = projects.map((project) => createTriggeredIssue(environment, project, 'edit-and-submit'));
    sessions.hold(...keys);
    await environment.fire('poll-jira');
    return keys;
  };
  const atWork = (keys: readonly string[]) =>
    waitUntil(`${keys.join(', ')} are at work`, () => keys.every(sessions.isHeld));
  const depth = async () => (await environment.storage.queue.getDepth()).count;
  /** So many looks of the scaler. */
  const look = async (times: number) => {
    for (let time = 0; time < times; time += 1) await environment.jobs.poll();
  };
  const runOf = async (key: string) => (await environment.storage.ledger.listRecent(`issue~${key}`, 1))[0];

  it('has two teams in it at the same time, and the scaler starts no other for them, and one for what waits', async () => {
    const first = await admit('PROJ');
    await look(1);
    await atWork(first);
    const others = await admit('OPS', 'PROJ');
    await atWork(others);
    await look(5);
    expect(environment.jobs.started()).toBe(1);
    expect(await depth()).toBe(1);

    const waiting = await admit('OPS');
    await look(1);
    await atWork(waiting);
    expect(environment.jobs.running()).toHaveLength(2);
    expect(await depth()).toBe(2);

    // The one that has the message ends first.
    sessions.letGo(...first);
    await waitUntil('it is over', async () => (await runOf(first[0] ?? ''))?.state === 'done');
    // Handed on before it is deleted, so that none is lost.
    await waitUntil('its message is another one', async () => (await depth()) === 2);
    await look(5);
    expect(environment.jobs.running()).toHaveLength(2);

    sessions.letGo(...others, ...waiting);
    scaler.looks = true;
    await environment.settle();
    for (const key of [...first, ...others, ...waiting]) {
      expect(await runOf(key)).toMatchObject({ state: 'done', attempt: 1, result: { what: 'merge-request' } });
      expect(reportsOn(environment, key)).toEqual([expect.stringContaining('was opened as a draft')]);
    }
    expect(await depth()).toBe(0);
  });

  it('is killed, and all of its runs are begun again and end once', async () => {
    scaler.looks = true;
    const keys = await admit('PROJ', 'OPS', 'PROJ');
    await atWork(keys);
    for (const runner of environment.jobs.running()) {
      runner.kill('SIGKILL');
      await runner.exited;
    }
    sessions.letGo(...keys);
    await environment.settle();
    for (const key of keys) {
      expect(await runOf(key)).toMatchObject({ state: 'done', attempt: 2, result: { what: 'merge-request' } });
      expect(reportsOn(environment, key)).toEqual([expect.stringContaining('was opened as a draft')]);
    }
  });

  it('is asked to stop, and gives all of its runs back, none of which counts as tried', async () => {
    scaler.looks = true;
    const keys = await admit('PROJ', 'OPS');
    await atWork(keys);
    for (const runner of environment.jobs.running()) runner.kill('SIGTERM');
    sessions.letGo(...keys);
    await environment.settle();
    for (const key of keys) expect(await runOf(key)).toMatchObject({ state: 'done', attempt: 1 });
  });
});
