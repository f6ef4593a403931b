import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { World } from '../../sandbox/environment/start-environment.ts';
import { createTriggeredIssue, reportsOn, startTwoTeamsWorld } from './two-teams.ts';

describe('a model that misbehaves', () => {
  let world: World;
  beforeAll(async () => {
    world = await startTwoTeamsWorld({
      runnerEnv: { RUNNER_INACTIVITY_SECONDS: '2', RUNNER_MAX_ATTEMPTS: '1' },
      bindings: { TINY: { repo: 'group/service-a', budget: { max_turns: 3 } } },
    });
  });
  afterAll(() => world.close());

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
    const key = createTriggeredIssue(world, project, scenario);

    await world.fire('poll-jira');
    await world.settle();

    const runs = await world.storage.ledger.listRecent(`issue~${key}`, 10);
    expect(runs).toMatchObject([{ state: 'failed', code, notified: true }]);
    expect(reportsOn(world, key)).toEqual([expect.stringContaining(notified)]);
    expect(reportsOn(world, key)[0]).toContain('Next step: ');
    expect(world.gitlab.project('group/service-a').repository.branches.has(`agent/${key}`)).toBe(false);
  });

  it('that changes nothing: the ticket says so and there is no merge request', async () => {
    const key = createTriggeredIssue(world, 'PROJ', 'changes-nothing');

    await world.fire('poll-jira');
    await world.settle();

    expect(reportsOn(world, key)).toEqual([expect.stringContaining('changed nothing, so there is no merge request')]);
    expect(world.gitlab.project('group/service-a').mergeRequests).toEqual([]);
  });

  it('that asks: the question is on the ticket', async () => {
    const key = createTriggeredIssue(world, 'PROJ', 'asks-a-question');

    await world.fire('poll-jira');
    await world.settle();

    expect(reportsOn(world, key)).toEqual([expect.stringContaining('has a question')]);
  });
});
