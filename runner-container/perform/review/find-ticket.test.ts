import { expect, it } from 'vitest';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { aReviewBinding } from '../../../test/builders/bindings.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { aMergeRequest, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { findTicket } from './find-ticket.ts';

const bindings = [aReviewedBinding(), { ...aReviewedBinding(), jiraProject: 'OPS' }];
const listRemoteLinks = async () => [{ title: 'Rounding', url: 'https://wiki.example/7' }];
const jira = {
  listRemoteLinks,
  findIssue: async (key: string) =>
    key.endsWith('-404') ? undefined : anIssue({ key, summary: 'Cache it', description: 'Slow.' }),
};
const { signal } = new AbortController();
const { maskWritten } = createRedactor();

it.each([
  { name: 'the first project in the branch', sourceBranch: 'agent/PROJ-7', title: 'x', key: 'PROJ-7' },
  { name: 'the other project in the branch', sourceBranch: 'agent/OPS-7', title: 'PROJ-1: x', key: 'OPS-7' },
  { name: 'the other project in the title', sourceBranch: 'feature/cache', title: 'ops-12 cache', key: 'OPS-12' },
  { name: 'a branch with underscores', sourceBranch: 'feature/PROJ-7_cache_it', title: 'x', key: 'PROJ-7' },
  { name: 'a branch with a dash before it', sourceBranch: 'bugfix-proj-7', title: 'x', key: 'PROJ-7' },
  { name: 'a version that looks like one', sourceBranch: 'x', title: 'Update to PROJ-1.2', key: undefined },
  { name: 'a project of another repository', sourceBranch: 'agent/WEB-7', title: 'XOPS-1 OPS-1b', key: undefined },
  { name: 'a ticket that is not there', sourceBranch: 'agent/OPS-404', title: 'x', key: undefined },
])('finds the ticket of $name', async ({ sourceBranch, title, key }) => {
  const mergeRequest = aMergeRequest({ sourceBranch, title });
  const found = await findTicket({ bindings, mergeRequest }, { jira, log: silentLog, maskWritten }, signal);
  expect(found?.text).toBe(key && `${key}: Cache it\n\nSlow.`);
});

it.each([
  { name: 'in the title', names: { sourceBranch: 'patch-1', title: 'Fix typo (PROJ-666)' } },
  { name: 'in the branch', names: { sourceBranch: 'agent/PROJ-666' } },
  { name: 'and the fork is gone', names: { sourceBranch: 'agent/PROJ-666', sourceProjectId: 0 } },
])('reads no ticket for a fork, whose author may be a stranger: named $name', async ({ names }) => {
  const asked: string[] = [];
  const findIssue = async (key: string) => {
    asked.push(key);
    return anIssue({ key });
  };
  const mergeRequest = aMergeRequest({ sourceProjectId: 99, ...names });
  expect(
    await findTicket(
      { bindings, mergeRequest },
      { jira: { findIssue, listRemoteLinks }, log: silentLog, maskWritten },
      signal,
    ),
  ).toBeUndefined();
  expect(asked).toEqual([]);
});

it('reads no ticket for a repository without a Jira project, also where it is one of another binding', async () => {
  const findIssue = () => Promise.reject(new Error('asked'));
  const listRemoteLinks = findIssue;
  const mergeRequest = aMergeRequest({ sourceBranch: 'agent/PROJ-7', title: 'PROJ-7: x' });
  const found = findTicket(
    { bindings: [aReviewBinding()], mergeRequest },
    { jira: { findIssue, listRemoteLinks }, log: silentLog, maskWritten },
    signal,
  );
  expect(await found).toBeUndefined();
});

it('takes nothing of an issue that was moved to another key', async () => {
  const findIssue = async () => anIssue({ key: 'SECRET-3' });
  const mergeRequest = aMergeRequest({ sourceBranch: 'agent/PROJ-7' });
  expect(
    await findTicket(
      { bindings, mergeRequest },
      { jira: { findIssue, listRemoteLinks }, log: silentLog, maskWritten },
      signal,
    ),
  ).toBeUndefined();
});

it('asks for the fields of the binding whose ticket it is, and takes the criteria from its field', async () => {
  const asked: unknown[] = [];
  const findIssue: Jira['findIssue'] = async (key, _signal, wanted) => {
    asked.push(wanted);
    const fields = [{ asked: 'Done when', name: 'Done when', text: '- It is cached' }];
    return anIssue({ key, details: { subtasks: [], links: [], components: [], fixVersions: [], fields } });
  };
  const rules = { ticketFields: ['Environment'], acceptanceCriteriaField: 'Done when' };
  const own = [aReviewedBinding(), { ...aReviewedBinding(), jiraProject: 'OPS', ...rules }];
  const mergeRequest = aMergeRequest({ sourceBranch: 'agent/OPS-7' });
  const found = await findTicket(
    { bindings: own, mergeRequest },
    { jira: { findIssue, listRemoteLinks }, log: silentLog, maskWritten },
    signal,
  );
  expect(asked).toEqual([{ fields: ['Environment', 'Done when'] }]);
  expect(found?.issue.details?.remoteLinks).toEqual([{ title: 'Rounding', url: 'https://wiki.example/7' }]);
  expect(found).toMatchObject({ ticketFields: ['Environment'], criteria: { listed: [{ text: 'It is cached' }] } });
});

it('plans the attachments that stand in the description, where the binding wants any', async () => {
  const attachments = ['shown.png', 'list.png'].map((name) => ({
    id: name,
    name,
    size: 1,
    mimeType: '',
    createdAt: 0,
  }));
  const details = { subtasks: [], links: [], components: [], fixVersions: [], fields: [], attachments };
  const findIssue = async (key: string) => anIssue({ key, description: '[attachment: shown.png\\]', details });
  const find = (rules: Binding['attachments']) =>
    findTicket(
      {
        bindings: [{ ...aReviewedBinding(), attachments: rules }],
        mergeRequest: aMergeRequest({ sourceBranch: 'agent/PROJ-7' }),
      },
      { jira: { findIssue, listRemoteLinks }, log: silentLog, maskWritten },
      signal,
    );
  expect(await find({ maxFiles: 5, maxFileKb: 5 })).toMatchObject({
    attachments: { issueKey: 'PROJ-7', plan: { wanted: [{ name: 'shown.png' }], leftOut: [] } },
  });
  expect(await find('off')).not.toHaveProperty('attachments');
});

it('goes on without the ticket when Jira does not answer', async () => {
  const findIssue = () => Promise.reject(new TaskError('jira-unavailable'));
  const mergeRequest = aMergeRequest({ sourceBranch: 'agent/PROJ-7' });
  expect(
    await findTicket(
      { bindings, mergeRequest },
      { jira: { findIssue, listRemoteLinks }, log: silentLog, maskWritten },
      signal,
    ),
  ).toBeUndefined();
});

it('masks a credential in the criteria before one is cut, and leaves the text as the agent needs it', async () => {
  const criterion = `${'y'.repeat(460)} postgres://app:Sup3rS3cretPassw0rd@db.example.com/x`;
  const description = `## Acceptance criteria\n\n- ${criterion}\n`;
  const findIssue = async (key: string) => anIssue({ key, description });
  const mergeRequest = aMergeRequest({ sourceBranch: 'agent/PROJ-7' });
  const found = await findTicket(
    { bindings, mergeRequest },
    { jira: { findIssue, listRemoteLinks }, log: silentLog, maskWritten },
    signal,
  );
  expect(found?.criteria.listed[0]?.text).not.toContain('Sup3r');
  expect(found?.text).toContain(criterion);
});
