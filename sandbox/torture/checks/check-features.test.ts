import { describe, expect, it } from 'vitest';
import { buildBackPortTask, buildPipelineTask } from '../../../shared/domain/tasks/build-task.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { anAgentNote, someFacts } from '../../../test/builders/torture.ts';
import type { SandboxMergeRequest } from '../../gitlab/state/fake-state.ts';
import { AGENT, TOOL_MARKER, TOOLED } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { checkFeatures } from './check-features.ts';

const about = { projectId: 7, mergeRequestIid: 3, headSha: 'a'.repeat(40) };
const BACK_PORT = 'agent/back-port/CARE-1-3-release-1.0';

/** Only what the checks look at. */
function aMergeRequest(overrides: object = {}): SandboxMergeRequest {
  const author = { id: 2, username: 'agent-a', name: 'Agent', bot: true };
  const project = { id: 7, path: 'group/care' };
  const ordinary = { project, iid: 3, sourceBranch: 'agent/CARE-1', targetBranch: 'main', state: 'opened', author };
  return { ...ordinary, title: 'Draft: x', discussions: [], ...overrides } as unknown as SandboxMergeRequest;
}

const aBackPort = (overrides: object = {}) =>
  aMergeRequest({ sourceBranch: BACK_PORT, targetBranch: 'release/1.0', ...overrides });
const aPlannedRun = () => aRun({ state: 'done', task: aCodingTask({ id: 'coding~PLAN-1~c1', issueKey: 'PLAN-1' }) });
const anEntry = (revision: string) => ({ issueKey: 'PLAN-1', revision, at: 1, withdrawn: false });
const pushedBy = (runId: string, repo = 'group/planned') => new Map([[repo, [{ sha: 'c'.repeat(40), runs: [runId] }]]]);
const aRepair = (pipelineId: number, headSha = about.headSha, commitSha = 'new') =>
  aRun({
    runId: `run-${pipelineId}`,
    state: 'done',
    task: buildPipelineTask({ ...about, headSha, pipelineId }),
    result: { what: 'pipeline-repaired', commitSha },
  });
const aToolRun = () => aRun({ state: 'done', task: aCodingTask({ jiraProject: TOOLED, issueKey: `${TOOLED}-1` }) });
const withStatus = (status: string, sha = about.headSha) =>
  aMergeRequest({ headSha: about.headSha, sourceProject: { commitStatuses: [{ name: 'cmap/review', sha, status }] } });

function kindsOf(facts: Partial<Facts>, torture: Partial<TortureEnvironment> = {}, changes: object[] = []) {
  const jira = { issueKeys: ['SHADE-1'], issue: () => ({ changes }) };
  const environment = { environment: { jira }, approved: new Set(), heldBack: new Set(), ...torture };
  return checkFeatures(someFacts(facts), environment as unknown as TortureEnvironment).map(
    ({ kind, what }) => `${kind}: ${what}`,
  );
}

const backPortRun = aRun({
  state: 'done',
  task: buildBackPortTask({ ...about, branch: 'release/1.0' }),
  result: { what: 'back-port-opened' },
});

describe('what a binding may turn on', () => {
  it.each<{ name: string; facts: Partial<Facts>; torture?: Partial<TortureEnvironment>; changes?: object[] }>([
    { name: 'one back-port for each version', facts: { mergeRequests: [aBackPort(), aMergeRequest()] } },
    { name: 'a draft that was held back', facts: {}, torture: { heldBack: new Set([aMergeRequest()]) } },
    {
      name: 'a plan that a person approved',
      facts: { runs: [aPlannedRun()], entries: [anEntry('0')], commits: pushedBy('run-1') },
      torture: { approved: new Set(['PLAN-1']) },
    },
    {
      name: 'a plan whose ticket was asked for again',
      facts: { runs: [aPlannedRun()], entries: [anEntry('0'), anEntry('9')], commits: pushedBy('run-1') },
    },
    { name: 'two repairs of a head', facts: { runs: [aRepair(1), aRepair(2)] } },
    {
      name: 'two repairs of a head, and two of a head that a person pushed',
      facts: { runs: [aRepair(1), aRepair(2, 'b', 'c'), aRepair(3, 'd', 'e')] },
    },
    {
      name: 'tools that the model was shown',
      facts: { runs: [aToolRun()], sessionAt: new Map([['run-1', 1]]), receivedMarkers: new Set([TOOL_MARKER]) },
    },
    { name: 'a review that has ended', facts: { mergeRequests: [withStatus('success')] } },
    { name: 'a review of an older head', facts: { mergeRequests: [withStatus('running', 'f'.repeat(40))] } },
    { name: 'a person at work in a repository in shadow', facts: {}, changes: [{ authorId: 'ada' }] },
  ])('is kept by $name', ({ facts, torture, changes }) => {
    expect(kindsOf(facts, torture, changes)).toEqual([]);
  });

  it.each<{
    name: string;
    facts: Partial<Facts>;
    torture?: Partial<TortureEnvironment>;
    changes?: object[];
    expected: RegExp;
  }>([
    {
      name: 'three repairs, each of the head the one before has pushed',
      facts: { runs: [aRepair(1, 'a', 'b'), aRepair(2, 'b', 'c'), aRepair(3, 'c', 'd')] },
      expected: /^defect: 3 repairs in a row of mr~7~3/,
    },
    {
      name: 'a session without the tools of its team',
      facts: { runs: [aToolRun()], sessionAt: new Map([['run-1', 1]]) },
      expected: /^defect: no session was given the tools/,
    },
    {
      name: 'a review that stays running',
      facts: { mergeRequests: [withStatus('running')] },
      expected: /^stuck: the review of group\/care!3 is running for good/,
    },
    {
      name: 'two drafts for one version',
      facts: { mergeRequests: [aBackPort(), aBackPort({ iid: 4, state: 'closed' })] },
      expected: /^duplicate: 2 back-ports/,
    },
    {
      name: 'a back-port to another branch',
      facts: { mergeRequests: [aBackPort({ targetBranch: 'main' })] },
      expected: /goes to main$/,
    },
    {
      name: 'two commits of one back-port',
      facts: {
        runs: [backPortRun],
        commits: new Map([['group/care', [1, 2].map((n) => ({ sha: `${n}`, runs: [backPortRun.runId] }))]]),
      },
      expected: /^duplicate: 2 commits of update~/,
    },
    {
      name: 'a ticket that waits for a back-port for good',
      facts: {
        reports: [
          {
            issueKey: 'CARE-1',
            commentId: '1',
            purpose: 'back-ports',
            runId: 'mr~7~3',
            text: 'The agent resolves it, and this comment will say how that ended.',
          },
        ],
      },
      expected: /^stuck: CARE-1/,
    },
    {
      name: 'what a person held back made ready',
      facts: {},
      torture: { heldBack: new Set([aMergeRequest({ title: 'x' })]) },
      expected: /was made ready against a person$/,
    },
    {
      name: 'a commit in shadow',
      facts: { commits: pushedBy('run-1', 'group/shade') },
      expected: /was pushed in shadow$/,
    },
    {
      name: 'a merge request in shadow',
      facts: { mergeRequests: [aMergeRequest({ project: { id: 9, path: 'group/shade' } })] },
      expected: /was opened in shadow$/,
    },
    {
      name: 'a note in shadow',
      facts: { notes: [anAgentNote({ repo: 'group/shade', scope: 'mr~9~3' })] },
      expected: /a note \(summary\)/,
    },
    {
      name: 'a ticket moved in shadow',
      facts: {},
      changes: [{ authorId: AGENT }],
      expected: /was changed in shadow$/,
    },
    {
      name: 'a plan carried out without a word',
      facts: { runs: [aPlannedRun()], entries: [anEntry('0')], commits: pushedBy('run-1') },
      expected: /carried out without an approval$/,
    },
    {
      name: 'a third repair of a head',
      facts: { runs: [1, 2, 3].map((id) => aRepair(id)) },
      expected: /^defect: 3 repairs/,
    },
    {
      name: 'a ticket at work in two repositories',
      facts: {
        mergeRequests: ['group/rest', 'group/web'].map((path) =>
          aMergeRequest({ project: { id: 1, path }, sourceBranch: 'agent/ROUTE-1' }),
        ),
      },
      expected: /open in several repositories$/,
    },
  ])('is broken by $name', ({ facts, torture, changes, expected }) => {
    const [found = '', ...more] = kindsOf(facts, torture, changes);
    expect(found).toMatch(expected);
    expect(more).toEqual([]);
  });
});
