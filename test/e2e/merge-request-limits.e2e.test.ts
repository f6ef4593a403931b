import { afterAll, beforeAll, expect, it } from 'vitest';

import type { World } from '../../sandbox/environment/start-environment.ts';
import { buildReviewTask } from '../../shared/domain/tasks/build-task.ts';
import { admit, openTalk, ownNotes, REPO, replyTaskFor, replyTo, textOf } from './talk.ts';
import { startTwoTeamsWorld, waitUntil } from './two-teams.ts';

let world: World;

beforeAll(async () => {
  world = await startTwoTeamsWorld({
    bindings: { PROJ: { repo: REPO, budget: { runs_per_day: 1 } } },
    functionInstances: 0,
    maxRunners: 1,
    pollingIntervalMs: 100,
  });
});
afterAll(() => world.close());

it('counts sessions on merge requests and nothing else, and commands work when the day is used up', async () => {
  const mergeRequest = await openTalk(world, 'none');
  const say = (body: string) => world.gitlab.as('ada').note(REPO, mergeRequest.iid, body);
  const parked = (runId: string) =>
    waitUntil('it is put off', async () => (await world.storage.ledger.find(runId))?.parkedReason === 'budget');

  expect(await replyTo(world, mergeRequest, say('/copilot help'))).toMatchObject({ state: 'done' });
  const question = say('@agent-a Why is it called greet?');
  expect(await replyTo(world, mergeRequest, question)).toMatchObject({ state: 'done', result: { what: 'answer' } });

  const { project, iid, headSha } = mergeRequest;
  await parked(await admit(world, buildReviewTask({ projectId: project.id, mergeRequestIid: iid, headSha })));
  await parked(await admit(world, replyTaskFor(mergeRequest, say('@agent-a And why not hello?'))));
  expect(await replyTo(world, mergeRequest, say('/copilot pause'))).toMatchObject({ result: { what: 'paused' } });
  expect(ownNotes(mergeRequest, 'waiting').map(textOf)).toEqual([expect.stringContaining('at 00:00 UTC.')]);
});
