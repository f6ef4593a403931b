import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxMergeRequest } from '../../sandbox/gitlab/state/fake-state.ts';
import { buildReviewTask } from '../../shared/domain/tasks/build-task.ts';
import { GREET, ownNotes, REPO, reviewNow, textOf } from './merge-request-steps.ts';
import { startTwoTeamsEnvironment } from './two-teams-environment.ts';

/** What GitLab says of an author of a merge request leaves out whether it is a bot: names and the binding tell. */
const RULES = { bots: 'review', dependency_updates: 'summary', bot_authors: ['updater'], status: 'on' };
const TOKEN = 'group_3_bot_4f9a';

let environment: Environment;

beforeAll(async () => {
  environment = await startTwoTeamsEnvironment({
    bindings: { PROJ: { repo: REPO, review: RULES } },
    functionInstances: 0,
    maxRunners: 1,
    pollingIntervalMs: 100,
  });
  for (const username of [TOKEN, 'updater']) environment.gitlab.addUser({ username, bot: true });
});
afterAll(() => environment.close());

const FILES = { 'greet.mjs': `${GREET.trimEnd()} // new\n` };

async function open(
  username: string,
  sourceBranch: string,
  files: Record<string, string>,
): Promise<SandboxMergeRequest> {
  await environment.gitlab.as('ada').push(REPO, { branch: sourceBranch, files, message: 'Change by a program' });
  return environment.gitlab
    .as(username)
    .openMergeRequest(REPO, { sourceBranch, title: 'Update greet', description: 'scenario: review-greet' });
}

it('a merge request of a bot is reviewed with threads where the binding says so', async () => {
  const mergeRequest = await open(TOKEN, 'mirror/sync', FILES);
  expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done', result: { what: 'reviewed' } });
  expect(ownNotes(mergeRequest, 'finding')).toHaveLength(1);
});

it('a dependency update is read without its lock file, and what is found stands in the summary only', async () => {
  const before = environment.model?.requests.length ?? 0;
  const lock = JSON.stringify({ lockfileVersion: 3, packages: { greet: { version: '2.0.0' } } }, null, 2);
  const mergeRequest = await open('updater', 'renovate/greet-2.x', { ...FILES, 'package-lock.json': `${lock}\n` });
  expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done', result: { what: 'reviewed' } });
  expect(ownNotes(mergeRequest, 'finding')).toEqual([]);
  const [summary] = ownNotes(mergeRequest, 'summary');
  expect(textOf(summary)).toContain('Also noticed:');
  expect(textOf(summary)).toContain('The name is ignored');
  expect(textOf(summary)).toContain('1 lock file of a dependency update: `package-lock.json`');
  const prompt = JSON.stringify(environment.model?.requests[before]?.body);
  expect(prompt).toContain('This is an update of dependencies by a bot.');
  expect(prompt).not.toContain('lockfileVersion');
  // Nothing is left that a person would have to resolve before a merge.
  expect(
    environment.gitlab.project(REPO).commitStatuses.filter(({ sha }) => sha === mergeRequest.headSha),
  ).toMatchObject([{ status: 'success' }]);
});

it('one with a lock file alone costs no session', async () => {
  const before = environment.model?.requests.length ?? 0;
  const mergeRequest = await open('updater', 'renovate/lock-file-maintenance', { 'package-lock.json': '{}\n' });
  expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done', result: { what: 'reviewed' } });
  expect(environment.model?.requests.length).toBe(before);
  expect(textOf(ownNotes(mergeRequest, 'summary')[0])).toContain('1 lock file of a dependency update');
});

it('one that was reviewed six times within a day is left to a person', async () => {
  const { ledger } = environment.storage;
  const mergeRequest = await open(TOKEN, 'mirror/answers', FILES);
  for (let index = 0; index < 6; index += 1) {
    const headSha = String(index).repeat(40);
    const task = buildReviewTask({ projectId: mergeRequest.project.id, mergeRequestIid: mergeRequest.iid, headSha });
    const run = await ledger.create({ runId: `run-answer-${index}`, dedupKey: task.id, task });
    if (!run) throw new Error('The run is new');
    const begun = await ledger.update(run, { state: 'running', attempt: 1 });
    if (!begun) throw new Error('The run has not begun');
    await ledger.update(begun, { state: 'done', result: { what: 'reviewed' } });
  }
  const before = environment.model?.requests.length;
  expect(await reviewNow(environment, mergeRequest)).toMatchObject({
    state: 'superseded',
    detail: 'bot-reviewed-often',
  });
  expect(environment.model?.requests.length).toBe(before);
  expect(ownNotes(mergeRequest)).toEqual([]);
});
