import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { buildPipelineTask, buildTargetMergeTask } from '../../../shared/domain/tasks/build-task.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRunnerSettings } from '../../../test/builders/workspace.ts';
import { only } from '../../../test/doubles/only.ts';
import { AGENT, aMergeRequest, aNote } from '../../../test/fixtures/discussions.ts';
import { makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import type { AgentRequest } from '../../agent/agent.ts';
import { createRemovals } from '../../workspace/removals.ts';
import { perform } from '../perform.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

const BRANCH = 'agent/PROJ-1';
const PIPELINE = 812;
let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

type Kind = 'repair' | 'merge';
type Act = (shown: { state: MergeRequest['state'] }) => void;

/** An update of a merge request of the agent while people act on it, once its change was validated. */
async function update(kind: Kind, act: Act = () => {}) {
  const headSha = remote.push(BRANCH, { 'fix.md': 'wrong\n' });
  const targetSha = remote.push('main', { 'newer.md': 'Newer.\n' });
  const shown: { state: MergeRequest['state'] } = { state: 'opened' };
  const notes: string[] = [];
  const job = { name: 'test', stage: 'test', status: 'failed', allowFailure: false };
  const gitlab = only<GitLab>({
    getCurrentUser: async () => AGENT,
    getMergeRequest: async () =>
      aMergeRequest({ author: AGENT, sourceBranch: BRANCH, targetBranch: 'main', headSha, ...shown }),
    listNotes: async () => [],
    async createNote(_project, _iid, body) {
      notes.push(body);
      return aNote({ body });
    },
    findPipeline: async () => ({ id: PIPELINE, sha: headSha, ref: BRANCH, status: 'failed', source: 'push' }),
    // Retried before.
    listJobs: async () => [
      { id: 1, ...job },
      { id: 2, ...job },
    ],
    findManualJobs: async () => new Set(),
    listFailedChildren: async () => [],
    listFailedTests: async () => [],
    readJobLog: async () => 'expected right',
  });
  const about = { projectId: 7, mergeRequestIid: 3, headSha };
  const task =
    kind === 'repair'
      ? buildPipelineTask({ ...about, pipelineId: PIPELINE })
      : buildTargetMergeTask({ ...about, targetSha });
  const context = aRunContext(task, { createdAt: Date.now() });
  const { stage } = context;
  context.stage = async (name, fields) => {
    await stage(name, fields);
    if (name === 'checked') act(shown);
  };
  const binding = aBinding({ repair_pipelines: 'on', merge_target: 'on' });
  const project = { projectId: 7, cloneUrl: remote.remote.cloneUrl, webUrl: 'https://gitlab.example/group/app' };
  const entry = { state: 'ready', binding, project };
  const deps = {
    mapping: async () => ({ registry: { byProjectId: async () => entry, listOfProject: async () => [entry] } }),
    gitlabFor: async () => gitlab,
    listEarlierRuns: async () => [],
    git: makeGit(remote.directory),
    credentialFor: async () => undefined,
    clock: systemClock,
    log: silentLog,
    removals: createRemovals({ log: silentLog }),
    settings: { ...aRunnerSettings(), workspaceRoot: mkdtempSync(path.join(remote.directory, 'workspaces-')) },
    isolation: { kind: 'none', reason: 'a test' },
    redact: (text: string) => text,
    maskWritten: createRedactor().maskWritten,
    saveTranscript: async () => {},
    async runAgent({ workTree }: AgentRequest<unknown>) {
      writeFileSync(path.join(workTree, 'fix.md'), 'right\n');
      const usage = { modelCalls: 1, inputTokens: 1, outputTokens: 1 };
      return { result: { summary: 'Mends it' }, resultFrom: 'tool', usage, transcript: '' };
    },
  } as unknown as RunnerDeps; // nothing else is looked at
  const outcome = await perform(context, deps, new AbortController().signal);
  return { outcome, notes, headSha, isPushed: context.stages.some(({ name }) => name === 'pushed') };
}

describe.each<Kind>(['repair', 'merge'])('an update for which no person has asked: %s', (kind) => {
  it('is pushed', async () => {
    const { outcome, headSha } = await update(kind);
    expect(outcome).toMatchObject({ kind: 'done', result: { commitSha: remote.sha(BRANCH) } });
    expect(remote.sha(`${BRANCH}^`)).toBe(headSha);
  });

  it.each(['closed', 'merged'] as const)(
    'pushes and says nothing once people have %s the merge request',
    async (state) => {
      const { outcome, notes, headSha } = await update(kind, (shown) => {
        shown.state = state;
      });
      expect(outcome).toEqual({ kind: 'superseded', reason: 'closed' });
      expect([remote.sha(BRANCH), notes]).toEqual([headSha, []]);
    },
  );

  it('gives way to a person who pushes', async () => {
    let theirs = '';
    const { outcome, notes } = await update(kind, () => {
      theirs = remote.push(BRANCH, { 'theirs.md': 'Theirs.\n' });
    });
    expect(outcome).toEqual({ kind: 'superseded', reason: 'newer-head' });
    expect([remote.sha(BRANCH), notes]).toEqual([theirs, []]);
  });
});
