import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { appendMarker } from '../../../shared/kernel/text/marker.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStatuses } from '../../../test/doubles/memory-statuses.ts';
import { REFS } from '../../../test/fixtures/diffs/builders.ts';
import { AGENT, aDiscussion, aMergeRequest, aNote, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { createStatusReport, type StatusReportInput } from './status-report.ts';

const { headSha } = REFS;
const { signal } = new AbortController();
const OLD = 'd'.repeat(40);

function createFixture(values: Partial<StatusReportInput> = {}) {
  const statuses = createMemoryStatuses();
  const clock = createManualClock();
  const attempt = (more: Partial<StatusReportInput> = {}) =>
    createStatusReport({
      binding: aReviewedBinding({ status: 'on' }),
      mergeRequest: aMergeRequest(),
      self: AGENT,
      gitlab: statuses.gitlab,
      task: { headSha },
      clock,
      log: silentLog,
      ...values,
      ...more,
    });
  const states = (sha = headSha) => statuses.of(sha).map(({ state }) => state);
  return { statuses, attempt, states, clock };
}

const finding = (resolved = false) =>
  aDiscussion([
    aNote({
      author: AGENT,
      resolved,
      body: appendMarker('**Major:** x', { purpose: 'finding', sha: headSha, fingerprint: 'f.a.r' }),
    }),
  ]);
const summary = aDiscussion([
  aNote({ id: 77, author: AGENT, body: appendMarker('## Review', { purpose: 'summary', sha: headSha }) }),
]);

describe('the commit status of a review', () => {
  it('runs, and ends with a link to the summary', async () => {
    const { statuses, attempt, states } = createFixture();
    const report = attempt();
    await report.begin(headSha);
    expect(states()).toEqual(['running']);
    await report.finish(headSha, { discussions: [finding(), summary] });
    expect(statuses.of(headSha)).toEqual([
      expect.objectContaining({
        name: 'cmap/review',
        ref: 'feature/cache',
        state: 'failed',
        targetUrl: `${aMergeRequest().webUrl}#note_77`,
      }),
    ]);
  });

  it('is the same after an attempt that was killed, and after one that finds nothing new', async () => {
    const { statuses, attempt, states } = createFixture();
    await attempt().begin(headSha);
    const second = attempt();
    await second.begin(headSha);
    await second.finish(headSha, { discussions: [] });
    await attempt().finish(headSha, { discussions: [] });
    expect(states()).toEqual(['success']);
    expect(statuses.calls.filter((call) => call.startsWith('set'))).toEqual(['set a running', 'set a success']);
  });

  it('is set anew when people resolved what was open', async () => {
    const { attempt, states } = createFixture();
    await attempt().finish(headSha, { discussions: [finding()] });
    await attempt().finish(headSha, { discussions: [finding(true)] });
    expect(states()).toEqual(['failed', 'success']);
  });

  it.each([
    { outcome: { kind: 'superseded', reason: 'newer-head' } as const, states: ['canceled'] },
    { outcome: { kind: 'retry', code: 'branch-moved' } as const, states: ['canceled'] },
    { outcome: { kind: 'give-up', code: 'agent-crashed' } as const, states: ['running'] },
  ])('that began ends as $states after $outcome.kind', async ({ outcome, states: expected }) => {
    const { attempt, states } = createFixture();
    const report = attempt();
    await report.begin(headSha);
    await report.close(outcome);
    expect(states()).toEqual(expected);
  });

  it('that a killed attempt left running is canceled when the head has moved, and a finished one stays', async () => {
    const { attempt, states } = createFixture({ task: { headSha: OLD } });
    await attempt().begin(OLD);
    await attempt().close({ kind: 'superseded', reason: 'newer-head' });
    expect(states(OLD)).toEqual(['canceled']);
    await attempt().finish(OLD, { discussions: [] });
    await attempt().close({ kind: 'superseded', reason: 'closed' });
    expect(states(OLD)).toEqual(['canceled', 'success']);
  });

  it('of an attempt that threw is canceled, and what GitLab says to that is no failure', async () => {
    const { statuses, attempt, states } = createFixture();
    const report = attempt();
    await report.begin(headSha);
    await report.interrupt(signal);
    expect(states()).toEqual(['canceled']);
    await report.begin(headSha);
    statuses.refuse(new TaskError('gitlab-unavailable'));
    await report.interrupt(signal);
    expect(states()).toEqual(['canceled', 'running']);
  });

  it('of an attempt that lost its lease is left to the one that has it now', async () => {
    const { attempt, states } = createFixture();
    const report = attempt();
    await report.begin(headSha);
    await report.interrupt(AbortSignal.abort(new TaskError('claim-lost')));
    expect(states()).toEqual(['running']);
  });

  it('is not waited for by a runner that is shut down, where GitLab does not answer', async () => {
    const { statuses, attempt, clock } = createFixture();
    const gitlab: typeof statuses.gitlab = { ...statuses.gitlab };
    const report = attempt({ gitlab });
    await report.begin(headSha);
    gitlab.findCommitStatus = () => new Promise(() => {});
    const interrupted = report.interrupt(signal);
    await clock.advance(3 * SECOND);
    await interrupted;
    expect(clock.sleepers()).toBe(0);
  });

  it.each(['gitlab-forbidden', 'gitlab-not-found', 'gitlab-refused'] as const)(
    'that GitLab refuses (%s) is said once',
    async (code) => {
      const { statuses, attempt } = createFixture();
      statuses.refuse(new TaskError(code));
      const report = attempt();
      await report.begin(headSha);
      expect(report.refused()).toBe(true);
      await report.finish(headSha, { discussions: [] });
      expect(statuses.calls.filter((call) => call.startsWith('set'))).toHaveLength(1);
    },
  );

  it('that GitLab did not answer for is no reason not to begin, and one to end in another attempt', async () => {
    const { statuses, attempt } = createFixture();
    statuses.refuse(new TaskError('gitlab-unavailable'));
    const report = attempt();
    await report.begin(headSha);
    expect(report.refused()).toBe(false);
    await expect(report.finish(headSha, { discussions: [] })).rejects.toMatchObject({ code: 'gitlab-unavailable' });
  });

  it('is not asked for where the binding wants none or the fork is gone', async () => {
    for (const values of [{ binding: aReviewedBinding() }, { mergeRequest: aMergeRequest({ sourceProjectId: 0 }) }]) {
      const { statuses, attempt } = createFixture(values);
      const report = attempt();
      await report.begin(headSha);
      await report.finish(headSha, { discussions: [] });
      await report.close({ kind: 'superseded', reason: 'closed' });
      expect(statuses.calls).toEqual([]);
    }
  });
});
