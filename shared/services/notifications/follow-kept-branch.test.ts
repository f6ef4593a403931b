import { describe, expect, it } from 'vitest';
import { anIssue } from '../../../test/builders/jira.ts';
import type { KeptBranchEntry } from '../../domain/runs/outbox-entry.ts';
import { HOUR } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { followKeptBranch } from './follow-kept-branch.ts';

const ENTRY: KeptBranchEntry = {
  kind: 'kept-branch',
  issueKey: 'PROJ-1',
  projectId: 7,
  credentialRef: 'default',
  branch: 'agent/PROJ-1--refused',
  sha: 'ours',
  earlier: ['ours before'],
};

function follow({ category, sha }: { category: 'done' | 'indeterminate' | undefined; sha?: string }) {
  const deleted: string[] = [];
  let asked = 0;
  const deps = {
    jira: {
      findIssue: async () =>
        category === undefined ? undefined : anIssue({ status: { id: '1', name: 'Status', category } }),
    },
    gitlabFor: async () => ({
      async findBranch(_projectId: number, name: string) {
        asked += 1;
        return sha === undefined ? undefined : { name, sha, isProtected: false };
      },
      async deleteBranch(_projectId: number, name: string) {
        deleted.push(name);
      },
    }),
    log: silentLog,
  };
  return followKeptBranch(ENTRY, deps).then((result) => ({ result, deleted, asked }));
}

describe('the branch of refused work', () => {
  it('takes the branch away when the ticket has ended', async () => {
    expect(await follow({ category: 'done', sha: 'ours' })).toMatchObject({
      result: 'delete',
      deleted: [ENTRY.branch],
    });
  });

  it('takes it away with an earlier commit of ours, where GitLab did not take the last one', async () => {
    expect(await follow({ category: 'done', sha: 'ours before' })).toMatchObject({
      result: 'delete',
      deleted: [ENTRY.branch],
    });
  });

  it('goes with a ticket that is gone', async () => {
    expect(await follow({ category: undefined, sha: 'ours' })).toMatchObject({ deleted: [ENTRY.branch] });
  });

  it('waits for the ticket, with one request in six hours', async () => {
    expect(await follow({ category: 'indeterminate', sha: 'ours' })).toEqual({
      result: { laterMs: 6 * HOUR },
      deleted: [],
      asked: 0,
    });
  });

  it.each([{ sha: 'of a person' }, {}])('is left to people, or gone already: %j', async (found) => {
    expect(await follow({ category: 'done', ...found })).toMatchObject({ result: 'delete', deleted: [] });
  });
});
