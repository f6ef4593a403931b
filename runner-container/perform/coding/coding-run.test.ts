import { expect, it } from 'vitest';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { BindingSource } from '../../../shared/domain/mapping/source/mapping-source.ts';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { anIssue, anIssueComment } from '../../../test/builders/jira.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { only } from '../../../test/doubles/only.ts';
import { type ActiveCoding, readCodingRun } from './coding-run.ts';

const STATUSES = {
  work: { id: '2', name: 'In Progress', category: 'indeterminate' },
  elsewhere: { id: '3', name: 'To Do', category: 'new' },
} as const;

interface Given {
  issue: Issue;
  attempt?: number;
  id?: string;
  image?: string;
  statuses?: BindingSource['statuses'];
}

function read({ issue, attempt = 1, id, image, statuses }: Given) {
  const task = aCodingTask(id === undefined ? {} : { id });
  const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app', image, statuses });
  const entry = { state: 'ready', binding, project: {} };
  const deps = {
    mapping: async () => ({ registry: { byJira: async () => entry }, bindings: createBindings([binding]) }),
    jira: only<Jira>({
      getIssue: async () => issue,
      getMyself: async () => ({ accountId: 'cmap', displayName: 'cmap' }),
      listComments: async () => [anIssueComment({ id: '10400', createdAt: 1000 })],
    }),
    images: { all: { names: ['python'] } },
    listEarlierRuns: async () => [],
    maskWritten: createRedactor().maskWritten,
  } as unknown as ActiveCoding['deps']; // what else is called fails
  const context = aRunContext(task, { attempt, createdAt: 100, updatedAt: 100 });
  return readCodingRun({ task, context, deps }, new AbortController().signal);
}

it('notes the labels of the ticket for its record', async () => {
  const coding = await read({ issue: anIssue({ labels: ['urgent', 'ui'] }) });
  expect(typeof coding === 'string' ? coding : coding.context.listFacts()).toEqual({ labels: ['urgent', 'ui'] });
});

it('goes on the branch of the issue', async () => {
  expect(await read({ issue: anIssue() })).toMatchObject({ branch: 'agent/PROJ-12', resumed: false });
  expect(await read({ issue: anIssue({ status: STATUSES.work }), attempt: 2 })).toMatchObject({ resumed: true });
});

it('is left to the runners of the image its binding names', async () => {
  await expect(read({ issue: anIssue(), image: 'python' })).rejects.toMatchObject({ image: 'python' });
});

it('masks a credential in the criteria before one is cut, and leaves the issue as the agent needs it', async () => {
  const criterion = `${'y'.repeat(460)} postgres://app:Sup3rS3cretPassw0rd@db.example.com/x`;
  const issue = anIssue({ description: `## Acceptance criteria\n\n- ${criterion}\n` });
  const coding = await read({ issue });
  expect(coding).toMatchObject({ issue, criteria: { listed: [{ text: expect.not.stringContaining('Sup3r') }] } });
});

it('has nothing to do for an issue that left its trigger before, or the work between two attempts', async () => {
  expect(await read({ issue: anIssue({ status: STATUSES.work }) })).toBe('issue-moved-on');
  expect(await read({ issue: anIssue({ status: STATUSES.elsewhere }), attempt: 2 })).toBe('issue-moved-on');
});

it('goes on with an issue that it moved by a transition to a status of another name, and not after a person', async () => {
  const aMoveBy = (accountId: string) =>
    anIssue({
      status: { ...STATUSES.work, name: 'Doing' },
      changes: [
        { id: '9', field: 'status', by: { accountId, displayName: 'x' }, toId: '2', from: 'AI Ready', to: 'Doing' },
      ],
    });
  expect(await read({ issue: aMoveBy('cmap'), attempt: 2 })).toMatchObject({ resumed: true });
  expect(await read({ issue: aMoveBy('ada'), attempt: 2 })).toBe('issue-moved-on');
});

it('goes on with an issue that an attempt of it has given back and did not live to say so', async () => {
  const statuses = { needs_answer: 'Asked', stopped: 'Stopped' };
  const givenBack = (name: string, accountId: string) =>
    anIssue({
      status: { id: '4', name, category: 'new' },
      changes: [
        { id: '9', field: 'status', by: { accountId, displayName: 'x' }, toId: '4', from: 'In Progress', to: name },
      ],
    });
  for (const name of ['asked', 'Stopped']) {
    expect(await read({ issue: givenBack(name, 'cmap'), attempt: 2, statuses })).toMatchObject({ resumed: true });
    expect(await read({ issue: givenBack(name, 'ada'), attempt: 2, statuses })).toBe('issue-moved-on');
    expect(await read({ issue: givenBack(name, 'cmap'), statuses })).toBe('issue-moved-on');
  }
});

it.each([
  { name: 'which came before', movedAt: 2000, expected: 'issue-moved-on' },
  { name: 'which came after', movedAt: 500, expected: { resumed: false } },
])(
  'works on an issue that a person put elsewhere only for a comment $name: $expected',
  async ({ movedAt, expected }) => {
    const by = { accountId: 'ada', displayName: 'Ada' };
    const move = { id: '9', field: 'status', by, toId: '3', from: 'In Progress', to: 'To Do', at: movedAt } as const;
    const issue = anIssue({ status: STATUSES.elsewhere, changes: [move] });
    const result = await read({ issue, id: 'coding~PROJ-12~c10400' });
    if (typeof expected === 'string') expect(result).toBe(expected);
    else expect(result).toMatchObject(expected);
  },
);

it.each([
  { name: 'in its trigger', attempt: 1 },
  { name: 'on a later attempt', attempt: 2 },
  { name: 'when a comment asked for it', attempt: 1, id: 'coding~PROJ-12~c10400' },
])(
  'does not work in the repository of the project an issue was moved away from: $name',
  async ({ attempt, ...task }) => {
    // Jira answers for the old key as well.
    expect(await read({ issue: anIssue({ key: 'OPS-9' }), attempt, ...task })).toBe('issue-in-other-project');
  },
);
