import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxMergeRequest } from '../../sandbox/gitlab/state/fake-state.ts';
import { EVERYTHING } from '../../shared/domain/runs/subjects.ts';
import { openTestMergeRequest, ownNotes, REPO } from './merge-request-steps.ts';
import { CANARIES, createTriggeredIssue, startTwoTeamsEnvironment } from './two-teams-environment.ts';

/** How events of GitLab come in. */
interface Way {
  name: string;
  webhooks: boolean;
  polls: boolean;
  functionInstances: number;
  signingToken?: string;
}

const WAYS: Way[] = [
  { name: 'webhooks only', webhooks: true, polls: false, functionInstances: 1 },
  { name: 'polls only', webhooks: false, polls: true, functionInstances: 1 },
  {
    name: 'signed webhooks, each delivered twice, and polls on two instances at once',
    webhooks: true,
    polls: true,
    functionInstances: 2,
    signingToken: `whsec_${randomBytes(32).toString('base64')}`,
  },
];

let environment: Environment | undefined;
afterEach(async () => {
  await environment?.close();
  environment = undefined;
});

async function startWay({ webhooks, polls, functionInstances, signingToken }: Way): Promise<Environment> {
  const started = await startTwoTeamsEnvironment({
    functionInstances,
    pollingIntervalMs: 100,
    ...(signingToken ? { functionsEnv: { GITLAB_WEBHOOK_SIGNING_TOKEN: signingToken } } : {}),
  });
  environment = started;
  if (webhooks) {
    if (functionInstances > 1) started.gitlab.duplicateDeliveries(2);
    for (const instance of started.functions) addHook(started, `${instance.url}/api/webhooks/gitlab`, signingToken);
  }
  // The first poll only says from when on; what happens later is work.
  if (polls) await started.fire('poll-gitlab');
  return started;
}

function addHook(started: Environment, url: string, signingToken: string | undefined): void {
  started.gitlab.project(REPO).hooks.push({
    id: started.gitlab.state.nextId(),
    url,
    token: signingToken ? undefined : CANARIES.gitlabWebhookSecret,
    signingToken,
    mergeRequestsEvents: true,
    noteEvents: true,
    pipelineEvents: false,
    pushEvents: false,
    createdAt: 0,
    failures: 0,
    disabledUntil: 0,
  });
}

/** Lets everything that is under way come to its end, and what that causes, until nothing new comes up. */
async function comeToRest(started: Environment, { polls }: Way): Promise<string[]> {
  let known = -1;
  for (;;) {
    await started.gitlab.settleDeliveries();
    if (polls) await Promise.all(started.functions.map((instance) => instance.fire('poll-gitlab')));
    await started.settle();
    await started.gitlab.settleDeliveries();
    const runs = await started.storage.ledger.listRecent(EVERYTHING, 100);
    if (runs.length === known) return runs.map(({ task, state }) => `${task.id} ${state}`).sort();
    known = runs.length;
  }
}

const findings = (mergeRequest: SandboxMergeRequest) => ownNotes(mergeRequest, 'finding');

describe.each(WAYS)('by $name', (way) => {
  it('a merge request is reviewed, a request becomes a commit, and nothing is done twice', async () => {
    const started = await startWay(way);
    const mergeRequest = await openTestMergeRequest(started, 'review-greet');
    const first = mergeRequest.headSha;
    const { id } = mergeRequest.project;
    const about = `${id}~${mergeRequest.iid}`;
    expect(await comeToRest(started, way)).toEqual([`review~${about}~${first} done`]);
    expect(findings(mergeRequest)).toHaveLength(1);
    expect(ownNotes(mergeRequest, 'summary')).toHaveLength(1);

    const ada = started.gitlab.as('ada');
    const remark = ada.note(REPO, mergeRequest.iid, 'Nice weather today.');
    const request = ada.note(REPO, mergeRequest.iid, '/copilot add a test');
    const runs = await comeToRest(started, way);
    // What is answered was acknowledged before, once.
    expect([remark, request].map(({ reactions = [] }) => reactions.map(({ name }) => name))).toEqual([[], ['eyes']]);
    const second = mergeRequest.headSha;
    expect(second).not.toBe(first);
    expect(runs).toEqual(
      [`reply~${about}~${request.id} done`, `review~${about}~${first} done`, `review~${about}~${second} done`].sort(),
    );
    const commits = await started.gitlab.log(REPO, mergeRequest.sourceBranch);
    expect(commits.slice(0, 3).map(({ subject }) => subject)).toEqual([
      'Test the greeting',
      'Greet people',
      'First commit',
    ]);
    expect(ownNotes(mergeRequest).filter(({ body }) => body.includes('Added a test that greets Ada.'))).toHaveLength(1);
    expect(findings(mergeRequest)).toHaveLength(1);
    expect(ownNotes(mergeRequest, 'summary')).toHaveLength(1);

    const deliveries = started.gitlab.deliveries;
    expect(deliveries.length > 0).toBe(way.webhooks);
    expect(deliveries.filter(({ status }) => status !== 200 && status !== 202)).toEqual([]);
  });
});

it('a delivery that came while storage was away is answered 503, and GitLab may send it again', async () => {
  const [way] = WAYS;
  if (!way) throw new Error('There is a way');
  const started = await startWay(way);
  started.proxy.setOutage(true);
  const mergeRequest = await openTestMergeRequest(started, 'review-greet');
  await started.gitlab.settleDeliveries();
  const [delivery] = started.gitlab.deliveries;
  expect(delivery).toMatchObject({ status: 503, answer: '{"error":"storage-unavailable"}' });

  started.proxy.setOutage(false);
  if (!delivery) throw new Error('There is a delivery');
  const answers = [await started.gitlab.redeliver(delivery), await started.gitlab.redeliver(delivery)];
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  expect(await comeToRest(started, way)).toHaveLength(1);
  expect(findings(mergeRequest)).toHaveLength(1);
});

it('brings a ticket back to work by a comment, without any webhook', async () => {
  const started = await startTwoTeamsEnvironment({ pollingIntervalMs: 100, functionInstances: 2 });
  environment = started;
  const pollTwice = async () => {
    await Promise.all(started.functions.map((instance) => instance.fire('poll-jira')));
    await started.settle();
  };
  const key = createTriggeredIssue(started, 'PROJ', 'edit-and-submit');
  await pollTwice();
  expect(await started.storage.ledger.listRecent(`issue~${key}`, 10)).toMatchObject([{ state: 'done' }]);

  started.jira.addComment(key, 'Looks good so far.', 'ada');
  const comment = started.jira.addComment(key, '@cmap-sandbox please greet by name', 'ada');
  await pollTwice();
  await pollTwice();
  const runs = await started.storage.ledger.listRecent(`issue~${key}`, 10);
  expect(runs.map(({ task, state }) => `${task.id} ${state}`)).toEqual([
    `coding~${key}~c${comment} done`,
    expect.stringMatching(/ done$/),
  ]);
  expect(started.gitlab.project(REPO).mergeRequests).toHaveLength(1);
  expect(started.jira.webhooks.deliveries).toEqual([]);

  const before = started.jira.requests.length;
  await started.fire('poll-jira');
  expect(started.jira.requests.slice(before).map(({ endpoint }) => endpoint)).toEqual(['search']);
});

describe('the Jira webhook', () => {
  it('starts the issue that was moved, once, and nothing for those who do not know the secret', async () => {
    const started = await startTwoTeamsEnvironment({ pollingIntervalMs: 100 });
    environment = started;
    const url = `${started.functions[0]?.url}/api/webhooks/jira`;
    started.jira.webhooks.configure({ url, secret: 'another-secret', copies: 1 });
    const key = started.jira.createIssue({
      project: 'PROJ',
      summary: 'Greet',
      description: 'scenario: edit-and-submit',
    });
    started.jira.moveIssue(key, 'AI Ready', 'ada');
    await started.jira.webhooks.settled();
    expect(started.jira.webhooks.deliveries.every(({ status }) => status === 401)).toBe(true);
    expect(await started.storage.ledger.listRecent(EVERYTHING, 10)).toEqual([]);

    started.jira.webhooks.configure({ url, secret: CANARIES.jiraWebhookSecret, copies: 3 });
    started.jira.moveIssue(key, 'To Do', 'ada');
    started.jira.moveIssue(key, 'AI Ready', 'ada');
    await started.jira.webhooks.settled();
    await started.fire('poll-jira');
    await started.settle();
    expect(await started.storage.ledger.listRecent(`issue~${key}`, 10)).toMatchObject([{ state: 'done' }]);
    expect(started.gitlab.project(REPO).mergeRequests).toHaveLength(1);

    // The ticket is in review now: a comment that names the agent brings it back to work, an ordinary one does not.
    started.jira.addComment(key, 'Looks good so far.', 'ada');
    const comment = started.jira.addComment(key, '@cmap-sandbox please greet by name', 'ada');
    await started.jira.webhooks.settled();
    await started.settle();
    const runs = await started.storage.ledger.listRecent(`issue~${key}`, 10);
    expect(runs.map(({ task }) => task.id)).toEqual([
      `coding~${key}~c${comment}`,
      expect.stringContaining(`coding~${key}~`),
    ]);
    expect(runs[0]).toMatchObject({ state: 'done' });
    expect(started.gitlab.project(REPO).mergeRequests).toHaveLength(1);
  });
});
