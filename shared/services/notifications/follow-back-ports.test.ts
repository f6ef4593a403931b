import { expect, it } from 'vitest';

import { anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { only } from '../../../test/doubles/only.ts';
import { formatBackPorts } from '../../domain/messages/format-back-ports.ts';
import type { BackPortsBegunEntry } from '../../domain/runs/outbox-entry.ts';
import type { Run } from '../../domain/runs/run.ts';
import { buildBackPortTask } from '../../domain/tasks/build-task.ts';
import { silentLog } from '../../kernel/log.ts';
import type { Registry } from '../projects/create-registry.ts';
import type { EndMergeRequestDeps } from './end-merge-request.ts';
import { followBackPorts } from './follow-back-ports.ts';
import { formatFooter } from './report-footer.ts';

const ENTRY: BackPortsBegunEntry = {
  kind: 'back-ports-begun',
  projectId: 7,
  iid: 3,
  comment: { issueKey: 'PROJ-12', runId: 'run-1' },
};
const TASK = buildBackPortTask({ projectId: 7, mergeRequestIid: 3, headSha: 'a'.repeat(40), branch: 'release/1.0' });
const SAID = formatBackPorts(
  { iid: 3, url: 'https://gitlab.example/3' },
  [
    { version: '1.0', branch: 'release/1.0', what: 'resolving' },
    { version: '2.0', branch: 'release/2.0', what: 'there-already' },
  ],
  0,
);

/** A repository that the map no longer has, and a ticket that still says that the agent is at work. */
function createFixture(runs: Run[], isThere = true) {
  const footer = formatFooter({ purpose: 'back-ports', runId: 'run-1', agentId: 'cmap-1' });
  let body = `${SAID}\n\n${footer}`;
  const deps: EndMergeRequestDeps = {
    jira: only<EndMergeRequestDeps['jira']>({
      findIssue: async () => (isThere ? anIssue() : undefined),
      getMyself: async () => theAgent(),
      listComments: async () => [anIssueComment({ id: '9', author: theAgent(), body })],
      async updateComment(_key, _id, markdown) {
        body = markdown;
      },
    }),
    gitlabFor: () => Promise.reject(new Error('GitLab is not asked')),
    mapping: {
      current: async () => ({ registry: only<Registry>({ listOfProject: async () => [], status: () => [] }) }),
    },
    ledger: { listRecent: async () => runs, listEvents: async () => [], append: async () => {} },
    outbox: { enqueue: async () => true },
    admitTask: async () => {},
    agentId: 'cmap-1',
    clock: createManualClock(),
    log: silentLog,
  };
  return { follow: (entry = ENTRY) => followBackPorts(entry, deps), read: () => body };
}

it.each<{ name: string; run: Partial<Run>; line: RegExp }>([
  {
    name: 'has opened a draft',
    run: {
      state: 'done',
      result: { what: 'back-port-opened', mergeRequestIid: 9, mergeRequestUrl: 'https://gitlab.example/9' },
    },
    line: /- `release\/1\.0`: merge request \[!9\]\(https:\/\/gitlab\.example\/9\) is open as a draft/,
  },
  {
    name: 'was not let begin',
    run: { state: 'failed', code: 'binding-unknown' },
    line: /- `release\/1\.0`: the change conflicts .*a person has to take it over\. Why: the run failed\./,
  },
])('ends the comment of a binding that is gone when its run $name', async ({ run, line }) => {
  const { follow, read } = createFixture([aRun({ task: TASK, ...run }), aRun({ task: TASK, state: 'cancelled' })]);
  expect(await follow()).toBe('done');
  expect(read()).toMatch(line);
  expect(read()).not.toContain('The agent resolves it');
  expect(read()).toContain('- `release/2.0`: has the change already.');
});

it('waits for a run that is under way, and has nothing to end on a ticket that is gone', async () => {
  const waiting = createFixture([aRun({ task: TASK, state: 'running' })]);
  expect(await waiting.follow()).toBe('reschedule');
  expect(waiting.read()).toContain('The agent resolves it');
  const gone = createFixture([aRun({ task: TASK, state: 'failed' })], false);
  expect(await gone.follow()).toBe('done');
  expect(gone.read()).toContain('The agent resolves it');
});

it('says that the map has changed where no run was begun', async () => {
  const { follow, read } = createFixture([]);
  expect(await follow()).toBe('done');
  expect(read()).toContain('The project map no longer has the agent take it over, so a person has to do that.');
});

it('leaves the comment of an entry that an earlier version has written', async () => {
  const { comment: _, ...former } = ENTRY;
  const { follow, read } = createFixture([aRun({ task: TASK, state: 'failed' })]);
  expect(await follow(former)).toBe('done');
  expect(read()).toContain('The agent resolves it');
});
