import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Discussion, GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { buildFindingsTask } from '../../../shared/domain/tasks/build-task.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { aRunnerSettings } from '../../../test/builders/workspace.ts';
import { only } from '../../../test/doubles/only.ts';
import { AGENT, aFindingDiscussion, aMergeRequest, aNote, PERSON } from '../../../test/fixtures/discussions.ts';
import { makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import type { AgentRequest } from '../../agent/agent.ts';
import { createRemovals } from '../../workspace/removals.ts';
import { fixFindings } from './fix-findings.ts';

const BRANCH = 'agent/PROJ-1';
const USAGE = { modelCalls: 1, inputTokens: 1, outputTokens: 1 };
let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

interface Moment {
  /** A person writes a note in the merge request. */
  speak(): void;
  /** A person pushes on the branch. */
  push(): string;
  /** A person takes the last commit of the agent back. */
  takeBack(): void;
  /** A person merges the merge request; its branch stays. */
  merge(): void;
}

interface Given {
  duringSession?: (person: Moment) => void;
  /** While `validate` runs, which is after the session. */
  duringValidate?: (person: Moment) => void;
  rounds?: number;
  /** What the person pushes. */
  files?: Record<string, string>;
}

/** One round on a merge request of the agent while a person may be at work there. */
async function mend({ duringSession, duringValidate, rounds = 0, files = { 'theirs.md': 'Theirs.\n' } }: Given = {}) {
  const before = remote.push(BRANCH, { 'a.md': 'a\n' });
  const headSha = remote.push(BRANCH, { 'fix.md': 'wrong\n' });
  let shown = headSha;
  let state: 'opened' | 'merged' = 'opened';
  const discussions: Discussion[] = [aFindingDiscussion()];
  const person: Moment = {
    speak: () => void discussions.push({ id: 'x', individualNote: true, notes: [aNote({ author: PERSON })] }),
    // GitLab shows the new head of a merge request later than git does.
    push: () => remote.push(BRANCH, files, 'Theirs'),
    takeBack() {
      remote.drop(BRANCH);
      remote.rewrite(BRANCH, before, {});
      shown = remote.sha(BRANCH);
    },
    merge() {
      state = 'merged';
    },
  };
  const mergeRequest = () =>
    aMergeRequest({ author: AGENT, sourceBranch: BRANCH, targetBranch: 'main', headSha: shown, state });
  const answers: string[] = [];
  const gitlab = only<GitLab>({
    getMergeRequest: async () => mergeRequest(),
    listDiscussions: async () => [...discussions],
    findDiscussion: async (_project, _iid, id) => discussions.find((one) => one.id === id),
    async replyToDiscussion(_project, _iid, _id, body) {
      answers.push(body);
      return aNote({ body });
    },
  });
  const task = buildFindingsTask({ projectId: 7, mergeRequestIid: 3, headSha });
  const context = aRunContext(task);
  const { stage } = context;
  context.stage = async (name, fields) => {
    await stage(name, fields);
    if (name === 'checked') duringValidate?.(person);
  };
  const delivery = aRun({
    task: aCodingTask(),
    state: 'done',
    createdAt: 1000,
    result: { what: 'merge-request', mergeRequestIid: 3, commitSha: headSha },
  });
  const binding = aBinding({ repair_rounds: rounds, review: { fix_own_findings: true } });
  const report = {
    result: { summary: 'Mends it', threads: [{ discussionId: 'finding-1', status: 'fixed', what: 'Mended.' }] },
    resultFrom: 'tool',
    usage: USAGE,
    transcript: '',
  };
  const run = {
    task,
    context,
    binding,
    bindings: [binding],
    project: { projectId: 7, cloneUrl: remote.remote.cloneUrl },
    gitlab,
    self: AGENT,
    mergeRequest: mergeRequest(),
    scope: task.scope,
    waiting: { notify: async () => {}, retract: async () => {} },
    deps: {
      git: makeGit(remote.directory),
      credentialFor: async () => undefined,
      clock: systemClock,
      log: silentLog,
      removals: createRemovals({ log: silentLog }),
      settings: { ...aRunnerSettings(), workspaceRoot: mkdtempSync(path.join(remote.directory, 'workspaces-')) },
      isolation: { kind: 'none', reason: 'a test' },
      redact: (text: string) => text,
      maskWritten: createRedactor().maskWritten,
      listEarlierRuns: async (of: { task: { scope: string } }) => (of.task.scope.startsWith('issue') ? [delivery] : []),
      saveTranscript: async () => {},
      async runAgent({ workTree, judge }: AgentRequest<unknown>) {
        writeFileSync(path.join(workTree, 'fix.md'), 'right\n');
        duringSession?.(person);
        await judge?.(report as never);
        return report;
      },
    },
  } as unknown as Parameters<typeof fixFindings>[0]; // nothing else is looked at
  const outcome = await fixFindings(run, new AbortController().signal);
  return { outcome, answers, headSha, before, stages: context.stages.map(({ name }) => name) };
}

const GAVE_WAY = (reason: string) => ({ kind: 'superseded', reason });

describe('a round about what the own review found', () => {
  it('pushes what it mended, and answers', async () => {
    const { outcome, answers, headSha } = await mend();
    expect(outcome).toMatchObject({ kind: 'done', result: { what: 'findings-fixed', commitSha: remote.sha(BRANCH) } });
    expect(remote.sha(`${BRANCH}^`)).toBe(headSha);
    expect(answers).toHaveLength(1);
  });

  it.each([
    { when: 'during the session', rounds: 0, given: 'duringSession' },
    { when: 'during the session, with the same lines and rounds of repair', rounds: 1, given: 'duringSession' },
    { when: 'while the change is validated', rounds: 0, given: 'duringValidate' },
  ] as const)('gives way to a person who pushes $when', async ({ rounds, given }) => {
    let theirs = '';
    const files = rounds > 0 ? { 'fix.md': 'of a person\n' } : {};
    const ended = await mend({
      rounds,
      ...(rounds > 0 ? { files } : {}),
      [given]: (person: Moment) => {
        theirs = person.push();
      },
    });
    expect(ended.outcome).toEqual(GAVE_WAY('newer-head'));
    expect(remote.sha(BRANCH)).toBe(theirs);
    expect(ended.answers).toEqual([]);
    expect(ended.stages).not.toContain('repair');
  });

  it.each(['duringSession', 'duringValidate'] as const)('gives way to a person who speaks %s', async (given) => {
    const ended = await mend({ [given]: (person: Moment) => person.speak() });
    expect(ended.outcome).toEqual(GAVE_WAY('person-spoke'));
    expect(remote.sha(BRANCH)).toBe(ended.headSha);
    expect(ended.stages).not.toContain('pushing');
  });

  it.each(['duringSession', 'duringValidate'] as const)('gives way to a person who merges %s', async (given) => {
    const ended = await mend({ [given]: (person: Moment) => person.merge() });
    expect(ended.outcome).toEqual(GAVE_WAY('closed'));
    expect(remote.sha(BRANCH)).toBe(ended.headSha);
    expect(ended.answers).toEqual([]);
    expect(ended.stages).not.toContain('pushing');
  });

  it('brings no commit back that a person has taken off the branch meanwhile', async () => {
    const ended = await mend({ duringValidate: (person) => person.takeBack() });
    expect(ended.outcome).toEqual(GAVE_WAY('newer-head'));
    expect(ended.stages).not.toContain('pushing');
  });
});
