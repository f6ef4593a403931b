import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { CANARIES, createTriggeredIssue, reportsOn, startTwoTeamsEnvironment } from './two-teams-environment.ts';

describe('two projects, two repositories, two tokens', () => {
  let environment: Environment;
  beforeAll(async () => {
    environment = await startTwoTeamsEnvironment({ functionInstances: 2 });
  });
  afterAll(() => environment.close());

  it('makes one draft merge request per ticket, each with its own token', async () => {
    const proj = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
    const ops = createTriggeredIssue(environment, 'OPS', 'edit-and-submit');

    await environment.fire('poll-jira');
    await environment.settle();

    const [a, b] = [environment.gitlab.project('group/service-a'), environment.gitlab.project('group/platform-tools')];
    expect(a.mergeRequests).toMatchObject([
      {
        title: `Draft: ${proj}: Greet by name`,
        sourceBranch: `agent/${proj}`,
        targetBranch: 'main',
        author: { username: 'agent-a' },
      },
    ]);
    expect(b.mergeRequests).toMatchObject([
      {
        title: `Draft: ${ops}: Greet by name`,
        sourceBranch: `agent/${ops}`,
        targetBranch: 'develop',
        author: { username: 'agent-b' },
      },
    ]);
    const [commit] = await environment.gitlab.log('group/service-a', `agent/${proj}`);
    expect(commit).toMatchObject({
      subject: `${proj}: Greet by name`,
      body: expect.stringContaining('Cmap-Run: run-'),
    });
    expect(await environment.gitlab.readFile('group/service-a', `agent/${proj}`, 'greet.mjs')).toContain(
      'Hello, ${name}',
    );
  });

  it('keeps the tickets true: in progress, in review, one comment, a link, an assignee', () => {
    const [key] = environment.jira.issueKeys;
    const issue = environment.jira.issue(key ?? '');

    expect(environment.jira.transitions.filter(({ issueKey }) => issueKey === key)).toMatchObject([
      { from: 'AI Ready', to: 'In Progress' },
      { from: 'In Progress', to: 'In Review' },
    ]);
    expect(reportsOn(environment, issue.key)).toHaveLength(1);
    expect(reportsOn(environment, issue.key)[0]).toContain('was opened as a draft');
    expect([...issue.remoteLinks.values()]).toMatchObject([{ title: 'Merge request !1' }]);
  });

  it.each([
    { token: CANARIES.defaultToken, own: 'group/service-a', other: 'group/platform-tools' },
    { token: CANARIES.platformToken, own: 'group/platform-tools', other: 'group/service-a' },
  ])('refuses the token of $own at $other', async ({ token, own, other }) => {
    const ask = async (path: string) => {
      const url = `${environment.gitlab.url}/api/v4/projects/${encodeURIComponent(path)}`;
      return (await fetch(url, { headers: { 'PRIVATE-TOKEN': token } })).status;
    };

    expect([await ask(own), await ask(other)]).toEqual([200, 404]);
  });

  it('asks Jira once per poll, however many projects are mapped', async () => {
    // What the runs did to the tickets is looked at once.
    await environment.fire('poll-jira');
    const before = environment.jira.requests.length;

    await environment.fire('poll-jira');

    expect(environment.jira.requests.slice(before).map(({ endpoint }) => endpoint)).toEqual(['search']);
  });

  it('starts an issue once that ten polls of two instances see at once', async () => {
    const key = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');

    await Promise.all(Array.from({ length: 10 }, (_, index) => environment.functions[index % 2]?.fire('poll-jira')));
    await environment.settle();

    const runs = await environment.storage.ledger.listRecent(`issue~${key}`, 10);
    expect(runs).toMatchObject([{ state: 'done', attempt: 1 }]);
    expect(
      environment.gitlab
        .project('group/service-a')
        .mergeRequests.filter(({ sourceBranch }) => sourceBranch.endsWith(key)),
    ).toHaveLength(1);
  });

  it('ignores a second delivery of a message', async () => {
    const key = createTriggeredIssue(environment, 'OPS', 'edit-and-submit');
    await environment.fire('poll-jira');
    const [run] = await environment.storage.ledger.listRecent(`issue~${key}`, 1);
    if (!run) throw new Error('no run was admitted');

    await environment.storage.queue.enqueue(run.task, { runId: run.runId });
    await environment.settle();
    await environment.storage.queue.enqueue(run.task, { runId: run.runId });
    await environment.settle();

    expect(await environment.storage.ledger.get(run.runId)).toMatchObject({ state: 'done', attempt: 1 });
    expect(reportsOn(environment, key)).toHaveLength(1);
    const commits = await environment.gitlab.log('group/platform-tools', `agent/${key}`);
    expect(commits.filter(({ body }) => body.includes(`Cmap-Run: ${run.runId}`))).toHaveLength(1);
  });
});
