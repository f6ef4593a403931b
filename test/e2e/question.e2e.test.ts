import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { loadScenarios } from '../../sandbox/model/load-scenarios.ts';
import { ADA, BOB, ownComments, startTicketEnvironment } from './ticket-environment.ts';

const REPO = 'group/app';
const ANSWER = 'The one on the start page, please.';
let environment: Environment;

beforeAll(async () => {
  const scenarios = await loadScenarios();
  const usual = scenarios.find(({ name }) => name === 'zz-any-issue');
  if (!usual) throw new Error('no scenario for any issue');
  environment = await startTicketEnvironment(
    [
      { jira_project: 'PROJ', repo: REPO, needs_answer_label: 'ai-asks' },
      { jira_project: 'OPS', repo: 'group/ops' },
    ],
    // What has the answer is no question any more.
    { scenarios: [{ ...usual, name: 'answered', when: [ANSWER] }, ...scenarios] },
  );
});

afterAll(() => environment.close());

async function work() {
  await environment.fire('poll-jira');
  await environment.settle();
}

function createUnclearIssue(project: string): string {
  const description = 'scenario: asks-a-question';
  return environment.jira.createIssue({
    project,
    summary: 'Greet people',
    description,
    status: 'AI Ready',
    reporter: ADA,
  });
}

const mergeRequestsOf = (key: string) =>
  environment.gitlab.project(REPO).mergeRequests.filter(({ sourceBranch }) => sourceBranch === `agent/${key}`);

describe('a question of the agent', () => {
  it('is answered by the next comment of the reporter, without a mention or a move', async () => {
    const key = createUnclearIssue('PROJ');
    await work();
    const [asked = ''] = ownComments(environment, key, 'report');
    expect(asked).toContain('has a question');
    expect(asked).toContain('Answer in a comment here');
    expect(environment.jira.issue(key).labels).toEqual(['ai-asks']);

    environment.jira.addComment(key, 'I would like to know as well.', BOB);
    await work();
    expect(mergeRequestsOf(key)).toEqual([]);

    environment.jira.addComment(key, ANSWER, ADA);
    await work();
    expect(mergeRequestsOf(key)).toHaveLength(1);
    const issue = environment.jira.issue(key);
    expect([issue.labels, issue.status.name]).toEqual([[], 'In Review']);

    environment.jira.addComment(key, 'Thank you.', ADA);
    await work();
    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 10)).toHaveLength(2);
  });

  it('waits for a mention or a move where the binding says nothing of answers', async () => {
    const key = createUnclearIssue('OPS');
    await work();
    environment.jira.addComment(key, ANSWER, ADA);
    await work();
    expect(ownComments(environment, key, 'report')[0]).toContain('To start it again, move this ticket to "AI Ready".');
    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 10)).toHaveLength(1);
  });
});
