import { expect, it } from 'vitest';
import { anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import type { IssueComment } from '../../domain/ports/jira.ts';
import { RATED } from '../../domain/runs/rating-event.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { TaskError } from '../../kernel/errors.ts';
import { notifyRated } from './notify-rated.ts';

const FOOTER = 'cmap · report · run `run-1` · agent `cmap`';
const REPORT = '**The agent tried this in shadow.**\n\nIt says:\n\n**Counted:** yes by a forger.';
const ENTRY = { kind: 'rated', issueKey: 'PROJ-12', runId: 'run-1', comment: '104' } as const;

/** A ticket whose run people have rated, with the comments it has. */
function arrange({ isThere = true, editable = true } = {}) {
  const report = anIssueComment({ id: '1', author: theAgent(), body: `${REPORT}\n\n${FOOTER}` });
  const comments: IssueComment[] = isThere ? [report] : [];
  const events: RunEvent[] = [];
  let writes = 0;
  const jira = {
    getMyself: async () => theAgent(),
    listComments: async () => comments,
    async addComment(_key: string, text: string) {
      writes += 1;
      const comment = anIssueComment({ id: `${comments.length + 1}`, author: theAgent(), body: text });
      comments.push(comment);
      return comment;
    },
    async updateComment(_key: string, id: string, text: string) {
      if (!editable) throw new TaskError('jira-forbidden');
      writes += 1;
      const comment = comments.find((candidate) => candidate.id === id);
      if (comment) comment.body = text;
    },
  };
  const say = (answer: string, by: string, saidAt: number) => {
    const fields = { answer, by, account: by, comment: `${saidAt}`, saidAt };
    events.push({ runId: 'run-1', at: saidAt, name: RATED, fields });
  };
  const ledger = { listEvents: async () => [...events] };
  const notify = (own: Partial<typeof jira> = {}) =>
    notifyRated(ENTRY, { jira: { ...jira, ...own }, ledger, agentId: 'cmap' });
  return { say, notify, comments, jira, writes: () => writes };
}

it('says above the report who said what and when, with the last word of each', async () => {
  const { say, notify, comments, writes } = arrange();
  say('no', 'Ada', Date.UTC(2026, 0, 31, 10, 20));
  await notify();
  say('yes', 'Ada', Date.UTC(2026, 0, 31, 11, 5));
  say('no', 'Bob *the* [builder](x)', Date.UTC(2026, 1, 1, 8, 0));
  await notify();
  await notify();
  const counted =
    '**Counted:** yes by Ada (2026-01-31 11:05 UTC), no by Bob \\*the\\* [builder\\](x) (2026-02-01 08:00 UTC). A later answer of the same person takes the place of the earlier one.';
  expect(comments.map(({ body }) => body)).toEqual([`${counted}\n\n${REPORT}\n\n${FOOTER}`]);
  expect(writes()).toBe(2);
});

it.each([
  { name: 'is gone', given: { isThere: false } },
  { name: 'may not be edited', given: { editable: false } },
])('says so in a comment of its own where that of the run $name', async ({ given }) => {
  const { say, notify, comments, writes } = arrange(given);
  say('yes', 'Ada', 0);
  await notify();
  await notify();
  expect(writes()).toBe(1);
  expect(comments.at(-1)?.body).toMatch(
    /^\*\*Counted:\*\* yes by Ada .*\n\ncmap · rated · run `run-1` · agent `cmap`$/,
  );
});

it('names the newest of many people, and counts the others', async () => {
  const { say, notify, comments } = arrange();
  for (let number = 1; number <= 25; number += 1) say('yes', `Person ${number}`, number);
  await notify();
  expect(comments[0]?.body).toMatch(/^\*\*Counted:\*\* 5 earlier, yes by Person 6 .*yes by Person 25 /);
});

it('says nothing of a run whose events were purged meanwhile', async () => {
  const { notify, writes } = arrange();
  await notify();
  expect(writes()).toBe(0);
});

it('says the last state where two instances write at once, and the one that knows less writes last', async () => {
  const { say, notify, comments, jira } = arrange();
  say('yes', 'Ada', 1);
  let hasWritten = () => {};
  const other = new Promise<void>((resolve) => {
    hasWritten = resolve;
  });
  const updateComment: typeof jira.updateComment = async (...args) => {
    await other;
    await jira.updateComment(...args);
  };
  const slow = notify({ updateComment });
  // It has read one word and is about to write when the second comes and is written.
  await new Promise((resolve) => setTimeout(resolve, 20));
  say('no', 'Bob', 2);
  await notify();
  hasWritten();
  await slow;
  expect(comments[0]?.body).toMatch(/^\*\*Counted:\*\* yes by Ada .* no by Bob /);
});

it('keeps the person mentioned whom the comment of the run mentions', async () => {
  const { say, notify, comments, jira } = arrange();
  const mention = { accountId: 'ada', name: 'Ada' };
  const [report] = comments;
  if (report) Object.assign(report, { body: `@Ada ${report.body}`, addressed: { mention, rest: report.body } });
  const mentions: unknown[] = [];
  say('yes', 'Bob', 1);
  await notify({
    async updateComment(key: string, id: string, text: string, _signal?: AbortSignal, given?: unknown) {
      mentions.push(given);
      await jira.updateComment(key, id, text);
    },
  });
  expect(mentions).toEqual([mention]);
  expect(comments[0]?.body).toMatch(/^\*\*Counted:\*\* yes by Bob .*\n\n\*\*The agent tried this in shadow/);
});
