import { describe, expect, it } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { Secret } from '../../kernel/secret.ts';
import { createGitLab } from './create-gitlab.ts';

/** A GitLab that answers every request with this status. */
function aServer(status: number) {
  const paths: string[] = [];
  const gitlab = createGitLab({
    baseUrl: 'https://gitlab.example.com',
    token: new Secret('a-token-of-a-test'),
    clock: systemClock,
    log: silentLog,
    fetch: async (input) => {
      paths.push(new URL(String(input)).pathname.replace('/api/v4/', ''));
      return new Response('{}', { status });
    },
  });
  return { gitlab, paths };
}

// Each line is a row of docs/gitlab-versions.md.
describe.each([403, 404])('a GitLab that answers %d', (status) => {
  it('to the approvals of a merge request shows no approvers', async () => {
    const { gitlab, paths } = aServer(status);
    expect(await gitlab.listApprovers(7, 3)).toEqual([]);
    expect(paths).toEqual(['projects/7/merge_requests/3/approvals']);
  });

  it('to the reviewers of a merge request shows no one who asks for changes', async () => {
    const { gitlab, paths } = aServer(status);
    expect(await gitlab.listChangeRequesters(7, 3)).toEqual([]);
    expect(paths).toEqual(['projects/7/merge_requests/3/reviewers']);
  });

  it('to the members of a project shows no access, so that a question is answered and nothing is pushed', async () => {
    const { gitlab, paths } = aServer(status);
    expect(await gitlab.getAccessLevel(7, 11)).toBe(0);
    expect(paths).toEqual(['projects/7/members/all/11']);
  });

  it('to the facts of the token itself knows no end and no scopes of it', async () => {
    const { gitlab, paths } = aServer(status);
    expect(await gitlab.findTokenInfo()).toBeUndefined();
    expect(paths).toEqual(['personal_access_tokens/self']);
  });
});

it.each([
  { status: 403, pushRules: 'refused' },
  { status: 404, pushRules: 'none' },
])('push rules at $status are $pushRules, and the rest of the project is looked at', async ({ status, pushRules }) => {
  const gitlab = createGitLab({
    baseUrl: 'https://gitlab.example.com',
    token: new Secret('a-token-of-a-test'),
    clock: systemClock,
    log: silentLog,
    fetch: async (input) =>
      String(input).endsWith('/push_rule') ? new Response('{}', { status }) : Response.json([{ iid: 3 }]),
  });
  expect(await gitlab.inspectProject(7)).toEqual({ members: 'readable', approvals: 'readable', pushRules });
});

it.each([403, 404])('a project that shows nothing of itself at %d is inspected all the same', async (status) => {
  const { gitlab, paths } = aServer(status);
  expect(await gitlab.inspectProject(7)).toMatchObject({ members: 'refused', approvals: 'no-merge-request' });
  expect(paths).toEqual(['projects/7/members/all', 'projects/7/merge_requests', 'projects/7/push_rule']);
});

it.each([
  { status: 403, code: 'gitlab-forbidden' },
  { status: 404, code: 'gitlab-not-found' },
])(
  'the merge requests of a group at $status are a failure that has its name, for the caller to ask by project',
  async ({ status, code }) => {
    const { gitlab } = aServer(status);
    const asked = gitlab.listMergeRequests({ groupPath: 'group' }, { updatedAfter: 0 });
    await expect(asked).rejects.toMatchObject({ code });
  },
);
