import { expect, it } from 'vitest';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aMergeRequest, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import type { Obstacle } from './find-obstacle.ts';
import { readTicket } from './read-ticket.ts';

const comments = [
  anIssueComment({ body: 'Round half up.' }),
  anIssueComment({ body: 'The customer is ACME.', restricted: true }),
  anIssueComment({ body: 'Build 7 is green.', author: { accountId: 'ci', displayName: 'CI', accountType: 'app' } }),
];

function read({ obstacle, ...methods }: { obstacle?: Obstacle } & Partial<Jira> = {}) {
  const asked: string[] = [];
  const jira = {
    async findIssue(key: string) {
      asked.push(key);
      return anIssue({ key, description: '## Acceptance criteria\n\n- It rounds half up\n' });
    },
    listRemoteLinks: async () => [],
    listComments: async () => comments,
    getMyself: async () => theAgent(),
    ...methods,
  };
  const deps = { jira, log: silentLog, maskWritten: createRedactor().maskWritten };
  const mergeRequest = aMergeRequest({ sourceBranch: 'agent/PROJ-7' });
  const request = { bindings: [aReviewedBinding()], mergeRequest, obstacle, deps };
  return { ticket: readTicket(request, new AbortController().signal), asked };
}

it('is the ticket of the branch, with its criteria and what people said for everyone', async () => {
  expect(await read().ticket).toMatchObject({
    text: expect.stringMatching(/^PROJ-7: Round the total\n/),
    criteria: { listed: [{ text: 'It rounds half up' }] },
    comments: [{ author: 'Leigh', body: 'Round half up.' }],
  });
});

it('is kept from who may not push, and Jira is not asked', async () => {
  const { ticket, asked } = read({ obstacle: 'no-permission' });
  expect(await ticket).toBeUndefined();
  expect(asked).toEqual([]);
});

it('is there for who may push to a branch that was deleted', async () => {
  expect(await read({ obstacle: 'branch-deleted' }).ticket).toMatchObject({ issue: { key: 'PROJ-7' } });
});

it('is there without its comments where Jira does not list them', async () => {
  const listComments = () => Promise.reject(new TaskError('jira-unavailable'));
  expect(await read({ listComments }).ticket).toMatchObject({ issue: { key: 'PROJ-7' }, comments: [] });
});
