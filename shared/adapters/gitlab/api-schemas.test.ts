import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { specsFolder } from '../../../test/specs/specs-folder.ts';
import {
  ActiveUsersResponse,
  ApprovalsResponse,
  BranchResponse,
  DiscussionResponse,
  MergeRequestResponse,
  NoteResponse,
  parseList,
  parseResponse,
  TokenResponse,
  UserResponse,
} from './api-schemas.ts';

const user = { id: 1, username: 'ada', name: 'Ada', brand_new_field: {} };

describe('a user', () => {
  it.each([
    ['ada', undefined, false],
    ['ada', true, true],
    ['project_7_bot', undefined, true],
    ['project_7_bot_3cca1d029554e372cf8f39df76bf507d', undefined, true],
    ['group_67740146_bot_7c548ecafb02767811ea1226de16525a', undefined, true],
    ['service_account_group_12_0123456789abcdef0123456789abcdef', undefined, true],
    ['project_7_bottle_maker', false, false],
    ['project_7_bottle_maker', undefined, false],
    ['robot', undefined, false],
  ])('called %s with bot=%s is a bot: %s', (username, bot, expected) => {
    expect(UserResponse.parse({ ...user, username, bot }).bot).toBe(expected);
  });
});

describe('a list of users', () => {
  it('leaves out who cannot work any more', () => {
    const states = ['active', 'blocked', 'deactivated', 'banned', undefined];
    const list = states.map((state, id) => ({ id, username: `u${id}`, name: 'U', state }));

    expect(ActiveUsersResponse.parse(list)).toEqual([
      { id: 0, username: 'u0', name: 'U', bot: false },
      { id: 4, username: 'u4', name: 'U', bot: false },
    ]);
  });
});

describe('a merge request', () => {
  const answer = {
    project_id: 7,
    iid: 3,
    title: 'Draft: x',
    description: null,
    state: 'opened',
    author: user,
    source_branch: 'f',
    target_branch: 'main',
    source_project_id: null,
    target_project_id: 7,
    sha: null,
    diff_refs: null,
    labels: [],
    created_at: '2025-01-06T10:00:00.000+01:00',
    updated_at: '2025-01-06T09:00:00Z',
    web_url: 'https://gitlab.example.com/x',
  };

  it('is read with everything that may be missing missing', () => {
    expect(MergeRequestResponse.parse(answer)).toEqual({
      projectId: 7,
      iid: 3,
      title: 'Draft: x',
      description: '',
      state: 'opened',
      draft: true,
      author: { id: 1, username: 'ada', name: 'Ada', bot: false },
      sourceBranch: 'f',
      targetBranch: 'main',
      sourceProjectId: 0,
      targetProjectId: 7,
      headSha: '',
      labels: [],
      reviewers: [],
      createdAt: Date.UTC(2025, 0, 6, 9),
      updatedAt: Date.UTC(2025, 0, 6, 9),
      webUrl: 'https://gitlab.example.com/x',
    });
  });

  it.each([
    { name: 'a number in quotes', change: { iid: '3' }, field: 'iid' },
    { name: 'another state', change: { state: 'frozen' }, field: 'state' },
    { name: 'no time', change: { updated_at: 'yesterday' }, field: 'updated_at' },
  ])('with $name is not an answer of GitLab', ({ change, field }) => {
    expect(() => parseResponse(MergeRequestResponse, { ...answer, ...change }, 'a merge request')).toThrow(
      `gitlab-unavailable: the answer for a merge request is not GitLab's (${field})`,
    );
  });
});

describe('what only informs may be absent or null', () => {
  const note = { id: 5 };
  const mergeRequest = {
    project_id: 7,
    iid: 3,
    title: 'x',
    state: 'opened',
    source_branch: 'f',
    target_branch: 'main',
    target_project_id: 7,
    updated_at: '2025-01-06T09:00:00Z',
  };

  it.each([{ author: undefined }, { author: null }, { author: { id: 1 } }])('in a note: $author', (change) => {
    const read = NoteResponse.parse({ ...note, ...change, body: null, position: { new_path: 7 } });
    expect(read).toMatchObject({ id: 5, body: '', author: { id: 0 }, system: false, resolvable: false });
    expect(read.position).toBeUndefined();
  });

  it('in a position without SHAs', () => {
    expect(NoteResponse.parse({ ...note, position: { new_path: 'a.ts', new_line: 3 } }).position).toMatchObject({
      headSha: '',
      newPath: 'a.ts',
      newLine: 3,
    });
  });

  it('in a merge request', () => {
    const odd = { ...mergeRequest, author: null, labels: [null, 'a'], reviewers: [null], merged_by: {}, diff_refs: {} };
    for (const value of [mergeRequest, odd]) {
      expect(MergeRequestResponse.parse(value)).toMatchObject({ iid: 3, author: { id: 0 }, headSha: '', webUrl: '' });
    }
  });

  it.each([
    { count: '900', files: 900 },
    { count: '1000+', files: 1000 },
    { count: null, files: undefined },
    { count: undefined, files: undefined },
    { count: 12, files: undefined },
    { count: 'many', files: undefined },
  ])('in the count of changed files: $count', ({ count, files }) => {
    expect(MergeRequestResponse.parse({ ...mergeRequest, changes_count: count }).changedFiles).toBe(files);
  });

  it('in users, branches, tokens and approvals', () => {
    expect(UserResponse.parse({ id: 4, username: 'u4', name: null })).toMatchObject({ name: 'u4' });
    expect(BranchResponse.parse({ name: 'main', commit: { id: 'a' } })).toEqual({
      name: 'main',
      sha: 'a',
      isProtected: false,
    });
    expect(TokenResponse.parse({})).toEqual({ name: '', scopes: [] });
    expect(ApprovalsResponse.parse({ approved_by: [{ user: null }, { user }] })).toHaveLength(1);
  });
});

it('one odd item of a list is logged with its fields, and does not hide the others', () => {
  const log = createMemoryLog();
  const discussions = [{ id: 7 }, { id: 'd', notes: [{ id: 'x' }, { id: 1 }] }];
  expect(parseList(DiscussionResponse, discussions, { what: 'discussions', log })).toMatchObject([
    { id: 'd', notes: [{ id: 1 }] },
  ]);
  const fields = { what: 'discussions', fields: ['id'] };
  expect(log.lines).toEqual([{ level: 'warn', event: 'gitlab item unreadable', fields }]);
});

it('of nothing names the whole answer', () => {
  expect(() => parseResponse(z.array(DiscussionResponse), {}, 'discussions')).toThrow('(the whole answer)');
});

describe('every recorded answer', () => {
  it.each<{ file: string; schema: z.ZodType; shows: unknown }>([
    { file: 'get_branch.json', schema: BranchResponse, shows: { name: 'master', isProtected: true } },
    { file: 'get_user.json', schema: UserResponse, shows: { bot: false } },
    { file: 'get_user_bot.json', schema: UserResponse, shows: { bot: true } },
    { file: 'get_merge_request.json', schema: MergeRequestResponse, shows: { iid: 14656, sourceProjectId: 278964 } },
    { file: 'list_personal_access_tokens_single.json', schema: TokenResponse, shows: { scopes: ['api'] } },
    { file: 'get_merge_requests.json', schema: z.array(MergeRequestResponse), shows: expect.any(Array) },
    {
      file: 'list_group_merge_requests.json',
      schema: z.array(MergeRequestResponse),
      shows: expect.arrayContaining([
        expect.objectContaining({ iid: 1084, state: 'merged', author: expect.objectContaining({ bot: true }) }),
      ]),
    },
    {
      file: 'list_branches.json',
      schema: z.array(BranchResponse),
      shows: expect.arrayContaining([expect.objectContaining({ name: 'master' })]),
    },
  ])('$file', ({ file, schema, shows }) => {
    const body: unknown = JSON.parse(readFileSync(path.join(specsFolder, 'gitlab/responses', file), 'utf8'));
    const read = schema.parse(body);
    if (Array.isArray(read)) expect(read).toEqual(shows);
    else expect(read).toMatchObject(shows as object);
  });
});
