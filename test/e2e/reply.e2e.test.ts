import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxMergeRequest, SandboxNote } from '../../sandbox/gitlab/state/fake-state.ts';
import { formatReply } from '../../shared/domain/review/format-reply.ts';
import { buildRunId } from '../../shared/domain/runs/run-id.ts';
import { waitUntil } from '../wait-until.ts';
import {
  admit,
  finished,
  GREET,
  openTestMergeRequest,
  ownNotes,
  REPO,
  replyTaskFor,
  replyTo,
  reviewNow,
  textOf,
} from './merge-request-steps.ts';
import { SHORT_LEASE } from './short-lease.ts';
import { startTwoTeamsEnvironment } from './two-teams-environment.ts';

let environment: Environment;
/** Called when the model is asked; the session waits for it. */
let onModelRequest: (() => Promise<void>) | undefined;

beforeAll(async () => {
  environment = await startTwoTeamsEnvironment({
    bindings: { PROJ: { repo: REPO, validate: 'node --check greet.mjs' } },
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
  for (const username of ['stranger', 'chatty']) environment.gitlab.addUser({ username });
});
afterAll(() => environment.close());

const ada = () => environment.gitlab.as('ada');
const comment = (mergeRequest: SandboxMergeRequest, body: string, who = 'ada') =>
  environment.gitlab.as(who).note(REPO, mergeRequest.iid, body);
const commitsOn = (branch: string) => environment.gitlab.log(REPO, branch);
const pushes = () =>
  environment.gitlab.requests.entries.filter(({ endpoint }) => endpoint === 'git-receive-pack').length;
const sessions = () => environment.model?.requests.length ?? 0;

/** A merge request whose branch names a ticket. */
async function openForTicket() {
  const description = 'Say the name.\n\n## Acceptance criteria\n\n- It says Ada';
  const key = environment.jira.createIssue({ project: 'PROJ', summary: 'Greet by name', description });
  const sourceBranch = `feature/${key}-greet`;
  await ada().push(REPO, { branch: sourceBranch, files: { 'greet.mjs': `${GREET.trimEnd()} // ${key}\n` } });
  return { key, mergeRequest: await ada().openMergeRequest(REPO, { sourceBranch, title: 'Greet people' }) };
}

/** What the model is asked when this note is answered. */
async function promptsOf(mergeRequest: SandboxMergeRequest, note: string, who = 'ada'): Promise<string[]> {
  const before = sessions();
  await replyTo(environment, mergeRequest, comment(mergeRequest, note, who));
  return (environment.model?.requests ?? []).slice(before).map(({ body }) => body);
}

function threadOf({ discussions }: SandboxMergeRequest, note: SandboxNote): SandboxNote[] {
  return discussions.find(({ notes }) => notes.includes(note))?.notes ?? [];
}

describe('a person who may push', () => {
  it('asks for a test and gets a commit on the source branch and a reply in the thread', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    const thread = await ada().startThread(REPO, mergeRequest.iid, '/copilot add a test');
    const [note] = thread.notes;
    if (!note) throw new Error('The thread has a note');
    const run = await replyTo(environment, mergeRequest, note);

    expect(run).toMatchObject({ state: 'done', result: { what: 'changed', branch: mergeRequest.sourceBranch } });
    const [commit, before] = await commitsOn(mergeRequest.sourceBranch);
    expect(commit).toMatchObject({ sha: run.result?.commitSha, subject: 'Test the greeting' });
    expect(commit?.body).toContain(`Cmap-Run: ${run.runId}`);
    expect(before?.subject).toBe('Greet people');
    expect(await environment.gitlab.readFile(REPO, mergeRequest.sourceBranch, 'greet.test.mjs')).toContain(
      "greet('Ada')",
    );
    expect(threadOf(mergeRequest, note).map(textOf)).toEqual([
      '/copilot add a test',
      `Added a test that greets Ada.\n\nPushed as ${commit?.sha}.`,
    ]);
  });

  it('asks a question and gets an answer without a commit', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    const before = await commitsOn(mergeRequest.sourceBranch);
    const note = comment(mergeRequest, '@agent-a Why is it called greet?');
    expect(await replyTo(environment, mergeRequest, note)).toMatchObject({ state: 'done', result: { what: 'answer' } });
    expect(textOf(ownNotes(mergeRequest, 'answer')[0])).toBe('Because `greet.mjs:1` exports a greeting.');
    expect(await commitsOn(mergeRequest.sourceBranch)).toEqual(before);
  });

  it('asks about the ticket, which the session knows with what people said there', async () => {
    const { mergeRequest, key } = await openForTicket();
    environment.jira.addComment(key, 'Ada and Bob are the only names.');
    environment.jira.addComment(key, 'Only for managers.', 'ada', { visibility: { type: 'role', value: 'Managers' } });
    environment.jira.linkPage(key, { title: 'Names', url: 'https://wiki.example/names' });
    const asked = await promptsOf(mergeRequest, '@agent-a Why is it called greet?');
    const words = [
      'Greet by name',
      'Say the name.',
      'AC1: It says Ada',
      'the only names',
      'https://wiki.example/names',
    ];
    expect(words.filter((word) => !asked[0]?.includes(word))).toEqual([]);
    expect(asked.join().includes('Only for managers')).toBe(false);
  });

  it('says no, and the finding does not come back', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-insists');
    await reviewNow(environment, mergeRequest);
    const [thread] = mergeRequest.discussions.filter(({ individualNote }) => !individualNote);
    const words = 'This is not worth it.';
    environment.gitlab.addUser({ username: 'stranger' });
    const other = environment.gitlab.as('stranger').reply(REPO, mergeRequest.iid, thread?.id ?? '', words);
    expect(await replyTo(environment, mergeRequest, other)).toMatchObject({ result: { what: 'not-dismissed' } });
    const note = ada().reply(REPO, mergeRequest.iid, thread?.id ?? '', words);
    expect(await replyTo(environment, mergeRequest, note)).toMatchObject({
      state: 'done',
      result: { what: 'accepted-no' },
    });
    expect(textOf(thread?.notes.at(-1))).toBe('Understood, it stays.');

    await ada().push(REPO, { branch: mergeRequest.sourceBranch, files: { 'more.txt': 'more\n' } });
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done' });
    expect(ownNotes(mergeRequest, 'finding')).toHaveLength(1);
  });

  it('pushes while the agent works, and the commit goes on top of theirs', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    const note = comment(mergeRequest, '/copilot add a test');
    onModelRequest = async () => {
      await ada().push(REPO, { branch: mergeRequest.sourceBranch, files: { 'late.txt': 'late\n' }, message: 'Late' });
    };
    expect(await replyTo(environment, mergeRequest, note)).toMatchObject({
      state: 'done',
      result: { what: 'changed' },
    });
    const subjects = (await commitsOn(mergeRequest.sourceBranch)).map(({ subject }) => subject);
    expect(subjects.slice(0, 3)).toEqual(['Test the greeting', 'Late', 'Greet people']);
  });

  it('changes the same line meanwhile: theirs stays, and the thread says that the branch moved', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    const theirs = "export const greet = () => 'Hi';\n";
    const note = comment(mergeRequest, '/copilot rewrite the greeting');
    onModelRequest = async () => {
      await ada().push(REPO, { branch: mergeRequest.sourceBranch, files: { 'greet.mjs': theirs }, message: 'Hi' });
    };
    expect(await replyTo(environment, mergeRequest, note)).toMatchObject({
      state: 'done',
      result: { what: 'branch-moved' },
    });
    expect(await environment.gitlab.readFile(REPO, mergeRequest.sourceBranch, 'greet.mjs')).toBe(theirs.trim());
    expect(textOf(ownNotes(mergeRequest, 'branch-moved')[0])).toContain('Nothing was overwritten.');
  });

  it('asks for what breaks the validate command: nothing is pushed and the thread says why', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none', { 'greet.mjs': 'this is not JavaScript {\n' });
    const before = pushes();
    const note = comment(mergeRequest, '/copilot add a test');
    const run = await replyTo(environment, mergeRequest, note);
    expect(run).toMatchObject({ state: 'failed', code: 'validation-failed' });
    expect(pushes()).toBe(before);
    // A run is over before its failure is reported.
    await waitUntil('the failure is reported', () => ownNotes(mergeRequest, 'failure').length > 0);
    expect(textOf(threadOf(mergeRequest, note)[1])).toContain('node --check greet.mjs');
  });

  it('pauses, resumes and asks for help without a session', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'review-greet');
    const before = sessions();
    await replyTo(environment, mergeRequest, comment(mergeRequest, '/copilot pause'));
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'superseded', detail: 'paused' });
    await replyTo(environment, mergeRequest, comment(mergeRequest, '/copilot resume'));
    await replyTo(environment, mergeRequest, comment(mergeRequest, '/copilot help'));
    expect(sessions()).toBe(before);
    const purposes = ['paused', 'resumed', 'help'];
    expect(purposes.map((purpose) => ownNotes(mergeRequest, purpose).length)).toEqual([1, 1, 1]);
  });

  it('deleted the source branch: answered so, without a session', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    await ada().deleteBranch(REPO, mergeRequest.sourceBranch);
    const before = sessions();
    await replyTo(environment, mergeRequest, comment(mergeRequest, '/copilot add a test'));
    expect(textOf(ownNotes(mergeRequest, 'branch-deleted')[0])).toContain('was deleted');
    expect(sessions()).toBe(before);
  });

  it('asks too late: answered that the merge request is closed', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    const note = comment(mergeRequest, '/copilot add a test');
    await ada().close(REPO, mergeRequest.iid);
    await replyTo(environment, mergeRequest, note);
    expect(ownNotes(mergeRequest, 'closed')).toHaveLength(1);
  });
});

describe('a runner killed with SIGKILL', () => {
  it('after its push: the next one finds the commit and only answers', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    const note = comment(mergeRequest, '/copilot add a test');
    const runId = buildRunId(replyTaskFor(mergeRequest, note).id);
    const before = sessions();
    let kills = 0;
    environment.proxy.onTableInsert(async (table, entity) => {
      const isPush = table.endsWith('runevents') && entity['name'] === 'pushed';
      if (kills > 0 || !isPush || !String(entity['PartitionKey']).includes(runId)) return;
      kills += 1;
      for (const runner of environment.jobs.running()) {
        runner.kill('SIGKILL');
        await runner.exited;
      }
    });
    const run = await replyTo(environment, mergeRequest, note);

    expect(kills).toBe(1);
    expect(run).toMatchObject({ state: 'done', attempt: 2, result: { what: 'changed' } });
    const own = (await commitsOn(mergeRequest.sourceBranch)).filter(({ body }) => body.includes(runId));
    expect(own.map(({ sha }) => sha)).toEqual([run.result?.commitSha]);
    expect(ownNotes(mergeRequest, 'changed')).toHaveLength(1);
    // View, create, submit: one session, not two.
    expect(sessions() - before).toBe(3);
  });
});

describe('a person who may not push', () => {
  it('is refused politely, and once in a thread', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    const before = { sessions: sessions(), pushes: pushes() };
    const first = comment(mergeRequest, '/copilot add a test', 'stranger');
    expect(await replyTo(environment, mergeRequest, first)).toMatchObject({
      state: 'done',
      result: { what: 'no-permission' },
    });
    const { id } = mergeRequest.discussions.find(({ notes }) => notes.includes(first)) ?? { id: '' };
    const second = environment.gitlab.as('stranger').reply(REPO, mergeRequest.iid, id, '/copilot add a test, please');
    expect(await replyTo(environment, mergeRequest, second)).toMatchObject({
      state: 'superseded',
      detail: 'no-permission',
    });

    expect(ownNotes(mergeRequest, 'no-permission')).toHaveLength(1);
    expect({ sessions: sessions(), pushes: pushes() }).toEqual(before);
  });

  it('is answered without the ticket, which may have fewer readers', async () => {
    const { mergeRequest, key } = await openForTicket();
    environment.jira.addComment(key, 'Ada and Bob are the only names.');
    const asked = await promptsOf(mergeRequest, 'Why is it called greet, @agent-a?', 'stranger');
    expect(asked).toHaveLength(2);
    expect(/Say the name|the only names|AC1/.exec(asked.join())).toBeNull();
  });

  it('may still ask: the session can only read, also when it tries to write', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    const before = pushes();
    await replyTo(environment, mergeRequest, comment(mergeRequest, 'Can you change it anyway, @agent-a?', 'stranger'));
    expect(ownNotes(mergeRequest, 'no-permission')).toHaveLength(1);
    expect(pushes()).toBe(before);
    expect(await environment.gitlab.readFile(REPO, mergeRequest.sourceBranch, 'new.txt')).toBeUndefined();
  });
});

describe('a merge request from a fork', () => {
  it('is never pushed to, not even for a maintainer', async () => {
    const { gitlab } = environment;
    await gitlab.as('ada').fork(REPO, 'ada/service-a');
    await gitlab
      .as('ada')
      .push('ada/service-a', { branch: 'idea', files: { 'greet.mjs': `${GREET.trimEnd()} // fork\n` } });
    const mergeRequest = await gitlab
      .as('ada')
      .openMergeRequest(REPO, { from: 'ada/service-a', sourceBranch: 'idea', title: 'An idea' });
    const before = pushes();
    await replyTo(environment, mergeRequest, comment(mergeRequest, '/copilot change it anyway'));
    expect(textOf(ownNotes(mergeRequest, 'fork')[0])).toContain('never pushes to forks');
    expect(pushes()).toBe(before);
  });
});

describe('two agents that talk to each other', () => {
  it('stop at the first word when they are of the same kind', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    const context = { scope: 'mr~1~1', noteId: 1 };
    const note = comment(mergeRequest, formatReply({ kind: 'answer', text: '@agent-a I see.' }, context), 'chatty');
    expect(await replyTo(environment, mergeRequest, note)).toMatchObject({ state: 'superseded', detail: 'marker' });
    expect(ownNotes(mergeRequest)).toEqual([]);
  });

  it('stop after ten answers in a thread otherwise, with one sentence', async () => {
    const mergeRequest = await openTestMergeRequest(environment, 'none');
    const { id } = await environment.gitlab.as('chatty').startThread(REPO, mergeRequest.iid, 'Let us talk.');
    const runs: string[] = [];
    for (let turn = 1; turn <= 13; turn += 1) {
      const note = environment.gitlab.as('chatty').reply(REPO, mergeRequest.iid, id, '/copilot help');
      runs.push(await admit(environment, replyTaskFor(mergeRequest, note)));
    }
    const endings = [];
    for (const runId of runs) endings.push(await finished(environment, runId));
    expect(ownNotes(mergeRequest, 'help')).toHaveLength(10);
    expect(ownNotes(mergeRequest, 'cap-reached')).toHaveLength(1);
    expect(ownNotes(mergeRequest)).toHaveLength(11);
    expect(endings.filter(({ state, detail }) => state === 'superseded' && detail === 'cap-reached')).toHaveLength(2);
  });
});
