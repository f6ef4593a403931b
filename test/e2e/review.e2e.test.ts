import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxCommitStatus } from '../../sandbox/gitlab/state/fake-state.ts';
import { buildReviewTask } from '../../shared/domain/tasks/build-task.ts';
import { GREET, openTestMergeRequest, ownNotes, performTask, REPO, reviewNow, textOf } from './merge-request-steps.ts';
import { SHORT_LEASE } from './short-lease.ts';
import { startTwoTeamsEnvironment } from './two-teams-environment.ts';

let environment: Environment;
/** Called when the model is asked; the session waits for it. */
let onModelRequest: (() => Promise<void>) | undefined;

beforeAll(async () => {
  environment = await startTwoTeamsEnvironment({
    bindings: { PROJ: { repo: REPO, review: { resolution: 'resolve', status: 'on' } } },
    functionInstances: 0,
    maxRunners: 1,
    pollingIntervalMs: 100,
    runnerEnv: SHORT_LEASE,
    onModelRequest: async () => {
      const work = onModelRequest;
      onModelRequest = undefined;
      await work?.();
    },
  });
  environment.gitlab.addUser({ username: 'stranger' });
});
afterAll(() => environment.close());

describe('a review', () => {
  it('finds, is fixed by a person, looks at the new commits only and resolves its own thread', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-greet');
    const first = await reviewNow(environment, mergeRequest);
    expect(first).toMatchObject({ state: 'done', result: { what: 'reviewed', mergeRequestIid: mergeRequest.iid } });

    const [finding, ...more] = ownNotes(mergeRequest, 'finding');
    expect(more).toEqual([]);
    expect(finding?.position).toMatchObject({ new_path: 'greet.mjs', new_line: 1, ...wireRefs(mergeRequest) });
    expect(textOf(finding)).toContain('**Major:** The name is ignored');
    expect(textOf(finding)).toContain('```suggestion:-0+0\nexport const greet = (name) => `Hello, ${name}`;\n```');
    const [summary] = ownNotes(mergeRequest, 'summary');
    expect(textOf(summary)).toContain('1 new finding: 1 major.');
    expect(textOf(summary)).toContain('Reviewed everything up to');

    const before = mergeRequest.headSha;
    expect(statusesOf(mergeRequest)).toMatchObject([
      {
        status: 'failed',
        ref: mergeRequest.sourceBranch,
        description: expect.stringContaining('1 open finding: 1 major.'),
        targetUrl: expect.stringMatching(new RegExp(`/merge_requests/${mergeRequest.iid}#note_${summary?.id}$`)),
      },
    ]);
    await environment.gitlab.as('ada').push(REPO, {
      branch: mergeRequest.sourceBranch,
      files: { 'greet.mjs': 'export const greet = (name) => `Hello, ${name}`;\n' },
    });
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done' });

    const thread = mergeRequest.discussions.find(({ notes }) => notes.some(({ id }) => id === finding?.id));
    expect(thread?.notes[0]).toMatchObject({ resolved: true, resolvedBy: { username: 'agent-a' } });
    expect(textOf(thread?.notes[1])).toContain(`Fixed at ${mergeRequest.headSha.slice(0, 8)}.`);
    expect(ownNotes(mergeRequest, 'finding')).toHaveLength(1);
    // Edited in place.
    expect(ownNotes(mergeRequest, 'summary').map(({ id }) => id)).toEqual([summary?.id]);
    const range = `${before.slice(0, 8)}..${mergeRequest.headSha.slice(0, 8)}`;
    expect(textOf(ownNotes(mergeRequest, 'summary')[0])).toContain(`Reviewed the new commits ${range}.`);
    expect(textOf(ownNotes(mergeRequest, 'summary')[0])).toContain('1 fixed since the last review');
    expect(statusesOf(mergeRequest)).toMatchObject([{ status: 'success' }]);
  });

  it('of a head that was reviewed posts nothing, asked or not', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-greet');
    await reviewNow(environment, mergeRequest);
    const notes = () => mergeRequest.discussions.flatMap((discussion) => discussion.notes.map(({ body }) => body));
    const before = notes();
    const about = {
      projectId: mergeRequest.project.id,
      mergeRequestIid: mergeRequest.iid,
      headSha: mergeRequest.headSha,
    };
    const again = await performTask(environment, {
      ...buildReviewTask(about),
      id: `${buildReviewTask(about).id}~again`,
    });
    expect(again).toMatchObject({ state: 'done', result: { what: 'nothing-new' } });
    expect(notes()).toEqual(before);

    const request = environment.gitlab.as('ada').note(REPO, mergeRequest.iid, '/copilot review');
    const asked = await performTask(environment, buildReviewTask({ ...about, request: request.id }));
    expect(asked).toMatchObject({ state: 'done', result: { what: 'nothing-new' } });
    expect(textOf(ownNotes(mergeRequest, 'answer')[0])).toContain('Nothing is new since the review at');
    expect(ownNotes(mergeRequest, 'finding')).toHaveLength(1);
  });

  it('killed between finding 3 and 4 of 7 ends with seven findings, none twice', async () => {
    const lines = Array.from({ length: 7 }, (_, index) => `problem ${index + 1}\n`).join('');
    const mergeRequest = await openTestMergeRequest(environment, 'review-seven', { 'seven.txt': lines });
    const sandbox = environment.gitlab.state;
    const { announce } = sandbox;
    let found = 0;
    sandbox.announce = (event) => {
      announce(event);
      if (event.kind !== 'note' || event.mergeRequest !== mergeRequest) return;
      found += 1;
      // The third is there and its answer never arrives.
      if (found === 3) for (const runner of environment.jobs.running()) runner.kill('SIGKILL');
    };
    const run = await reviewNow(environment, mergeRequest);
    sandbox.announce = announce;

    expect(run).toMatchObject({ state: 'done', attempt: 2 });
    const findings = ownNotes(mergeRequest, 'finding');
    expect(findings.map(({ position }) => position?.['new_line']).sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(ownNotes(mergeRequest, 'summary')).toHaveLength(1);
    expect(textOf(ownNotes(mergeRequest, 'summary')[0])).toContain('7 new findings: 7 major.');
    expect(statusesOf(mergeRequest).map(({ status }) => status)).toEqual(['failed']);
  });

  it('whose positions are refused posts its findings at the file, and then in threads at no place', async () => {
    const atFile = await openTestMergeRequest(environment, 'review-greet');
    environment.gitlab.failNext({ match: /POST .*\/discussions/, times: 1, status: 400 });
    await reviewNow(environment, atFile);
    expect(ownNotes(atFile, 'finding')[0]?.position).toMatchObject({ position_type: 'file', new_path: 'greet.mjs' });
    expect(textOf(ownNotes(atFile, 'finding')[0])).toContain('`greet.mjs:1`');
    expect(textOf(ownNotes(atFile, 'summary')[0])).toContain(
      '| Major | `greet.mjs:1` | The name is ignored | at the file |',
    );

    const asNote = await openTestMergeRequest(environment, 'review-greet');
    environment.gitlab.failNext({ match: /POST .*\/discussions/, times: 2, status: 400 });
    await reviewNow(environment, asNote);
    const [note] = ownNotes(asNote, 'finding');
    expect(note).toMatchObject({ resolvable: true });
    expect(note?.position).toBeUndefined();
    expect(textOf(ownNotes(asNote, 'summary')[0])).toContain('| in a note |');
  });

  it('does not bring back what a person resolved', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-insists');
    await reviewNow(environment, mergeRequest);
    const [thread] = mergeRequest.discussions.filter(({ individualNote }) => !individualNote);
    const ada = environment.gitlab.as('ada');
    ada.resolve(REPO, mergeRequest.iid, thread?.id ?? '');
    ada.note(REPO, mergeRequest.iid, 'We agreed to ignore the name.');
    // The line moves down, and the agent insists.
    await ada.push(REPO, {
      branch: mergeRequest.sourceBranch,
      files: { 'greet.mjs': `${GREET.trimEnd()} // new\n// end\n` },
    });
    const run = await reviewNow(environment, mergeRequest);

    expect(run).toMatchObject({ state: 'done', result: { what: 'reviewed' } });
    expect(ownNotes(mergeRequest, 'finding')).toHaveLength(1);
    expect(thread?.notes[0]).toMatchObject({ resolved: true, resolvedBy: { username: 'ada' } });
    expect(textOf(ownNotes(mergeRequest, 'summary')[0])).toContain('1 known already and not repeated');
    const asked = environment.model?.requests.findLast(({ scenario }) => scenario === 'review-insists')?.body ?? '';
    expect(asked).toContain('Settled by people');
    expect(asked).toMatch(/What others said on this merge request.*We agreed to ignore the name\./s);
  });

  it('of a merge of the target branch asks no model', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-greet');
    await reviewNow(environment, mergeRequest);
    const asked = environment.model?.requests.length;
    const { repository } = environment.gitlab.project(REPO);
    const main = await environment.gitlab
      .as('ada')
      .push(REPO, { branch: 'main', files: { 'README.md': '# Greetings, all\n' } });
    const tree = await repository.git(['merge-tree', '--write-tree', mergeRequest.headSha, main]);
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    const parents = ['-p', mergeRequest.headSha, '-p', main];
    const merge = await repository.git([...author, 'commit-tree', tree, ...parents, '-m', 'Merge main']);
    await environment.gitlab.as('ada').push(REPO, { branch: mergeRequest.sourceBranch, from: merge, files: {} });

    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done', result: { what: 'reviewed' } });
    expect(environment.model?.requests.length).toBe(asked);
    expect(textOf(ownNotes(mergeRequest, 'summary')[0])).toContain('The commits change nothing in this merge request.');
  });

  it('after a force-push looks at everything again and says why', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-insists');
    await reviewNow(environment, mergeRequest);
    await environment.gitlab.as('ada').push(REPO, {
      branch: mergeRequest.sourceBranch,
      from: 'main',
      files: { 'greet.mjs': `${GREET.trimEnd()} // new\n`, 'more.txt': 'more\n' },
    });
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done' });
    expect(textOf(ownNotes(mergeRequest, 'summary')[0])).toContain('because the branch was rewritten');
    expect(ownNotes(mergeRequest, 'finding')).toHaveLength(1);
  });

  it('whose head moves while the agent looks is superseded and says nothing', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-greet');
    const task = buildReviewTask({
      projectId: mergeRequest.project.id,
      mergeRequestIid: mergeRequest.iid,
      headSha: mergeRequest.headSha,
    });
    onModelRequest = async () => {
      await environment.gitlab
        .as('ada')
        .push(REPO, { branch: mergeRequest.sourceBranch, files: { 'late.txt': 'late\n' } });
    };
    expect(await performTask(environment, task)).toMatchObject({ state: 'superseded', detail: 'newer-head' });
    expect(ownNotes(mergeRequest)).toEqual([]);
    expect(statusesOf(mergeRequest, task.headSha)).toMatchObject([{ status: 'canceled' }]);
  });

  it('cannot write, run commands or reach the network', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-writes');
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done' });
    const [last] = environment.model?.requests.filter(({ scenario }) => scenario === 'review-writes').slice(-1) ?? [];
    const conversation = JSON.parse(last?.body ?? '{}') as {
      messages: { role: string; content: string }[];
      tools: { function: { name: string } }[];
    };
    const offered = conversation.tools.map((tool) => tool.function.name);
    expect(offered).toContain('submit_review');
    for (const name of ['bash', 'create', 'edit', 'apply_patch', 'web_fetch']) expect(offered).not.toContain(name);
    expect(conversation.messages.filter(({ role }) => role === 'tool')).toHaveLength(4);
    expect(JSON.stringify(conversation.messages.filter(({ role }) => role === 'tool'))).not.toMatch(
      /created|successfully/i,
    );
    expect(await environment.gitlab.readFile(REPO, mergeRequest.sourceBranch, 'new.txt')).toBeUndefined();
    expect(environment.gitlab.requests.entries.filter(({ url }) => url.includes('git-receive-pack'))).toEqual([]);
  });

  it('that was written down instead of handed in counts', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-prose');
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done' });
    const findings = ownNotes(mergeRequest, 'finding');
    expect(findings.map(({ position }) => position?.['new_line'])).toEqual([1]);
    expect(textOf(ownNotes(mergeRequest, 'summary')[0])).toContain('Written down instead of handed in.');
    expect(statusesOf(mergeRequest)).toMatchObject([
      { status: 'failed', description: expect.stringContaining('1 finding could not be read.') },
    ]);
    // Asked again it looks again: a head with a lost finding has no review yet.
    const note = environment.gitlab.as('ada').note(REPO, mergeRequest.iid, '/copilot review');
    const { project, iid, headSha } = mergeRequest;
    const asked = buildReviewTask({ projectId: project.id, mergeRequestIid: iid, headSha, request: note.id });
    expect(await performTask(environment, asked)).toMatchObject({ result: { what: 'reviewed' } });
    expect(ownNotes(mergeRequest, 'finding')).toHaveLength(1);
  });

  it('of a fork reads it through the target project and pushes nothing', async () => {
    const { gitlab } = environment;
    await gitlab.as('stranger').fork(REPO, 'stranger/service-a');
    await gitlab
      .as('stranger')
      .push('stranger/service-a', { branch: 'idea', files: { 'greet.mjs': `${GREET.trimEnd()} // fork\n` } });
    const mergeRequest = await gitlab.as('stranger').openMergeRequest(REPO, {
      from: 'stranger/service-a',
      sourceBranch: 'idea',
      title: 'An idea',
      description: 'scenario: review-greet',
    });
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done' });
    expect(ownNotes(mergeRequest, 'finding')).toHaveLength(1);
    // The account of the agent is no member of the fork.
    expect(textOf(ownNotes(mergeRequest, 'summary')[0])).toContain('GitLab refused the commit status `cmap/review`.');
  });

  it.each([
    {
      name: 'a closed merge request',
      reason: 'closed',
      change: (iid: number) => environment.gitlab.as('ada').close(REPO, iid),
    },
    {
      name: 'a draft',
      reason: 'draft',
      change: async (iid: number) => environment.gitlab.as('ada').edit(REPO, iid, { title: 'Draft: Greet people' }),
    },
  ])('of $name is left out with a reason', async ({ reason, change }) => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-greet');
    await change(mergeRequest.iid);
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'superseded', detail: reason });
    expect(ownNotes(mergeRequest)).toEqual([]);
  });
});

function wireRefs({ diffRefs }: Awaited<ReturnType<typeof openTestMergeRequest>>) {
  return { base_sha: diffRefs.baseSha, start_sha: diffRefs.startSha, head_sha: diffRefs.headSha };
}

function statusesOf(
  { sourceProject, headSha }: Awaited<ReturnType<typeof openTestMergeRequest>>,
  sha = headSha,
): SandboxCommitStatus[] {
  return (sourceProject?.commitStatuses ?? []).filter((status) => status.sha === sha && status.name === 'cmap/review');
}
