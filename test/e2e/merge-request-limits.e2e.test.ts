import { afterAll, beforeAll, expect, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { buildReviewTask } from '../../shared/domain/tasks/build-task.ts';
import { nextUtcDay } from '../../shared/kernel/utc-day.ts';
import { waitUntil } from '../wait-until.ts';
import { admit, openTestMergeRequest, ownNotes, REPO, replyTaskFor, replyTo, textOf } from './merge-request-steps.ts';
import { passTurn, turnHookMs } from './pass-turn.ts';
import { startTwoTeamsEnvironment } from './two-teams-environment.ts';

let environment: Environment;

beforeAll(async () => {
  environment = await startTwoTeamsEnvironment({
    bindings: { PROJ: { repo: REPO, budget: { runs_per_day: 1 } } },
    functionInstances: 0,
    maxRunners: 1,
    pollingIntervalMs: 100,
  });
});
afterAll(() => environment.close());

beforeAll(() => passTurn(nextUtcDay, 1), turnHookMs(1));

it('counts sessions on merge requests and nothing else, and commands work when the day is used up', async () => {
  const mergeRequest = await openTestMergeRequest(environment, 'none');
  const comment = (body: string) => environment.gitlab.as('ada').note(REPO, mergeRequest.iid, body);
  const parked = (runId: string) =>
    waitUntil('it is put off', async () => (await environment.storage.ledger.find(runId))?.parkedReason === 'budget');

  expect(await replyTo(environment, mergeRequest, comment('/copilot help'))).toMatchObject({ state: 'done' });
  const question = comment('@agent-a Why is it called greet?');
  expect(await replyTo(environment, mergeRequest, question)).toMatchObject({
    state: 'done',
    result: { what: 'answer' },
  });

  const { project, iid, headSha } = mergeRequest;
  await parked(await admit(environment, buildReviewTask({ projectId: project.id, mergeRequestIid: iid, headSha })));
  await parked(await admit(environment, replyTaskFor(mergeRequest, comment('@agent-a And why not hello?'))));
  expect(await replyTo(environment, mergeRequest, comment('/copilot pause'))).toMatchObject({
    result: { what: 'paused' },
  });
  expect(ownNotes(mergeRequest, 'waiting').map(textOf)).toEqual([expect.stringContaining('at 00:00 UTC.')]);
});
