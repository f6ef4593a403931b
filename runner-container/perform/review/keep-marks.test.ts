import { expect, it } from 'vitest';
import { toMarkFields } from '../../../shared/domain/criteria/criteria-event.ts';
import { judgeCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { appendMarker } from '../../../shared/kernel/text/marker.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { only } from '../../../test/doubles/only.ts';
import { AGENT, aDiscussion, aMergeRequest, aNote, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { perform } from '../perform.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

const { headSha } = aMergeRequest();
const listed = [1, 2, 3].map((number) => ({ number, text: `Criterion ${number}` }));
const judged = judgeCriteria({ listed, leftOut: 0 }, [
  { number: 1, met: 'yes', evidence: 'a.ts' },
  { number: 2, met: 'no', evidence: '' },
]);

/** An attempt that finds the summary of this head posted. */
async function begin(given: { attempt?: number; markedHead?: string; mode?: 'live' | 'shadow' }) {
  const task = aReviewTask({ headSha });
  const summary = appendMarker('## Review', { purpose: 'summary', scope: task.scope, sha: headSha });
  const gitlab = only<GitLab>({
    getCurrentUser: async () => AGENT,
    getMergeRequest: async () => aMergeRequest(),
    listDiscussions: async () => [aDiscussion([aNote({ author: AGENT, body: summary })])],
  });
  const binding = { ...aReviewedBinding({ status: 'off' }), mode: given.mode ?? 'live' };
  const entry = { state: 'ready', binding, project: { projectId: 7, webUrl: 'https://gitlab.example/group/app' } };
  const clock = createManualClock();
  const context = aRunContext(task, { createdAt: clock.now() });
  const mark = { issueKey: 'PROJ-12', headSha: given.markedHead ?? headSha };
  const fields = judged && toMarkFields(judged, mark);
  const deps = {
    mapping: async () => ({ registry: { byProjectId: async () => entry, listOfProject: async () => [entry] } }),
    gitlabFor: async () => gitlab,
    listEarlierRuns: async () => [],
    listRunEvents: async () => [{ runId: context.run.runId, at: 0, name: 'criteria', fields }],
    settings: { workspaceRoot: '/nowhere' },
    clock,
    log: silentLog,
  } as unknown as RunnerDeps; // nothing is cloned, and no session begun
  const run = { ...context.run, attempt: given.attempt ?? 2 };
  return perform({ ...context, run }, deps, new AbortController().signal);
}

it('keeps what the attempt had marked that was killed after its summary', async () => {
  expect(await begin({})).toMatchObject({
    kind: 'done',
    result: {
      what: 'nothing-new',
      criteria: { met: 1, partly: 0, 'not-met': 1, 'not-answered': 1 },
      issueKey: 'PROJ-12',
      headSha,
    },
  });
});

it.each([
  { name: 'a first attempt, whose review another run has made', given: { attempt: 1 } },
  { name: 'an attempt whose marks are of another head', given: { markedHead: 'e'.repeat(40) } },
  { name: 'a shadow, whose marks were read by no one', given: { mode: 'shadow' as const } },
])('has no marks of $name', async ({ given }) => {
  const outcome = await begin(given);
  expect(outcome).toMatchObject({ kind: 'done', result: { what: 'nothing-new' } });
  expect(outcome).not.toHaveProperty('result.criteria');
});
