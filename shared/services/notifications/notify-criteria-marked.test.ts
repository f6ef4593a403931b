import { describe, expect, it } from 'vitest';
import { anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { toMarkFields } from '../../domain/criteria/criteria-event.ts';
import type { JudgedCriterion } from '../../domain/criteria/judge-criteria.ts';
import type { Run } from '../../domain/runs/run.ts';
import { DAY } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { notifyCriteriaMarked } from './notify-criteria-marked.ts';
import { formatFooter } from './report-footer.ts';

const HEAD = 'a'.repeat(40);
const URL = 'https://gitlab.example/group/app/-/merge_requests/3';
const ENTRY = { kind: 'criteria-marked', issueKey: 'PROJ-12', iid: 3, url: URL, runId: 'run-2' } as const;
const TABLE = 'Done.\n\nAcceptance criteria:\n\n2 met, says the agent.';
const delivery = aRun({
  task: aCodingTask(),
  state: 'done',
  result: { what: 'merge-request', mergeRequestIid: 3, mergeRequestUrl: URL },
});
const criterion = (number: number, state: JudgedCriterion['state'], evidence = ''): JudgedCriterion => ({
  number,
  text: `Criterion ${number}`,
  state,
  evidence,
});

function createFixture({
  listed = [criterion(1, 'met'), criterion(2, 'not-met', 'No *test* shows [it](x).')],
  leftOut = 0,
  runs = [delivery],
  body = TABLE,
  key = 'PROJ-12',
  now = 0,
}: {
  listed?: JudgedCriterion[];
  leftOut?: number;
  runs?: Run[];
  body?: string | undefined;
  key?: string;
  now?: number;
} = {}) {
  const footer = formatFooter({ purpose: 'report', runId: 'run-1', agentId: 'cmap-1' });
  const comment = anIssueComment({ id: '9', author: theAgent(), body: `${body}\n\n${footer}` });
  const writes: string[] = [];
  const fields = toMarkFields({ listed, leftOut }, { issueKey: 'PROJ-12', headSha: HEAD });
  const deps = {
    jira: {
      findIssue: async () => anIssue({ key }),
      getMyself: async () => theAgent(),
      listComments: async () => [comment],
      async updateComment(_key: string, _id: string, text: string) {
        comment.body = text;
        writes.push(text);
      },
      addComment: () => Promise.reject(new Error('No comment of its own')),
    },
    ledger: {
      find: async () => ({ ...aRun({ task: aReviewTask() }), version: '1' }) as never,
      listEvents: async () => [{ runId: 'run-2', at: 0, name: 'criteria', fields }],
      listRecent: async () => runs,
    },
    agentId: 'cmap-1',
    clock: { now: () => now },
    log: silentLog,
  };
  return { notify: () => notifyCriteriaMarked(ENTRY, deps), writes, comment };
}

describe('the comment of the run that made a change', () => {
  it('begins with what the review says, apart from what the agent says of its own work', async () => {
    const { notify, writes } = createFixture();
    expect(await notify()).toBe('complete');
    expect(writes).toEqual([
      expect.stringMatching(
        /^\*\*Acceptance criteria marked by the review\*\* of \[!3\]\(.*\) at aaaaaaaa: AC1 met; AC2 not met \(No \\\*test\\\* shows \[it\\\]\(x\)\)\. What the agent says of its own work stands below\.\n\nDone\./,
      ),
    ]);
    expect(writes[0]).toContain('2 met, says the agent.');
  });

  it('is written once, and edited in place by the next review', async () => {
    const { notify, writes, comment } = createFixture();
    await notify();
    await notify();
    expect(writes).toHaveLength(1);
    const next = createFixture({
      listed: [criterion(1, 'met'), criterion(2, 'met')],
      body: comment.body.split('\n\ncmap ·')[0],
    });
    await next.notify();
    expect(next.writes).toEqual([expect.stringMatching(/aaaaaaaa: all 2 met\./)]);
    expect(next.writes[0]?.match(/marked by the review/g)).toHaveLength(1);
  });

  it('says how many the review did not look at', async () => {
    const { notify, writes } = createFixture({ listed: [criterion(1, 'met'), criterion(2, 'met')], leftOut: 5 });
    await notify();
    expect(writes).toEqual([expect.stringMatching(/aaaaaaaa: all 2 met, and 5 not looked at\. What/)]);
  });

  it('waits for the end of a run of the ticket, and not longer than a day', async () => {
    const runs = [aRun({ runId: 'run-3', task: aCodingTask() }), delivery];
    const { notify, writes } = createFixture({ runs });
    expect(await notify()).toBe('reschedule');
    expect(writes).toEqual([]);
    expect(await createFixture({ runs, now: 2 * DAY }).notify()).toBe('complete');
  });

  it.each([
    { name: 'a merge request that a person opened', runs: [] },
    {
      name: 'one of this number in another repository',
      runs: [{ ...delivery, result: { what: 'merge-request', mergeRequestIid: 3, mergeRequestUrl: 'https://other' } }],
    },
    { name: 'a ticket that was moved to another project', key: 'OPS-1' },
  ])('is left as it is for $name', async (given) => {
    const { notify, writes } = createFixture(given);
    expect(await notify()).toBe('complete');
    expect(writes).toEqual([]);
  });
});
