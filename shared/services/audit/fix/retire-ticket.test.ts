import { expect, it } from 'vitest';
import { anIssue, anIssueComment } from '../../../../test/builders/jira.ts';
import type { Jira } from '../../../domain/ports/jira.ts';
import { type ErrorCode, TaskError } from '../../../kernel/errors.ts';
import { retireTicket } from './retire-ticket.ts';

const LABEL = 'cmap-change-1';
const WANTED = { key: 'PROJ-51', keeps: 'PROJ-50', label: LABEL, versionId: '10' };

/** A Jira with the ticket that goes, which refuses one kind of call. */
function createFixture(refused?: keyof Jira, code: ErrorCode = 'jira-forbidden') {
  const labels = new Set([LABEL]);
  const done: string[] = [];
  const does = (name: keyof Jira) => {
    if (name === refused) throw new TaskError(code);
    done.push(name);
  };
  const jira: Parameters<typeof retireTicket>[1] = {
    findIssue: async (key) =>
      anIssue({ key, labels: [...labels], status: { id: '1', name: 'To Do', category: 'new' } }),
    async relabel(_key, { remove }) {
      does('relabel');
      if (remove !== undefined) labels.delete(remove);
    },
    async addComment() {
      does('addComment');
      return anIssueComment();
    },
    async listStatuses() {
      return [{ id: '4', name: 'Done', category: 'done' }];
    },
    listTransitions: async () => [{ id: '31', name: 'Close', to: { id: '4', name: 'Done' } }],
    async transition() {
      does('transition');
    },
  };
  return { done, retire: () => retireTicket(WANTED, jira) };
}

const OUT = '; PROJ-51, which was created at the same time, was taken out of the release';

it.each<{ name: string; refused?: keyof Jira; code?: ErrorCode; says: string; done: string[] }>([
  { name: 'closes it with a comment', says: `${OUT} and closed`, done: ['relabel', 'addComment', 'transition'] },
  {
    name: 'closes it where Jira refuses the comment, and says what is missing',
    refused: 'addComment',
    says: `${OUT} and closed: say in a comment that PROJ-50 stays for it`,
    done: ['relabel', 'transition'],
  },
  {
    name: 'does the same where Jira does not answer',
    refused: 'addComment',
    code: 'jira-unavailable',
    says: `${OUT} and closed: say in a comment that PROJ-50 stays for it`,
    done: ['relabel', 'transition'],
  },
  {
    name: 'leaves it open where its workflow lets this account not close it',
    refused: 'transition',
    says: `${OUT}: close it`,
    done: ['relabel', 'addComment'],
  },
])('a ticket that goes: $name', async ({ refused, code, says, done }) => {
  const fixture = createFixture(refused, code);
  expect(await fixture.retire()).toBe(says);
  expect(fixture.done).toEqual(done);
  // It has lost the label by which it was found.
  expect(await fixture.retire()).toBe('');
  expect(fixture.done).toEqual(done);
});

it('touches nothing where Jira refuses to take it out of the release', async () => {
  const { done, retire } = createFixture('relabel');
  await expect(retire()).rejects.toMatchObject({ code: 'jira-forbidden' });
  expect(done).toEqual([]);
});
