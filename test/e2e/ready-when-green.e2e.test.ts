import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxMergeRequest } from '../../sandbox/gitlab/state/fake-state.ts';
import { EVERYTHING } from '../../shared/domain/runs/subjects.ts';
import { parseMarker, stripMarker } from '../../shared/kernel/text/marker.ts';
import { ADA, BOB, startTicketEnvironment } from './ticket-environment.ts';

const REPO = 'group/app';
const SOURCE = {
  jira_project: 'PROJ',
  repo: REPO,
  review: 'off' as const,
  merge_request: { ready: 'when-green' as const },
};
let environment: Environment;

beforeAll(async () => {
  environment = await startTicketEnvironment([SOURCE]);
  environment.gitlab.duplicateDeliveries(2);
  environment.gitlab.project(REPO).hooks.push({
    id: environment.gitlab.state.nextId(),
    url: `${environment.functions[0]?.url}/api/webhooks/gitlab`,
    token: 'hook-ticket-environment-0123',
    signingToken: undefined,
    mergeRequestsEvents: true,
    noteEvents: true,
    pipelineEvents: true,
    pushEvents: false,
    createdAt: 0,
    failures: 0,
    disabledUntil: 0,
  });
  // The first look at a repository is where its history ends.
  await environment.fire('poll-gitlab');
});
afterAll(() => environment.close());

/** A ticket with the merge request of its first run. */
async function open(summary: string, description = 'Please.') {
  const key = environment.jira.createIssue({
    project: 'PROJ',
    summary,
    description,
    status: 'AI Ready',
    reporter: ADA,
  });
  await environment.fire('poll-jira');
  await environment.settle();
  const found = environment.gitlab
    .project(REPO)
    .mergeRequests.find(({ sourceBranch }) => sourceBranch === `agent/${key}`);
  if (!found) throw new Error(`agent/${key} has no merge request`);
  return found;
}

/** A pipeline that has ended, delivered twice, seen by two polls at once and by a later one. */
async function end({ project, sourceBranch }: SandboxMergeRequest, status: 'success' | 'failed') {
  environment.gitlab.as(ADA).runPipeline(project.path, { ref: sourceBranch, status, jobs: [{ name: 'test', status }] });
  await Promise.all([environment.fire('poll-gitlab'), environment.fire('poll-gitlab')]);
  await environment.gitlab.settleDeliveries();
  await environment.settle();
  await environment.fire('poll-gitlab');
  await environment.settle();
}

function notesOf({ discussions }: SandboxMergeRequest): string[] {
  return discussions
    .flatMap(({ notes }) => notes)
    .filter(({ body, author }) => author.username === 'cmap-bot' && parseMarker(body)?.purpose === 'ready')
    .map(({ body }) => stripMarker(body));
}

async function updatesOf({ project, iid }: SandboxMergeRequest) {
  const runs = await environment.storage.ledger.listRecent(EVERYTHING, 200);
  const own = runs.filter(({ task }) => task.kind === 'update' && task.scope === `mr~${project.id}~${iid}`);
  return own.map(({ state, result, detail }) => result?.what ?? `${state} ${detail}`);
}

it('is taken out of draft once by a green pipeline, not by a red one, and never again after a person', async () => {
  const mergeRequest = await open('Make me ready');
  const { title } = mergeRequest;
  expect(title).toMatch(/^Draft: PROJ-/);

  await end(mergeRequest, 'failed');
  expect(mergeRequest.title).toBe(title);
  expect(await updatesOf(mergeRequest)).toEqual([]);

  await end(mergeRequest, 'success');
  expect(mergeRequest.title).toBe(title.replace('Draft: ', ''));
  const [said, ...more] = notesOf(mergeRequest);
  expect(more).toEqual([]);
  expect(said).toMatch(
    /^\*\*Ready for review:\*\* its \[pipeline\]\(.*\/-\/pipelines\/\d+\) has passed\. Make it a draft/,
  );
  expect(await updatesOf(mergeRequest)).toEqual(['ready']);

  environment.gitlab.as(BOB).edit(REPO, mergeRequest.iid, { title: `Draft: ${mergeRequest.title}` });
  await end(mergeRequest, 'success');
  expect(mergeRequest.title).toBe(title);
  expect(notesOf(mergeRequest)).toEqual([said]);
  expect(await updatesOf(mergeRequest)).toEqual(['superseded drafted-by-a-person', 'ready']);
});

it('stays a draft while a criterion of its ticket is not met', async () => {
  const mergeRequest = await open('Answer nothing', '## Acceptance criteria\n\n- [ ] It greets\n- [ ] It counts\n');
  await end(mergeRequest, 'success');
  expect(mergeRequest.title).toMatch(/^Draft: /);
  expect(notesOf(mergeRequest)).toEqual([]);
  expect(await updatesOf(mergeRequest)).toEqual(['superseded criteria-not-met']);
});

it('stays a draft where a person pushed last, whatever that commit says', async () => {
  const mergeRequest = await open('Push on top');
  await environment.gitlab.as(BOB).push(REPO, {
    branch: mergeRequest.sourceBranch,
    message: 'Mine\n\nCmap-Run: run-1a2b3c4d5e6f',
    files: { 'bob.txt': 'by Bob\n' },
  });
  await end(mergeRequest, 'success');
  expect(mergeRequest.title).toMatch(/^Draft: /);
  expect(await updatesOf(mergeRequest)).toEqual(['superseded head-of-a-person']);
});
