import { afterAll, beforeAll, expect, it } from 'vitest';

import type { SandboxGitLab } from '../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import { EVERYTHING } from '../../shared/domain/runs/subjects.ts';
import { MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { type PollFixture, startPollFixture } from '../builders/poll-fixture.ts';

let fixture: PollFixture;
let gitlab: SandboxGitLab;

beforeAll(async () => {
  fixture = await startPollFixture();
  gitlab = fixture.gitlab;
});
afterAll(() => gitlab.close());

const tasks = async () => (await fixture.storage.ledger.listRecent(EVERYTHING, 100)).map(({ task }) => task.id).sort();

it('asks 100 repositories with 500 open merge requests in one list per credential and top-level group', async () => {
  expect(gitlab.state.projects.flatMap(({ mergeRequests }) => mergeRequests)).toHaveLength(500);
  fixture.clock.time += 10 * MINUTE;
  // Looked up once, and only then.
  expect(await fixture.requestsOfOnePoll()).toEqual({ 'GET /groups/:id/projects': 2 });
  for (let minute = 0; minute < 5; minute += 1) {
    fixture.clock.time += MINUTE;
    expect(await fixture.requestsOfOnePoll()).toEqual({ 'GET /groups/:id/merge_requests': 2 });
  }
  expect(await tasks()).toEqual([]);
  const used = gitlab.requests.entries.map(({ username, url }) => `${username} ${url.split('?')[0]}`);
  expect(used.sort()).toEqual([
    'agent-one /api/v4/groups/one/merge_requests',
    'agent-two /api/v4/groups/two/merge_requests',
  ]);
});

it('reads the discussions of what changed, and of nothing else', async () => {
  const repo = 'two/sub/app-7';
  const { id } = gitlab.project(repo);
  const ada = gitlab.as('ada');
  const first = ada.note(repo, 3, '/copilot add a test');
  fixture.clock.time += SECOND;
  expect(await fixture.requestsOfOnePoll()).toEqual({
    'GET /groups/:id/merge_requests': 2,
    'GET /user': 1,
    'GET /projects/:id/merge_requests/:iid/discussions': 1,
  });
  // GitLab does not move the merge request for a second note within a minute.
  fixture.clock.time += 40 * SECOND;
  const before = gitlab.project(repo).mergeRequests[2]?.updatedAt;
  const second = ada.note(repo, 3, '/copilot help');
  expect(gitlab.project(repo).mergeRequests[2]?.updatedAt).toBe(before);
  fixture.clock.time += 5 * SECOND;
  expect(await fixture.requestsOfOnePoll()).toMatchObject({ 'GET /projects/:id/merge_requests/:iid/discussions': 1 });
  const head = gitlab.project(repo).mergeRequests[2]?.headSha;
  expect(await tasks()).toEqual([`reply~${id}~3~${first.id}`, `reply~${id}~3~${second.id}`, `review~${id}~3~${head}`]);

  fixture.clock.time += 60 * SECOND;
  expect(await fixture.requestsOfOnePoll()).toMatchObject({ 'GET /projects/:id/merge_requests/:iid/discussions': 1 });
  for (let minute = 0; minute < 5; minute += 1) {
    fixture.clock.time += MINUTE;
    expect(await fixture.requestsOfOnePoll()).toEqual({ 'GET /groups/:id/merge_requests': 2 });
  }
  expect(await tasks()).toHaveLength(3);
});

it('goes on where it stood after GitLab was away', async () => {
  const repo = 'one/sub/app-1';
  gitlab.addFault({ kind: 'fail', match: '/groups/one', status: 503, times: Number.POSITIVE_INFINITY });
  const sha = await gitlab.as('ada').push(repo, { branch: 'b', files: { 'more.txt': 'more\n' } });
  const before = await tasks();
  for (let minute = 0; minute < 10; minute += 1) {
    fixture.clock.time += MINUTE;
    await fixture.poll();
  }
  expect(await tasks()).toEqual(before);
  expect(await fixture.storage.pollers.get('gitlab~default~one')).toMatchObject({ code: 'gitlab-unavailable' });
  expect(await fixture.storage.pollers.get('gitlab~team_two~two')).toMatchObject({ failures: 0 });

  gitlab.clearFaults();
  fixture.clock.time += 6 * MINUTE;
  await fixture.poll();
  expect(await tasks()).toEqual([...before, `review~${gitlab.project(repo).id}~2~${sha}`].sort());
});
