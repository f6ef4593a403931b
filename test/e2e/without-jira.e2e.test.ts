import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxMergeRequest, SandboxNote } from '../../sandbox/gitlab/state/fake-state.ts';
import { EVERYTHING } from '../../shared/domain/runs/subjects.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { utcDay } from '../../shared/kernel/utc-day.ts';
import { openTestMergeRequest, ownNotes, REPO, textOf } from './merge-request-steps.ts';
import { CANARIES, createTriggeredIssue, startTwoTeamsEnvironment } from './two-teams-environment.ts';

const OTHER = 'group/platform-tools';

function addHook({ gitlab, functions }: Environment, repo: string): void {
  gitlab.project(repo).hooks.push({
    id: gitlab.state.nextId(),
    url: `${functions[0]?.url}/api/webhooks/gitlab`,
    token: CANARIES.gitlabWebhookSecret,
    signingToken: undefined,
    mergeRequestsEvents: true,
    noteEvents: true,
    pipelineEvents: false,
    pushEvents: false,
    createdAt: 0,
    failures: 0,
    disabledUntil: 0,
  });
}

async function comeToRest(environment: Environment): Promise<void> {
  await environment.gitlab.settleDeliveries();
  await environment.settle();
  await environment.gitlab.settleDeliveries();
  await environment.settle();
}

/** What the agent wrote behind a note of a person in its thread. */
function answersTo({ discussions }: SandboxMergeRequest, note: SandboxNote): string[] {
  const thread = discussions.find(({ notes }) => notes.includes(note))?.notes ?? [];
  return thread.slice(thread.indexOf(note) + 1).map(textOf);
}

describe('a deployment without any setting of Jira, and one binding without a Jira project', () => {
  const firstDay = utcDay(systemClock.now());
  let environment: Environment;
  beforeAll(async () => {
    environment = await startTwoTeamsEnvironment({
      projectMap: JSON.stringify({ mappings: { [REPO]: { budget: { runs_per_day: 50 }, max_concurrent_runs: 2 } } }),
      withoutJira: true,
      pollingIntervalMs: 100,
    });
    // The first poll only says from when on.
    await environment.fire('poll-gitlab');
  });
  afterAll(() => environment.close());

  const comment = (mergeRequest: SandboxMergeRequest, body: string) =>
    environment.gitlab.as('ada').note(REPO, mergeRequest.iid, body);
  const sessions = () => environment.model?.requests.length ?? 0;

  it('reviews a merge request by poll', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-greet');
    await environment.fire('poll-gitlab');
    await comeToRest(environment);
    expect(ownNotes(mergeRequest, 'finding')).toHaveLength(1);
    expect(textOf(ownNotes(mergeRequest, 'summary')[0])).toContain('1 new finding: 1 major.');
  });

  it('reviews one by webhook, and answers what is asked there; it changes nothing for any person', async () => {
    addHook(environment, REPO);
    const mergeRequest = await openTestMergeRequest(environment, 'review-greet');
    await comeToRest(environment);
    expect(ownNotes(mergeRequest, 'finding')).toHaveLength(1);

    const question = comment(mergeRequest, '@agent-a Why is it called greet?');
    await comeToRest(environment);
    expect(answersTo(mergeRequest, question)).toEqual(['Because `greet.mjs:1` exports a greeting.']);

    const head = mergeRequest.headSha;
    const order = comment(mergeRequest, '/copilot change it anyway');
    await comeToRest(environment);
    expect(answersTo(mergeRequest, order)).toEqual([
      expect.stringContaining('In this repository the agent reviews and answers, and changes nothing'),
    ]);
    const before = sessions();
    const rebase = comment(mergeRequest, '/copilot rebase');
    const help = comment(mergeRequest, '/copilot help');
    await comeToRest(environment);
    expect(answersTo(mergeRequest, rebase)).toEqual([expect.stringContaining('changes nothing')]);
    expect(answersTo(mergeRequest, help)[0]).toContain('`/copilot <question>`');
    expect(answersTo(mergeRequest, help)[0]).not.toContain('rebase');
    expect(sessions()).toBe(before);
    expect(mergeRequest.headSha).toBe(head);
  });

  it('counts its runs under the repository, finds none of them odd and asks Jira for nothing', async () => {
    // Two of them where a day has begun meanwhile.
    const days = new Set([firstDay, utcDay(systemClock.now())]);
    const used = await Promise.all(
      Array.from(days, (day) => environment.storage.budgets.find({ bindingKey: REPO, day })),
    );
    expect(used.reduce((sum, { runs }) => sum + runs, 0)).toBeGreaterThanOrEqual(4);
    const runs = await environment.storage.ledger.listRecent(EVERYTHING, 100);
    expect(runs.filter(({ state }) => state !== 'done')).toEqual([]);
    expect(environment.jira.requests).toEqual([]);
    expect(environment.logs.filter((line) => line.includes('jira is not configured'))).toEqual([]);
    const health = await fetch(`${environment.functions[0]?.url}/api/health`);
    expect(await health.json()).toMatchObject({ status: 'ok', bindings: { ready: 1, quarantined: 0 } });
  });
});

describe('a deployment with bindings of both kinds', () => {
  let environment: Environment;
  beforeAll(async () => {
    const mappings = { PROJ: { repo: REPO }, [OTHER]: { credential_ref: 'platform_team' } };
    environment = await startTwoTeamsEnvironment({ projectMap: JSON.stringify({ mappings }), pollingIntervalMs: 100 });
    addHook(environment, OTHER);
    await environment.fire('poll-gitlab');
  });
  afterAll(() => environment.close());

  it('works on the ticket of the one, and reviews the other without the ticket its merge request names', async () => {
    const key = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
    await environment.fire('poll-jira');
    await comeToRest(environment);
    const [opened] = environment.gitlab.project(REPO).mergeRequests;
    expect(opened?.sourceBranch).toBe(`agent/${key}`);

    const before = environment.jira.requests.length;
    const ada = environment.gitlab.as('ada');
    await ada.push(OTHER, {
      branch: `agent/${key}`,
      from: 'develop',
      files: { 'greet.mjs': "export const greet = (name) => 'Hello'; // new\n" },
      message: `${key}: Greet people`,
    });
    const mergeRequest = await ada.openMergeRequest(OTHER, {
      sourceBranch: `agent/${key}`,
      targetBranch: 'develop',
      title: `${key}: Greet people`,
      description: 'scenario: review-greet',
    });
    await comeToRest(environment);
    const own = mergeRequest.discussions
      .flatMap(({ notes }) => notes)
      .filter(({ author }) => author.username === 'agent-b');
    expect(own.some((note) => textOf(note).includes('The name is ignored'))).toBe(true);
    // Who may see that repository need not see the ticket.
    expect(environment.jira.requests.slice(before).filter(({ url }) => url.includes(key))).toEqual([]);

    await ada.merge(OTHER, mergeRequest.iid);
    await comeToRest(environment);
    expect(environment.jira.issue(key).status.name).not.toBe('Done');
  });
});
