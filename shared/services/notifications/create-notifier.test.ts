import { describe, expect, it } from 'vitest';

import { aBinding } from '../../../test/builders/bindings.ts';
import { aNote, theAgentUser } from '../../../test/builders/gitlab.ts';
import { anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aCodingTask, aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { createMemoryStatuses } from '../../../test/doubles/memory-statuses.ts';
import { only } from '../../../test/doubles/only.ts';
import { REFS } from '../../../test/fixtures/diffs/builders.ts';
import { aMergeRequest, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import type { Binding } from '../../domain/mapping/binding.ts';
import type { Note } from '../../domain/ports/gitlab.ts';
import type { Issue, Jira } from '../../domain/ports/jira.ts';
import type { Run } from '../../domain/runs/run.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { createNotifier, type NotifierDeps } from './create-notifier.ts';

/** A merge request without notes, and a notifier that writes there. */
function createFixture(binding?: Binding) {
  const statuses = createMemoryStatuses();
  const notes: Note[] = [];
  const inThread: string[] = [];
  const gitlab: Awaited<ReturnType<NotifierDeps['gitlabFor']>> = {
    ...statuses.gitlab,
    getMergeRequest: async () => aMergeRequest(),
    getCurrentUser: async () => theAgentUser(),
    listNotes: async () => notes,
    async createNote(_project, _iid, body) {
      const note = aNote({ id: notes.length + 1, body, author: theAgentUser() });
      notes.push(note);
      return note;
    },
    async updateNote(_project, _iid, id, body) {
      for (const note of notes) if (note.id === id) note.body = body;
    },
    replyToDiscussion(project, iid, discussionId, body) {
      inThread.push(discussionId);
      return this.createNote(project, iid, body);
    },
  };
  const notify = createNotifier({
    bindingFor: async () => undefined,
    bindingOfProject: async () => binding,
    gitlabFor: async () => gitlab,
    agentId: 'cmap',
    log: silentLog,
  });
  return { notify, notes, inThread, statuses };
}

const failed = (runId: string, task: Run['task']): Run => ({
  runId,
  task,
  state: 'failed',
  attempt: 5,
  createdAt: 1,
  updatedAt: 2,
  code: 'gitlab-unauthorized',
  notified: false,
});

/** Notifies the ticket of a failed run; resolves with what was changed of it besides. */
async function notifyOnTicket(issue: Issue, addComment: Jira['addComment']): Promise<string[]> {
  const changes: string[] = [];
  const notify = createNotifier({
    jira: {
      findIssue: async () => issue,
      getIssue: async () => issue,
      getMyself: async () => theAgent(),
      listComments: async () => [],
      addComment,
      updateComment: () => Promise.reject(new Error('there is none')),
      listTransitions: async () => [],
      transition: () => Promise.reject(new Error('no status is wanted')),
      assign: async (_key, accountId) => void changes.push(`assigned to ${accountId}`),
      deleteProperty: async (_key, name) => void changes.push(`deleted ${name}`),
      addLabel: async (_key, label) => void changes.push(`labelled ${label}`),
    },
    bindingFor: async () => aBinding({ stopped_label: 'agent-stopped' }),
    bindingOfProject: async () => undefined,
    gitlabFor: () => Promise.reject(new Error('not asked')),
    agentId: 'cmap',
    log: silentLog,
  });
  await notify(failed('run-1', aCodingTask())).catch((error: unknown) => {
    if (!(error instanceof TaskError)) throw error;
    changes.push(error.code);
  });
  return changes;
}

const IN_PROGRESS = { id: '1', name: 'In Progress', category: 'indeterminate' } as const;

it('shows on a ticket that the agent stopped also where it may not comment, and tries to comment again', async () => {
  const changes = await notifyOnTicket(anIssue({ status: IN_PROGRESS }), () =>
    Promise.reject(new TaskError('jira-forbidden')),
  );
  expect(changes).toEqual(['labelled agent-stopped', 'assigned to 712020:leigh', 'jira-forbidden']);
});

it.each([
  { name: 'of the run that ended is taken off', run: 'run-1', deleted: ['deleted cmap.claim'] },
  { name: 'of another run stays', run: 'run-2', deleted: [] },
])('the claim on a ticket $name', async ({ run, deleted }) => {
  const marker = { run, agentId: 'cmap', expiresAt: 1 };
  const changes = await notifyOnTicket(anIssue({ status: IN_PROGRESS, marker }), async (_key, body) =>
    anIssueComment({ body, author: theAgent() }),
  );
  expect(changes.filter((change) => change.startsWith('deleted'))).toEqual(deleted);
});

it('says on a ticket that was moved to another project that its run failed, and changes nothing else of it', async () => {
  const said: string[] = [];
  const changes = await notifyOnTicket(anIssue({ key: 'OTHER-5', status: IN_PROGRESS }), async (_key, markdown) => {
    said.push(markdown);
    return anIssueComment({ body: markdown, author: theAgent() });
  });
  expect(said).toMatchObject([expect.stringMatching(/The agent stopped/)]);
  expect(said[0]).not.toContain('To start it again');
  expect(changes).toEqual([]);
});

it('says of each run that failed on a merge request that it did, once', async () => {
  const { notify, notes } = createFixture();
  for (const runId of ['run-1', 'run-1']) await notify(failed(runId, aReviewTask()));
  await notify(failed('run-2', aReplyTask()));
  expect(notes.map(({ body }) => /Run `(run-\d)`/.exec(body)?.[1])).toEqual(['run-1', 'run-2']);
});

it('says of an answer that failed in the thread it was asked in, and how to ask again there', async () => {
  const { notify, notes, inThread } = createFixture();
  const task = aReplyTask();
  await notify(failed('run-1', task));
  expect(inThread).toEqual([task.discussionId]);
  expect(notes[0]?.body).toContain('\n\nTo start it again, ask once more in the thread.\n\nRun `run-1`');
});

it('says of a review that failed how to ask for another, on the merge request as a whole', async () => {
  const { notify, notes, inThread } = createFixture();
  await notify(failed('run-1', aReviewTask()));
  expect(inThread).toEqual([]);
  expect(notes[0]?.body).toContain('\n\nTo start it again, write `/copilot review` on the merge request.\n\nRun');
});

describe('the status of a review that failed for good', () => {
  const task = aReviewTask({ headSha: REFS.headSha });
  const running = { name: 'cmap/review', ref: 'feature/cache', description: 'x' };

  it.each(['running', 'canceled'] as const)('is failed where a runner left it %s', async (state) => {
    const { notify, statuses } = createFixture(aReviewedBinding({ status: 'on' }));
    await statuses.gitlab.setCommitStatus(7, REFS.headSha, { ...running, state });
    for (let times = 0; times < 2; times += 1) await notify(failed('run-1', task));
    expect(statuses.of(REFS.headSha).map((status) => status.state)).toEqual(
      state === 'running' ? ['failed'] : ['canceled', 'failed'],
    );
    expect(statuses.of(REFS.headSha).at(-1)?.description).toMatch(/^The review failed: /);
  });

  it('stays what it is where another review ended it, and nothing is asked where the binding wants none', async () => {
    const on = createFixture(aReviewedBinding({ status: 'on' }));
    await on.statuses.gitlab.setCommitStatus(7, REFS.headSha, { ...running, state: 'success' });
    await on.notify(failed('run-1', task));
    expect(on.statuses.of(REFS.headSha).map(({ state }) => state)).toEqual(['success']);

    const off = createFixture(aReviewedBinding());
    await off.notify(failed('run-1', task));
    expect(off.statuses.calls).toEqual([]);
  });

  it('that GitLab refuses does not keep the note from being the end of it', async () => {
    const { notify, notes, statuses } = createFixture(aReviewedBinding({ status: 'on' }));
    await statuses.gitlab.setCommitStatus(7, REFS.headSha, { ...running, state: 'running' });
    statuses.refuse(new TaskError('gitlab-forbidden'));
    await notify(failed('run-1', task));
    expect(notes).toHaveLength(1);
  });
});

describe('a run in shadow that failed', () => {
  const shadowed = (runId: string, task: Run['task']): Run => ({ ...failed(runId, task), facts: { mode: 'shadow' } });

  it('says nothing on a merge request, as it recorded, or as the map says of one that has not begun', async () => {
    const { notify, notes, statuses } = createFixture(aReviewedBinding({ status: 'on' }));
    await notify(shadowed('run-1', aReviewTask()));
    await notify(shadowed('run-2', aReplyTask()));
    expect([notes, statuses.calls]).toEqual([[], []]);
    const unbegun = createFixture({ ...aReviewedBinding(), mode: 'shadow' });
    await unbegun.notify(failed('run-1', aReviewTask()));
    expect(unbegun.notes).toEqual([]);
    // It was live when it worked.
    await unbegun.notify({ ...failed('run-2', aReviewTask()), facts: { baseSha: 'a'.repeat(40) } });
    expect(unbegun.notes).toHaveLength(1);
  });

  it.each([
    { mode: 'shadow' as const, comments: [expect.stringContaining('tried in shadow: nothing was pushed')] },
    { mode: 'shadow-board' as const, comments: [] },
  ])('changes nothing of its ticket and says so where $mode lets it', async ({ mode, comments }) => {
    const said: string[] = [];
    const jira = only<NonNullable<NotifierDeps['jira']>>({
      findIssue: async () => anIssue({ assignee: theAgent() }),
      getMyself: async () => theAgent(),
      listComments: async () => [],
      async addComment(_key, markdown) {
        said.push(markdown);
        return anIssueComment();
      },
    });
    const notify = createNotifier({
      jira,
      bindingFor: async () => aBinding({ stopped_label: 'ai-stopped' }),
      bindingOfProject: async () => undefined,
      gitlabFor: () => Promise.reject(new Error('GitLab is not asked')),
      agentId: 'cmap',
      log: silentLog,
    });
    await notify({ ...failed('run-1', aCodingTask()), facts: { mode } });
    expect(said).toEqual(comments);
  });
});
