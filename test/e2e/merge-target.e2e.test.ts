import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxMergeRequest } from '../../sandbox/gitlab/state/fake-state.ts';
import { EVERYTHING } from '../../shared/domain/runs/subjects.ts';
import { parseMarker, stripMarker } from '../../shared/kernel/text/marker.ts';
import { ADA, BOB, ownComments, startTicketEnvironment } from './ticket-environment.ts';

const SOURCE = {
  jira_project: 'PROJ',
  repo: 'group/app',
  review: 'off',
  merge_target: 'on',
  validate: 'test -f README.md',
} as const;
const REPO = SOURCE.repo;
let environment: Environment;

beforeAll(async () => {
  environment = await startTicketEnvironment([SOURCE]);
  // The first look at a repository is where its history ends.
  await environment.fire('poll-gitlab');
});
afterAll(() => environment.close());

const bob = () => environment.gitlab.as(BOB);
const read = (branch: string, file: string) => environment.gitlab.readFile(REPO, branch, file);
const commits = (branch: string) => environment.gitlab.log(REPO, branch);
const requestsOf = (scenario: string) =>
  environment.model?.requests.filter((request) => request.scenario === scenario) ?? [];

async function work() {
  await environment.fire('poll-jira');
  await environment.settle();
}

/** GitLab looks whether branches merge when it is asked, and says so when it is asked again. */
async function pollTwice() {
  for (const _ of [1, 2]) await environment.fire('poll-gitlab');
  await environment.settle();
}

/** A ticket with the merge request of its first run. */
async function open(summary: string): Promise<{ key: string; branch: string; mergeRequest: SandboxMergeRequest }> {
  const key = environment.jira.createIssue({ project: 'PROJ', summary, status: 'AI Ready', reporter: ADA });
  await work();
  const branch = `agent/${key}`;
  const mergeRequest = environment.gitlab
    .project(REPO)
    .mergeRequests.find(({ sourceBranch, state }) => sourceBranch === branch && state === 'opened');
  if (!mergeRequest) throw new Error(`${branch} has no merge request`);
  return { key, branch, mergeRequest };
}

function notesOf({ discussions }: SandboxMergeRequest, purpose: string): string[] {
  return discussions
    .flatMap(({ notes }) => notes)
    .filter(({ body, author }) => author.username === 'cmap-bot' && parseMarker(body)?.purpose === purpose)
    .map(({ body }) => stripMarker(body));
}

async function updatesOf({ project, iid }: SandboxMergeRequest) {
  const runs = await environment.storage.ledger.listRecent(EVERYTHING, 200);
  return runs.filter(({ task }) => task.kind === 'update' && task.scope === `mr~${project.id}~${iid}`);
}

const parentsOf = (sha: string) => environment.gitlab.project(REPO).repository.git(['log', '-1', '--format=%P', sha]);

describe('a conflict with the target branch', () => {
  it('is resolved by one session, as a merge commit on top of what people pushed, and told in one note', async () => {
    const { key, branch, mergeRequest } = await open('Resolve me');
    const theirs = await bob().push(REPO, { branch, message: 'By hand', files: { 'by-hand.md': 'by Bob\n' } });
    const target = await bob().push(REPO, { branch: 'main', files: { [`docs/${key}.md`]: 'Written on main.\n' } });
    await Promise.all([environment.fire('poll-gitlab'), environment.fire('poll-gitlab')]);
    await pollTwice();

    expect((await updatesOf(mergeRequest)).map(({ state, result }) => [state, result?.what])).toEqual([
      ['done', 'target-merged'],
    ]);
    const [newest] = await commits(branch);
    expect(newest?.subject).toBe(`${key}: Merge branch 'main' into '${branch}'`);
    expect(await parentsOf(newest?.sha ?? '')).toBe(`${theirs} ${target}`);
    const page = await read(branch, `docs/${key}.md`);
    expect(page).toContain('Written on main.');
    expect(page).toContain('Written by the scripted model');
    expect(page).not.toContain('<<<<<<<');
    expect(await read(branch, 'by-hand.md')).toBe('by Bob');
    expect(notesOf(mergeRequest, 'target-merge')).toEqual([
      `**\`main\` was merged into the source branch, and its conflicts are resolved.** Look at these files:\n\n- \`docs/${key}.md\`\n\nBoth sides are kept.\n\nPushed as ${newest?.sha}.`,
    ]);
    await pollTwice();
    expect(await updatesOf(mergeRequest)).toHaveLength(1);
  });

  it('that the agent leaves is told with its files, nothing is pushed, and the head is not tried again', async () => {
    const { branch, mergeRequest } = await open('Leave me');
    await bob().push(REPO, { branch, files: { 'hard.md': 'branch\n' } });
    const head = mergeRequest.headSha;
    await bob().push(REPO, { branch: 'main', files: { 'hard.md': 'main\n' } });
    await pollTwice();

    expect(mergeRequest.headSha).toBe(head);
    const [note, ...more] = notesOf(mergeRequest, 'target-merge');
    expect(more).toEqual([]);
    expect(note).toContain('a person has to resolve it');
    expect(note).toContain('- `hard.md`');

    const sessions = requestsOf('merge-conflict-left').length;
    await bob().push(REPO, { branch: 'main', files: { 'later.md': 'later\n' } });
    await pollTwice();
    expect(requestsOf('merge-conflict-left')).toHaveLength(sessions);
    expect((await updatesOf(mergeRequest)).map(({ state }) => state).sort()).toEqual(['done', 'superseded']);
    await environment.gitlab.as(BOB).close(REPO, mergeRequest.iid);
  });

  it('lets no session change more than the conflict: a protected file is refused, and told', async () => {
    const { branch, mergeRequest } = await open('Attack me');
    await bob().push(REPO, { branch, files: { 'evil.md': 'branch\n' } });
    const head = mergeRequest.headSha;
    await bob().push(REPO, { branch: 'main', files: { 'evil.md': 'main\n' } });
    await pollTwice();

    expect(mergeRequest.headSha).toBe(head);
    const [failed] = notesOf(mergeRequest, 'failure');
    expect(failed).toContain('`.gitlab-ci.yml`: Is protected');
    expect(failed).toContain('`/copilot rebase`');
    expect(await read(branch, '.gitlab-ci.yml')).toBeUndefined();
    await environment.gitlab.as(BOB).close(REPO, mergeRequest.iid);
  });
});

describe('/copilot rebase', () => {
  it('merges the target branch without a session where git can, and says so in the thread', async () => {
    const { branch, mergeRequest } = await open('Rebase me');
    await bob().push(REPO, { branch: 'main', files: { 'fresh.md': 'fresh\n' } });
    const before = environment.model?.requests.length;
    const note = bob().note(REPO, mergeRequest.iid, '/copilot rebase');
    await pollTwice();

    const [newest] = await commits(branch);
    expect(newest?.subject).toContain("Merge branch 'main'");
    expect(await read(branch, 'fresh.md')).toBe('fresh');
    expect(environment.model?.requests.length).toBe(before);
    expect(notesOf(mergeRequest, 'target-merge')).toEqual([
      `\`main\` was merged into the source branch, without a conflict. Pushed as ${newest?.sha}.`,
    ]);
    expect(note.author.username).toBe(BOB);

    bob().note(REPO, mergeRequest.iid, '/copilot rebase');
    await pollTwice();
    expect(notesOf(mergeRequest, 'target-merge').at(-1)).toContain('nothing was merged');
  });
});

describe('rework', () => {
  it('begins on the merge with the target branch, and the ticket says so', async () => {
    const { key, branch } = await open('Rework me');
    await bob().push(REPO, { branch: 'main', files: { 'newer.md': 'newer\n' } });
    environment.jira.addComment(key, 'Please say more about rain.', ADA);
    environment.jira.moveIssue(key, 'AI Ready', ADA);
    await work();

    const subjects = (await commits(branch)).map(({ subject }) => subject);
    expect(subjects.slice(0, 2)).toEqual([`${key}: Rework me`, `${key}: Merge branch 'main' into '${branch}'`]);
    expect(await read(branch, 'newer.md')).toBe('newer');
    expect(ownComments(environment, key, 'report').at(-1)).toContain('`main` was merged into the branch');
  });

  it('is done also where its conflict is left to people, on the branch as it is', async () => {
    const { key, branch, mergeRequest } = await open('Rework with a conflict');
    await bob().push(REPO, { branch, files: { 'hard.md': 'branch, too\n' } });
    await bob().push(REPO, { branch: 'main', files: { 'hard.md': 'main, too\n' } });
    environment.jira.addComment(key, 'Please say more about fog.', ADA);
    environment.jira.moveIssue(key, 'AI Ready', ADA);
    await work();

    expect(await read(branch, `docs/${key}-more.md`)).toContain('More, as asked.');
    expect(await read(branch, 'hard.md')).toBe('branch, too');
    expect(notesOf(mergeRequest, 'target-merge')).toEqual([expect.stringContaining('- `hard.md`')]);
    expect(ownComments(environment, key, 'report').at(-1)).toContain('`main` was not merged into the branch');
  });
});
