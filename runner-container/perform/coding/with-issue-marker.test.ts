import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { type IssueMarkerDeps, withIssueMarker } from './with-issue-marker.ts';

function createFixture(fail?: TaskError) {
  const clock = createManualClock();
  const calls: unknown[] = [];
  const jira: IssueMarkerDeps['jira'] = {
    async setProperty(_key, _property, value) {
      calls.push(value);
      if (fail) throw fail;
    },
    async deleteProperty() {
      calls.push('deleted');
      if (fail) throw fail;
    },
  };
  const deps = { jira, agentId: 'us', clock, log: silentLog };
  const hold = <T>(work: () => Promise<T>, signal = new AbortController().signal) =>
    withIssueMarker({ issueKey: 'PROJ-1', runId: 'run-1' }, deps, signal, work);
  return { clock, calls, hold };
}

describe('the marker on an issue', () => {
  it('costs two calls when the work is short', async () => {
    const { hold, calls, clock } = createFixture();
    const now = clock.now();
    expect(await hold(async () => 'worked')).toBe('worked');
    expect(calls).toEqual([{ run: 'run-1', agentId: 'us', expiresAt: now + 15 * MINUTE }, 'deleted']);
  });

  it('is renewed each five minutes and outlives the work by nothing', async () => {
    const { hold, calls, clock } = createFixture();
    const start = clock.now();
    await hold(async () => {
      for (let minutes = 0; minutes < 12; minutes += 1) await clock.advance(MINUTE);
    });
    const expiries = calls.slice(0, -1).map((marker) => ((marker as { expiresAt: number }).expiresAt - start) / MINUTE);
    expect(expiries).toEqual([15, 20, 25]);
    expect(calls.at(-1)).toBe('deleted');
  });

  it('is taken off when the work fails, and left to expire when it was aborted', async () => {
    const failed = createFixture();
    await expect(failed.hold(async () => Promise.reject(new TaskError('clone-failed')))).rejects.toMatchObject({
      code: 'clone-failed',
    });
    expect(failed.calls.at(-1)).toBe('deleted');

    const aborted = createFixture();
    const controller = new AbortController();
    await aborted.hold(async () => controller.abort(), controller.signal);
    expect(aborted.calls).not.toContain('deleted');
  });

  it('is advice: an account that may not write it works without', async () => {
    const { hold } = createFixture(new TaskError('jira-forbidden'));
    expect(await hold(async () => 'worked')).toBe('worked');
  });
});
