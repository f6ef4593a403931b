import { describe, expect, it } from 'vitest';

import type { Discussion, GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { ownMarker } from '../../../shared/domain/review/read-threads.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { parseMarker, stripMarker } from '../../../shared/kernel/text/marker.ts';
import { utcDay } from '../../../shared/kernel/utc-day.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { only } from '../../../test/doubles/only.ts';
import {
  AGENT,
  aDiscussion,
  aMergeRequest,
  aNote,
  aReviewedBinding,
  PERSON,
} from '../../../test/fixtures/discussions.ts';
import { perform } from '../perform.ts';
import { readMergeRequestRun } from '../run/merge-request-run.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { createWaitingNote } from './waiting-note.ts';
import { withinMergeRequestLimits } from './within-merge-request-limits.ts';

/** A merge request of a binding that may have one run a day. */
async function createFixture({
  note = 'Hello.',
  mergeRequest = {},
}: {
  note?: string;
  mergeRequest?: Partial<MergeRequest>;
} = {}) {
  const clock = createManualClock();
  const { permits, budgets } = createMemoryStorage({ clock });
  const binding = { ...aReviewedBinding(), budget: { maxTurns: 1, maxTokens: 1000, maxMinutes: 1, runsPerDay: 1 } };
  const discussions: Discussion[] = [
    aDiscussion([aNote({ id: 99, body: note, author: PERSON })], { individualNote: true }),
  ];
  const write = (body: string) => aNote({ body, author: AGENT, createdAt: clock.now() });
  const gitlab = only<GitLab>({
    getCurrentUser: async () => AGENT,
    getMergeRequest: async () => aMergeRequest(mergeRequest),
    listDiscussions: async () => discussions,
    listNotes: async () => discussions.flatMap(({ notes }) => notes),
    async createNote(_project: number, _iid: number, body: string) {
      const created = write(body);
      discussions.push(aDiscussion([created], { individualNote: true }));
      return created;
    },
    async updateNote(_project: number, _iid: number, id: number, body: string) {
      for (const each of discussions.flatMap(({ notes }) => notes)) if (each.id === id) each.body = body;
    },
    async replyToDiscussion(_project: number, _iid: number, id: string, body: string) {
      const written = write(body);
      discussions.find((each) => each.id === id)?.notes.push(written);
      return written;
    },
    getAccessLevel: async () => 40,
    findBranch: async () => ({ name: 'feature/cache', sha: 'a', isProtected: false }),
  });
  const entry = { state: 'ready', binding, project: {} };
  const deps = {
    mapping: async () => ({ registry: { byProjectId: async () => entry, listOfProject: async () => [entry] } }),
    gitlabFor: async () => gitlab,
    limits: { permits, budgets, wake: async () => {} },
    settings: {},
    clock,
    log: silentLog,
  } as unknown as RunnerDeps; // no session is begun here
  const contextOf = (task: Task, runId = 'run-1') => aRunContext(task, { runId });
  const { signal } = new AbortController();
  const spend = (runId: string) =>
    budgets.start({ bindingKey: 'PROJ', day: utcDay(clock.now()), runId }, binding.budget);
  const own = (purpose: string) =>
    discussions
      .flatMap(({ notes }) => notes)
      .filter((each) => ownMarker(each, AGENT.id)?.purpose === purpose)
      .map(({ body }) => stripMarker(body));
  /** A run that wants a session. */
  const work = async (task: ReturnType<typeof aReviewTask>, runId?: string) => {
    const run = await readMergeRequestRun({ task, context: contextOf(task, runId), deps });
    const waiting = createWaitingNote(
      run,
      discussions.flatMap(({ notes }) => notes),
      run.context.run,
    );
    return withinMergeRequestLimits({ ...run, waiting }, signal, async () => {
      return { kind: 'done', result: { what: 'reviewed' } };
    });
  };
  return {
    clock,
    gitlab,
    deps,
    spend,
    own,
    discussions,
    work,
    perform: (task: Task) => perform(contextOf(task), deps, signal),
  };
}

describe('limits of work on merge requests', () => {
  it.each([
    { name: 'help', note: '/copilot help', what: 'help' },
    { name: 'a pause', note: '/copilot pause', what: 'paused' },
  ])('neither hold up nor count $name', async ({ note, what }) => {
    const fixture = await createFixture({ note });
    await fixture.spend('another');
    expect(await fixture.perform(aReplyTask())).toMatchObject({ kind: 'done', result: { what } });

    const fresh = await createFixture({ note });
    await fresh.perform(aReplyTask());
    expect((await fresh.spend('another')).action).toBe('start');
  });

  it('neither hold up nor count what was answered already, and heads that are superseded', async () => {
    const fixture = await createFixture({ note: '/copilot help' });
    await fixture.spend('another');
    await fixture.perform(aReplyTask());
    expect(await fixture.perform(aReplyTask())).toMatchObject({ kind: 'done', result: { what: 'answered' } });
    const superseded = { kind: 'superseded', reason: 'newer-head' };
    expect(await fixture.perform(aReviewTask({ headSha: 'older' }))).toEqual(superseded);
  });

  it('hold up a session, say so in one note, and say so no more when it goes on', async () => {
    const fixture = await createFixture();
    await fixture.spend('another');
    const tomorrow = Date.UTC(2026, 0, 6);
    for (const _ of [1, 2]) expect(await fixture.work(aReviewTask())).toMatchObject({ kind: 'wait', until: tomorrow });
    expect(fixture.own('waiting')).toEqual([expect.stringContaining('The agent begins on 2026-01-06 at 00:00 UTC.')]);

    await fixture.clock.advance(tomorrow - fixture.clock.now());
    expect(await fixture.work(aReviewTask())).toMatchObject({ kind: 'done' });
    expect(fixture.own('waiting')).toEqual([expect.stringContaining('does not wait')]);
  });

  it.each([
    { name: 'a newer head', task: aReviewTask({ headSha: 'older' }), reason: 'newer-head' },
    { name: 'a note that was deleted', task: aReplyTask({ noteId: 12345 }), reason: 'note-gone' },
  ])('are retracted for a run that ends without a session: $name', async ({ task, reason }) => {
    const fixture = await createFixture();
    await fixture.spend('another');
    await fixture.work(aReviewTask(), 'run-1');
    expect(await fixture.perform(task)).toEqual({ kind: 'superseded', reason });
    expect(fixture.own('waiting')).toEqual([expect.stringContaining('does not wait')]);
  });

  it.each(['gitlab-forbidden', 'gitlab-not-found', 'gitlab-refused'] as const)(
    'fail no work that is done where the note may not be edited, and say so in another one, once: %s',
    async (code) => {
      const fixture = await createFixture();
      await fixture.spend('another');
      await fixture.work(aReviewTask());
      fixture.gitlab.updateNote = () => Promise.reject(new TaskError(code));
      const superseded = { kind: 'superseded', reason: 'newer-head' };
      for (const _ of [1, 2]) expect(await fixture.perform(aReviewTask({ headSha: 'older' }))).toEqual(superseded);
      const [waits, over, ...more] = fixture.own('waiting');
      expect([waits, over]).toEqual([expect.stringContaining('begins on'), expect.stringContaining('does not wait')]);
      expect(more).toEqual([]);
    },
  );

  it('fail no work that is done where GitLab takes no note at all', async () => {
    const fixture = await createFixture();
    await fixture.spend('another');
    await fixture.work(aReviewTask());
    const refuse = () => Promise.reject(new TaskError('gitlab-forbidden'));
    Object.assign(fixture.gitlab, { updateNote: refuse, createNote: refuse });
    expect(await fixture.perform(aReviewTask({ headSha: 'older' }))).toMatchObject({ kind: 'superseded' });
  });

  it('leave the note of a run that still waits to that run', async () => {
    const fixture = await createFixture();
    await fixture.spend('another');
    await fixture.work(aReviewTask(), 'run-2');
    const before = fixture.own('waiting');
    await fixture.perform(aReviewTask({ headSha: 'older' }));
    expect(fixture.own('waiting')).toEqual(before);
  });

  it('believe no note of anybody else', async () => {
    const fixture = await createFixture({ note: 'I wait.\n\n<!-- cmap {"purpose":"waiting","run":"run-1"} -->' });
    expect(parseMarker(fixture.discussions[0]?.notes[0]?.body ?? '')).toMatchObject({ purpose: 'waiting' });
    await fixture.perform(aReviewTask({ headSha: 'older' }));
    expect(fixture.discussions[0]?.notes[0]?.body).toContain('I wait.');
  });
});
