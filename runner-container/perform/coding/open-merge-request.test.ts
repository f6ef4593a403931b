import { describe, expect, it } from 'vitest';
import { NO_CRITERIA } from '../../../shared/domain/criteria/criterion.ts';
import type { JudgedCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import type { GitLab, MergeRequest, NewMergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { aGitLabUser, aMergeRequest } from '../../../test/builders/gitlab.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import type { CodingInput } from './coding-run.ts';
import { openMergeRequest } from './open-merge-request.ts';

type Source = Parameters<typeof resolveBinding>[0]['merge_request'];

const PEOPLE: Readonly<Record<string, number>> = { ada: 11, bob: 12 };
const CONTENT = { summary: 'Rounds.', checks: ['`npm test` passed'], runId: 'run-1' };

function anInput(merge_request: Source): CodingInput {
  return {
    issue: anIssue(),
    criteria: NO_CRITERIA,
    binding: resolveBinding({ jira_project: 'PROJ', repo: 'group/app', ...(merge_request ? { merge_request } : {}) }),
    project: { projectId: 7, cloneUrl: 'https://gitlab.example.com/group/app.git', webUrl: '' },
    branch: 'agent/PROJ-12',
    resumed: false,
    ownRequest: '1',
    others: [],
  };
}

const { maskWritten } = createRedactor();
/** Shows the address of Bob, and of no other account. */
const jira = { findEmail: async (accountId: string) => (accountId === 'bob' ? 'bob@example.com' : undefined) };

/** A GitLab that knows Ada and Bob; `calls` is what it was asked, in order. */
function aGitLab({ open, lookUp }: { open?: MergeRequest; lookUp?: TaskError } = {}) {
  const calls: string[] = [];
  const created: NewMergeRequest[] = [];
  const gitlab: Pick<
    GitLab,
    | 'listMergeRequestsBySourceBranch'
    | 'getCurrentUser'
    | 'createMergeRequest'
    | 'findUserByUsername'
    | 'findUserByEmail'
  > = {
    async findUserByEmail(email) {
      calls.push(`email ${email}`);
      const id = PEOPLE[email.split('@')[0] ?? ''];
      return id === undefined ? undefined : aGitLabUser({ id });
    },
    async listMergeRequestsBySourceBranch() {
      calls.push('find');
      return open ? [open] : [];
    },
    getCurrentUser: async () => aGitLabUser({ id: 99, username: 'agent' }),
    async findUserByUsername(username) {
      calls.push(`user ${username}`);
      if (lookUp) throw lookUp;
      const id = PEOPLE[username.toLowerCase()];
      return id === undefined ? undefined : aGitLabUser({ id, username });
    },
    async createMergeRequest(_, values) {
      calls.push('create');
      created.push(values);
      return aMergeRequest();
    },
  };
  return { gitlab, calls, created };
}

describe('openMergeRequest', () => {
  it('looks up no user and sets nothing when the binding says nothing', async () => {
    const { gitlab, calls, created } = aGitLab();

    expect(
      await openMergeRequest(anInput(undefined), CONTENT, { gitlab, jira, log: silentLog, maskWritten }),
    ).toMatchObject({
      created: true,
    });
    expect(calls).toEqual(['find', 'create']);
    expect(Object.keys(created[0] ?? {})).toEqual([
      'sourceBranch',
      'targetBranch',
      'title',
      'description',
      'removeSourceBranch',
    ]);
  });

  it('gives a new one its labels, assignee and reviewers, everybody once', async () => {
    const { gitlab, created } = aGitLab();
    const rules = { labels: ['ai', 'by agent'], assignee: 'ada', reviewers: ['bob', 'ada', 'Bob'] };

    await openMergeRequest(anInput(rules), CONTENT, { gitlab, jira, log: silentLog, maskWritten });

    expect(created).toMatchObject([{ labels: ['ai', 'by agent'], assigneeIds: [11], reviewerIds: [12, 11] }]);
    expect(created[0]?.description).not.toContain('GitLab');
  });

  describe('where the agent mends what its own review finds', () => {
    const rules = { assignee: 'ada', reviewers: ['bob'] };
    const input = (own = {}) => {
      const { binding, ...rest } = anInput(rules);
      return { ...rest, binding: { ...binding, review: { ...binding.review, fixOwnFindings: true as const, ...own } } };
    };

    it('asks no reviewer yet and says whom to ask', async () => {
      const { gitlab, created } = aGitLab();
      const opened = await openMergeRequest(input(), CONTENT, { gitlab, jira, log: silentLog, maskWritten });
      expect(opened).toMatchObject({ created: true, owedReviewers: [12] });
      expect(created).toMatchObject([{ assigneeIds: [11] }]);
      expect(created[0]).not.toHaveProperty('reviewerIds');
    });

    it('says so again where an earlier attempt of the run has opened it, and not for one of another run', async () => {
      const described = (runId: string) =>
        aMergeRequest({
          iid: 5,
          description: `Text.\nWritten by an AI agent (run \`${runId}\`). A person has to review and merge it.`,
        });
      const open = async (runId: string) => {
        const { gitlab } = aGitLab({ open: described(runId) });
        return openMergeRequest(input(), CONTENT, { gitlab, jira, log: silentLog, maskWritten });
      };
      expect(await open('run-1')).toMatchObject({ created: false, owedReviewers: [12] });
      expect(await open('run-0')).not.toHaveProperty('owedReviewers');
    });

    it('asks them at once where nothing is reviewed', async () => {
      const { gitlab, created } = aGitLab();
      await openMergeRequest(input({ enabled: false }), CONTENT, { gitlab, jira, log: silentLog, maskWritten });
      expect(created).toMatchObject([{ reviewerIds: [12] }]);
    });
  });

  it('looks up no user when one is open, and leaves it as it is', async () => {
    const open = aMergeRequest({ iid: 5 });
    const { gitlab, calls } = aGitLab({ open });
    const rules = { labels: ['ai'], assignee: 'ada', reviewers: ['bob'] };

    expect(await openMergeRequest(anInput(rules), CONTENT, { gitlab, jira, log: silentLog, maskWritten })).toEqual({
      mergeRequest: open,
      created: false,
    });
    expect(calls).toEqual(['find']);
  });

  it.each([
    { name: 'a person opened to another branch', open: { targetBranch: 'release' }, created: true },
    {
      name: 'the agent opened and people sent to another branch',
      open: { targetBranch: 'release', author: aGitLabUser({ id: 99 }) },
      created: false,
    },
    { name: 'comes from a fork', open: { sourceProjectId: 8 }, created: true },
    { name: 'was closed', open: { state: 'closed' as const }, created: true },
  ])('takes one from the branch for its own or not: one that $name', async ({ open, created }) => {
    const { gitlab } = aGitLab({ open: aMergeRequest({ iid: 5, ...open }) });
    const opened = await openMergeRequest(anInput(undefined), CONTENT, { gitlab, jira, log: silentLog, maskWritten });
    expect(opened.created).toBe(created);
  });

  it('opens it without those GitLab does not know, and says so beside the checks', async () => {
    const { gitlab, created } = aGitLab();
    const log = createMemoryLog();

    await openMergeRequest(anInput({ assignee: 'eve', reviewers: ['bob', 'mallory'] }), CONTENT, {
      gitlab,
      jira,
      log,
      maskWritten,
    });

    expect(created[0]).not.toHaveProperty('assigneeIds');
    expect(created[0]?.reviewerIds).toEqual([12]);
    expect(created[0]?.description).toContain(
      [
        '- `npm test` passed',
        '- assignee `eve` is not an active GitLab user',
        '- reviewer `mallory` is not an active GitLab user',
      ].join('\n'),
    );
    const fields = { issueKey: 'PROJ-12' };
    expect(log.lines).toMatchObject([{ level: 'warn', event: 'people of the merge request not found', fields }]);
  });

  it('opens it without people when GitLab does not let us look them up', async () => {
    const { gitlab, created } = aGitLab({ lookUp: new TaskError('gitlab-forbidden') });

    await openMergeRequest(anInput({ assignee: 'ada' }), CONTENT, { gitlab, jira, log: silentLog, maskWritten });

    expect(created[0]?.description).toContain('- assignee `ada` could not be looked up in GitLab');
  });

  it('takes one for its own that was opened although the answer got lost', async () => {
    const { gitlab, created } = aGitLab();
    const opened: MergeRequest[] = [];
    const losing: typeof gitlab = {
      ...gitlab,
      listMergeRequestsBySourceBranch: async () => opened,
      async createMergeRequest(project, values) {
        await gitlab.createMergeRequest(project, values);
        opened.push(aMergeRequest({ description: values.description }));
        throw new TaskError('gitlab-unavailable');
      },
    };
    const given = { gitlab: losing, jira, log: silentLog, maskWritten };
    expect(await openMergeRequest(anInput(undefined), CONTENT, given)).toMatchObject({ created: true });
    expect(created).toHaveLength(1);
  });

  it('leaves it to the next attempt when GitLab does not answer', async () => {
    const { gitlab, calls } = aGitLab({ lookUp: new TaskError('gitlab-unavailable') });

    await expect(
      openMergeRequest(anInput({ assignee: 'ada' }), CONTENT, { gitlab, jira, log: silentLog, maskWritten }),
    ).rejects.toMatchObject({
      code: 'gitlab-unavailable',
    });
    expect(calls).toEqual(['find', 'user ada']);
  });

  it('shows no half of a credential where title, evidence or a check is cut', async () => {
    const { gitlab, created } = aGitLab();
    // Begins before each cut, which takes away the `@` that makes a password of it.
    const cutAt = (length: number) => `${'y'.repeat(length - 45)} postgres://app:Sup3rS3cretPassw0rd@db.example.com/x`;
    const criteria: JudgedCriteria = {
      listed: [{ number: 1, text: cutAt(160), state: 'met', evidence: cutAt(300) }],
      leftOut: 0,
    };
    const input = { ...anInput(undefined), issue: anIssue({ summary: cutAt(255 - 'Draft: PROJ-12: '.length) }) };

    const content = { ...CONTENT, summary: cutAt(20_000), criteria, checks: [cutAt(2000)] };
    await openMergeRequest(input, content, { gitlab, jira, log: silentLog, maskWritten });

    expect(JSON.stringify(created)).not.toContain('Sup3r');
    expect(JSON.stringify(created).match(/\[secret\]/g)?.length).toBeGreaterThan(0);
  });
});

describe('reviewers that a binding has found', () => {
  const AGENT = 99;
  async function open({
    reviewers,
    owners = [],
    reporter,
  }: {
    reviewers: NonNullable<Source>['reviewers'];
    owners?: string[];
    reporter?: string;
  }) {
    const { gitlab, calls, created } = aGitLab();
    const input = anInput(reviewers ? { reviewers } : undefined);
    const people = reporter === undefined ? {} : { reporter: { accountId: reporter, displayName: 'R' } };
    const known: Pick<GitLab, 'findUserByUsername'> = {
      findUserByUsername: async (name) =>
        name === 'agent' ? aGitLabUser({ id: AGENT }) : gitlab.findUserByUsername(name),
    };
    const content = { ...CONTENT, checks: [], conventions: { owners, remarks: [] } };
    const given = { gitlab: { ...gitlab, ...known }, jira, log: silentLog, maskWritten };
    await openMergeRequest({ ...input, issue: anIssue(people) }, content, given);
    const [values] = created;
    const remarks = values?.description.split('\n').filter((line) => line.startsWith('- ')) ?? [];
    return { reviewerIds: values?.reviewerIds, remarks, calls };
  }

  it.each([
    {
      name: 'owners by name, each once',
      owners: ['@ada', '@Bob', '@ADA'],
      reviewers: { codeowners: true },
      ids: [11, 12],
    },
    { name: 'an owner by address', owners: ['bob@example.com'], reviewers: { codeowners: true }, ids: [12] },
    {
      name: 'never the agent itself',
      owners: ['@agent', '@ada'],
      reviewers: { codeowners: true, users: ['agent'] },
      ids: [11],
    },
    { name: 'as many as are wanted', owners: ['@ada', '@bob'], reviewers: { codeowners: true, max: 1 }, ids: [11] },
    {
      name: 'those by name first',
      owners: ['@ada'],
      reviewers: { codeowners: true, users: ['bob'], max: 1 },
      ids: [12],
    },
    { name: 'the reporter', reporter: 'bob', reviewers: { jira: 'reporter' as const }, ids: [12] },
    {
      name: 'the reporter after owners',
      owners: ['@ada'],
      reporter: 'bob',
      reviewers: { codeowners: true, jira: 'reporter' as const },
      ids: [11, 12],
    },
    {
      name: 'no owners where they are not wanted',
      owners: ['@ada'],
      reporter: 'bob',
      reviewers: { jira: 'reporter' as const },
      ids: [12],
    },
  ])('are $name', async ({ ids, ...given }) => {
    expect(await open(given)).toMatchObject({ reviewerIds: ids, remarks: [] });
  });

  it('are told of once where they cannot be asked, and mention no account', async () => {
    const owners = ['@group/team', '@@maintainer', '@gone', 'x@example.com', '@ada'];
    const { reviewerIds, remarks } = await open({
      reviewers: { codeowners: true, jira: 'reporter' },
      owners,
      reporter: 'eve',
    });
    expect(reviewerIds).toEqual([11]);
    expect(remarks).toEqual([
      '- code owner `@group/team` is a group, of which no person is asked',
      '- code owner `@@maintainer` is a role, of which no person is asked',
      '- code owner `@gone` is not an active GitLab user',
      '- code owner `x@example.com` is no address that an active GitLab user shows',
      '- the reporter of the issue shows no e-mail address in Jira, and was not asked to review',
    ]);
  });

  it('are looked up no more than a few dozen times, however many owners a change has', async () => {
    const owners = Array.from({ length: 1000 }, (_, index) => `@gone${index}`);
    const { calls } = await open({ reviewers: { codeowners: true }, owners });
    expect(calls.filter((call) => call.startsWith('user')).length).toBeLessThanOrEqual(30);
  });
});
