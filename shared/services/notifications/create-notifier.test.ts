import { expect, it } from 'vitest';

import { aNote, theAgentUser } from '../../../test/builders/gitlab.ts';
import { aReplyTask, aReviewTask } from '../../../test/builders/tasks.ts';
import type { Note } from '../../domain/ports/gitlab.ts';
import type { Run } from '../../domain/runs/run.ts';
import { silentLog } from '../../kernel/log.ts';
import { createNotifier, type NotifierDeps } from './create-notifier.ts';

/** A merge request without notes, and a notifier that writes there. */
function createFixture() {
  const notes: Note[] = [];
  const gitlab: Awaited<ReturnType<NotifierDeps['gitlabFor']>> = {
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
  };
  const notify = createNotifier({
    bindingFor: async () => undefined,
    gitlabFor: async () => gitlab,
    agentId: 'cmap',
    log: silentLog,
  });
  return { notify, notes };
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

it('says of each run that failed on a merge request that it did, once', async () => {
  const { notify, notes } = createFixture();
  for (const runId of ['run-1', 'run-1']) await notify(failed(runId, aReviewTask()));
  await notify(failed('run-2', aReplyTask()));
  expect(notes.map(({ body }) => /Run `(run-\d)`/.exec(body)?.[1])).toEqual(['run-1', 'run-2']);
});
