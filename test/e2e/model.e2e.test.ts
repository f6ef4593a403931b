import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { createTriggeredIssue, reportsOn, startTwoTeamsEnvironment } from './two-teams-environment.ts';

describe('a model that misbehaves', () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startTwoTeamsEnvironment({
      runnerEnv: { RUNNER_INACTIVITY_SECONDS: '10', RUNNER_MAX_ATTEMPTS: '1' },
      bindings: { TINY: { repo: 'group/service-a', budget: { max_turns: 3 } } },
    });
  });
  afterAll(() => environment.close());

  it.each([
    { scenario: 'silent', project: 'PROJ', code: 'too-many-attempts', notified: 'The model stopped answering.' },
    {
      scenario: 'fails-always',
      project: 'PROJ',
      code: 'too-many-attempts',
      notified: 'The model endpoint did not answer.',
    },
    {
      scenario: 'unauthorized',
      project: 'PROJ',
      code: 'model-unauthorized',
      notified: 'did not accept the configured key',
    },
    { scenario: 'never-submits', project: 'PROJ', code: 'agent-no-result', notified: 'ended without giving a result' },
    { scenario: 'endless', project: 'TINY', code: 'agent-budget-exhausted', notified: 'used up the budget' },
    { scenario: 'deletes-everything', project: 'PROJ', code: 'change-refused', notified: 'Nothing was pushed' },
  ])('$scenario: the ticket says so once, and nothing is pushed', async ({ scenario, project, code, notified }) => {
    const key = createTriggeredIssue(environment, project, scenario);

    await environment.fire('poll-jira');
    await environment.settle();

    const runs = await environment.storage.ledger.listRecent(`issue~${key}`, 10);
    expect(runs).toMatchObject([{ state: 'failed', code, notified: true }]);
    expect(reportsOn(environment, key)).toEqual([expect.stringContaining(notified)]);
    expect(reportsOn(environment, key)[0]).toContain('Next step: ');
    expect(environment.gitlab.project('group/service-a').repository.branches.has(`agent/${key}`)).toBe(false);
  });

  it('that changes nothing: the ticket says so and there is no merge request', async () => {
    const key = createTriggeredIssue(environment, 'PROJ', 'changes-nothing');

    await environment.fire('poll-jira');
    await environment.settle();

    expect(reportsOn(environment, key)).toEqual([
      expect.stringContaining('changed nothing, so there is no merge request'),
    ]);
    expect(environment.gitlab.project('group/service-a').mergeRequests).toEqual([]);
  });

  it('that asks: the question is on the ticket', async () => {
    const key = createTriggeredIssue(environment, 'PROJ', 'asks-a-question');

    await environment.fire('poll-jira');
    await environment.settle();

    expect(reportsOn(environment, key)).toEqual([expect.stringContaining('has a question')]);
  });
});
