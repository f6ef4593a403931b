import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMergeRequestEnd } from '../../functions/ingest/gitlab/end-of-merge-request.ts';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import { resolveBinding } from '../../shared/domain/mapping/source/resolve-binding.ts';
import { waitUntil } from '../wait-until.ts';
import { ADA, AGENT, BOB, ownComments, startTicketEnvironment } from './ticket-environment.ts';

const SOURCE = { jira_project: 'PROJ', repo: 'group/app' };
const REPO = SOURCE.repo;
let environment: Environment;

beforeAll(async () => {
  environment = await startTicketEnvironment([SOURCE]);
});

afterAll(async () => {
  await environment.close();
});

function ask(key: string, comment?: string) {
  if (comment !== undefined) environment.jira.addComment(key, comment, ADA);
  environment.jira.moveIssue(key, 'AI Ready', ADA);
}

async function work() {
  await environment.fire('poll-jira');
  await environment.settle();
}

const mergeRequests = (key: string) =>
  environment.gitlab.project(REPO).mergeRequests.filter(({ sourceBranch }) => sourceBranch === `agent/${key}`);

const requestsOf = (scenario: string) =>
  environment.model?.requests.filter((request) => request.scenario === scenario) ?? [];

const subjects = async (branch: string) => (await environment.gitlab.log(REPO, branch)).map(({ subject }) => subject);

/** As the webhook reports it, as often as it likes. */
async function notifyEnded(iid: number, ending: 'merged' | 'closed', times = 1) {
  const bindings = createBindings([resolveBinding(SOURCE)]);
  // Only the bindings and what is known of them are read here.
  const view = { bindings, registry: { status: () => [] } as never, generation: 0 };
  const onEnded = createMergeRequestEnd({ mapping: { current: async () => view }, outbox: environment.storage.outbox });
  const { id: projectId, mergeRequests: all } = environment.gitlab.project(REPO);
  const sourceBranch = all.find((one) => one.iid === iid)?.sourceBranch ?? '';
  const about = { projectId, mergeRequestIid: iid, ending, sourceBranch, seenBy: 'webhook' as const };
  return Promise.all(Array.from({ length: times }, () => onEnded(about)));
}

describe('rework', () => {
  it('answers a comment on the same branch and merge request, and keeps what people did there', async () => {
    const key = environment.jira.createIssue({
      project: 'PROJ',
      summary: 'Explain the weather',
      status: 'AI Ready',
      reporter: ADA,
    });
    await work();
    const [first] = mergeRequests(key);
    expect(environment.jira.issue(key).status.name).toBe('In Review');

    await environment.gitlab
      .as(BOB)
      .push(REPO, { branch: `agent/${key}`, message: 'Fix a typo by hand', files: { 'NOTES.md': 'by Bob\n' } });
    await environment.gitlab.as(BOB).startThread(REPO, first?.iid ?? 0, 'What about fog?');
    ask(key, 'Please say more about rain.');
    await work();

    const prompts = requestsOf('rework-something-more').map(({ body }) => body);
    expect(prompts[0]).toContain('Please say more about rain.');
    expect(prompts[0]).toContain('What about fog?');
    expect(prompts[0]).toContain('The branch already holds your earlier work');
    expect(mergeRequests(key)).toHaveLength(1);
    const title = `${key}: Explain the weather`;
    expect((await subjects(`agent/${key}`)).slice(0, 3)).toEqual([title, 'Fix a typo by hand', title]);
    expect(await environment.gitlab.readFile(REPO, `agent/${key}`, 'NOTES.md')).toBe('by Bob');
    expect(environment.jira.issue(key)).toMatchObject({ status: { name: 'In Review' }, assigneeId: ADA });
    // One comment per run, each in its final wording.
    const reports = ownComments(environment, key, 'report');
    expect(reports).toHaveLength(2);
    expect(reports[1]).toContain(`${environment.gitlab.url}/${REPO}/-/merge_requests/${first?.iid}`);
    expect(reports[1]).toContain('was updated.');
    // Who asked is notified by the result, and by nothing before it.
    expect(reports[1]).toMatch(/^@Ada Lovelace \*\*Merge request/);
    // Jira shows a line break inside a text as a space, and an address without a mark as plain text.
    const document = JSON.stringify(environment.jira.comments(key).at(-1)?.adf);
    expect(document).not.toMatch(/"text":"[^"]*\\n/);
    expect(document).toContain(`"type":"link","attrs":{"href":"${environment.gitlab.url}/${REPO}/-/merge_requests/`);
    // The description tells of both, until a person writes there.
    const described = () => mergeRequests(key)[0]?.description ?? '';
    expect(described()).toMatch(/#### Rework 1\n\nAdds what the comment asked for\.[\s\S]*Written by an AI agent/);
    environment.gitlab.as(BOB).edit(REPO, first?.iid ?? 0, { description: `${described()}\n\nBob was here.` });
    ask(key, 'Please say more about snow.');
    await work();
    expect(described()).toMatch(/Bob was here\.$/);
    expect(described()).not.toContain('Rework 2');
    // Both systems point at each other, and a long summary does not make a long subject.
    expect(first?.description).toContain(`/browse/${key}`);
    expect([...environment.jira.issue(key).remoteLinks.values()]).toMatchObject([
      { title: `Merge request !${first?.iid}` },
    ]);
  });

  it('gives a conflict back to the same session, and stops with a clear word when that does not help', async () => {
    const [good = '', bad = ''] = ['Resolve', 'Leave'].map((summary) =>
      environment.jira.createIssue({ project: 'PROJ', summary, status: 'AI Ready', reporter: ADA }),
    );
    await work();
    ask(good, 'Change it please: same-line keep-both');
    ask(bad, 'Change it please: same-line');
    const resume = environment.model?.pause();
    try {
      await environment.fire('poll-jira');
      await waitUntil('both agents are at work', () => requestsOf('rework-same-line').length === 2);
      for (const key of [good, bad]) {
        const files = { [`docs/${key}.md`]: `# ${key}\n\nWritten by Bob meanwhile.\n` };
        await environment.gitlab.as(BOB).push(REPO, { branch: `agent/${key}`, message: 'Say it by hand', files });
      }
    } finally {
      resume?.();
    }
    await environment.settle();

    const resolved = await environment.gitlab.readFile(REPO, `agent/${good}`, `docs/${good}.md`);
    expect(resolved).toContain('Written by Bob meanwhile.');
    expect(resolved).toContain('Rewritten by the agent, as asked.');
    expect(resolved).not.toContain('<<<<<<<');
    expect((await subjects(`agent/${good}`)).slice(0, 2)).toEqual([`${good}: Resolve`, 'Say it by hand']);

    expect((await subjects(`agent/${bad}`))[0]).toBe('Say it by hand');
    expect(await environment.gitlab.readFile(REPO, `agent/${bad}`, `docs/${bad}.md`)).toContain(
      'Written by Bob meanwhile.',
    );
    const [, stopped] = ownComments(environment, bad, 'report');
    expect(stopped).toContain('The change conflicts with other commits on the branch.');
    expect(stopped).toContain(`docs/${bad}.md`);
    expect(stopped).toContain('To start it again, move this ticket to "AI Ready".');
    expect(environment.jira.issue(bad).assigneeId).toBe(ADA);
    expect(stopped).toContain('The agent tried to repair it 2 times.');
    expect(requestsOf('rework-conflict-unresolved')).toHaveLength(2);
  });
});

describe('the end of a merge request', () => {
  it('moves the ticket to done when it was merged and says by whom, once; later work begins anew', async () => {
    const [key = ''] = environment.jira.issueKeys;
    const [merged] = mergeRequests(key);
    const ada = environment.gitlab.as(ADA);
    const reviewer = environment.gitlab.state.users.find(({ username }) => username === BOB);
    ada.edit(REPO, merged?.iid ?? 0, { title: `${key}: Explain the weather`, reviewers: reviewer ? [reviewer] : [] });
    environment.gitlab.as(BOB).approve(REPO, merged?.iid ?? 0);
    await ada.merge(REPO, merged?.iid ?? 0);
    const notified = await notifyEnded(merged?.iid ?? 0, 'merged', 5);
    expect(notified.filter((result) => 'duplicate' in result && !result.duplicate)).toHaveLength(1);
    await Promise.all([environment.fire('sweep'), environment.fire('sweep')]);
    await notifyEnded(merged?.iid ?? 0, 'merged');
    await environment.fire('sweep');

    expect(environment.jira.issue(key).status.name).toBe('Done');
    const comments = ownComments(environment, key, 'merged');
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain('was merged by Ada Lovelace.');
    expect(comments[0]).toContain('Reviewer: Bob');
    expect(comments[0]).toContain('Approved by Bob');
    // A display name is text.
    expect(JSON.stringify(environment.jira.comments(key).at(-1)?.adf)).toContain('Bob *the* [reviewer](/admin)');

    ask(key, 'One thing is missing.');
    await work();
    const [, next] = mergeRequests(key);
    expect(next).toMatchObject({ state: 'opened' });
    expect(requestsOf('rework-something-more').at(-1)?.body).toContain('this branch begins anew at the target branch');
    expect(environment.jira.issue(key).status.name).toBe('In Review');
  });

  it('says that it was closed, once, and more work goes to the same branch in a new merge request', async () => {
    const key = environment.jira.issueKeys[1] ?? '';
    const [closed] = mergeRequests(key);
    const before = await subjects(`agent/${key}`);
    await environment.gitlab.as(ADA).close(REPO, closed?.iid ?? 0);
    await notifyEnded(closed?.iid ?? 0, 'closed', 3);
    await environment.fire('sweep');
    await notifyEnded(closed?.iid ?? 0, 'closed');
    await environment.fire('sweep');
    const comments = ownComments(environment, key, 'closed');
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain('was closed without being merged');
    expect(environment.jira.issue(key).status.name).toBe('In Review');

    ask(key, 'Try it differently.');
    await work();
    expect(mergeRequests(key).map(({ state }) => state)).toEqual(['closed', 'opened']);
    expect((await subjects(`agent/${key}`)).slice(1)).toEqual(before);
  });

  it('never touches a ticket because a branch of a person is named like ours', async () => {
    const key = environment.jira.createIssue({ project: 'PROJ', summary: 'Not yours', status: 'To Do' });
    const ada = environment.gitlab.as(ADA);
    await ada.push(REPO, { branch: `agent/${key}`, message: 'Mine', files: { 'MINE.md': 'mine\n' } });
    const mine = await ada.openMergeRequest(REPO, { sourceBranch: `agent/${key}`, title: 'Mine' });
    await ada.merge(REPO, mine.iid);
    await notifyEnded(mine.iid, 'merged');
    await environment.fire('sweep');
    expect(environment.jira.issue(key).status.name).toBe('To Do');
    expect(environment.jira.comments(key)).toEqual([]);
    expect(environment.jira.transitions.filter(({ issueKey, by }) => issueKey === key && by === AGENT)).toEqual([]);
    expect(await environment.storage.outbox.listOpen()).toEqual([]);
  });
});

describe('people who move a ticket while the agent works', () => {
  /** Does something to the ticket when the agent is at work, and waits for the end of the run. */
  async function meanwhile(summary: string, act: (key: string) => void): Promise<string> {
    const key = environment.jira.createIssue({ project: 'PROJ', summary, status: 'AI Ready', reporter: ADA });
    const resume = environment.model?.pause();
    try {
      await environment.fire('poll-jira');
      await waitUntil('the agent works', () => environment.jira.issue(key).status.name === 'In Progress');
      act(key);
    } finally {
      resume?.();
    }
    await environment.settle();
    return key;
  }

  it('find it where they put it, with the merge request and a word on the text they changed', async () => {
    const key = await meanwhile('Not now', (moved) => {
      environment.jira.assignIssue(moved, BOB, ADA);
      environment.jira.describeIssue(moved, 'Something else is wanted.', ADA);
      environment.jira.moveIssue(moved, 'To Do', ADA);
    });
    expect(mergeRequests(key)).toMatchObject([{ state: 'opened' }]);
    expect(environment.jira.issue(key)).toMatchObject({ status: { name: 'To Do' }, assigneeId: BOB });
    const [report] = ownComments(environment, key, 'report');
    expect(report).toContain('The ticket was moved to "To Do" meanwhile and stays there.');
    expect(report).toContain('The text of this ticket was changed while the agent worked.');
  });

  it('find the merge request on it although Jira refuses the move to review', async () => {
    const key = await meanwhile('Needs a resolution', (refused) => {
      environment.jira.failNext({
        match: { method: 'POST', path: new RegExp(`${refused}/transitions`) },
        status: 400,
        body: { errorMessages: [], errors: { resolution: 'Resolution is required.' } },
      });
    });
    const [mergeRequest] = mergeRequests(key);
    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 1)).toMatchObject([{ state: 'done' }]);
    expect([...environment.jira.issue(key).remoteLinks.values()]).toMatchObject([
      { title: `Merge request !${mergeRequest?.iid}` },
    ]);
    const [report] = ownComments(environment, key, 'report');
    expect(report).toContain('The ticket could not be moved to review: resolution: Resolution is required.');
    expect(environment.jira.issue(key).status.name).toBe('In Progress');
  });
});
