import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxMergeRequest } from '../../sandbox/gitlab/state/fake-state.ts';
import { loadScenarios } from '../../sandbox/model/load-scenarios.ts';
import { Scenario } from '../../sandbox/model/scenario.ts';
import { ADA, BOB, ownComments, startTicketEnvironment } from './ticket-environment.ts';

const write = (files: Record<string, string>) =>
  Object.entries(files)
    .map(([file, text]) => `printf '${text}\\n' > ${file}`)
    .join(' && ');

const scenario = Scenario.parse({
  name: 'round up',
  when: ['round up'],
  whenOffered: 'submit_result',
  steps: [
    { call: { tool: 'bash', arguments: { command: write({ 'round.md': 'Up.' }), description: 'Write' } } },
    { call: { tool: 'submit_result', arguments: { summary: 'Rounds up.' } } },
  ],
});

const VERSIONS = ['2.0', '1.0', '2.1', '3.0', 'odd ..name'];
const METHODS = ['merge', 'squash', 'ff'] as const;
const repoOf = (method: string) => `group/${method}`;
const keyOf = (method: string) => method.toUpperCase();
let environment: Environment;

beforeAll(async () => {
  environment = await startTicketEnvironment(
    [...METHODS, 'off'].map((method) => ({
      jira_project: keyOf(method),
      repo: repoOf(method),
      review: 'off' as const,
      merge_request: { labels: ['agent'] },
      ...(method === 'off' ? {} : { back_ports: 'release/{version}' }),
    })),
    { scenarios: [scenario, ...(await loadScenarios())] },
  );
  for (const method of [...METHODS, 'off']) {
    for (const version of VERSIONS) environment.jira.addVersion(keyOf(method), version);
    const project = environment.gitlab.project(repoOf(method));
    if (method !== 'off')
      Object.assign(project, { mergeMethod: method === 'merge' ? 'merge' : 'ff', squash: method === 'squash' });
    await bob().push(project.path, { branch: 'main', files: { 'round.md': 'Down.\n' }, message: 'Round down' });
    for (const branch of ['release/1.0', 'release/2.0', 'release/2.1'])
      await bob().push(project.path, { branch, from: 'main', files: { 'branch.md': `${branch}\n` } });
    await bob().push(project.path, { branch: 'release/1.0', files: { 'round.md': 'To nearest.\n' } });
    await bob().push(project.path, { branch: 'release/2.1', files: { 'round.md': 'Up.\n' } });
  }
  await environment.fire('poll-gitlab');
});
afterAll(() => environment.close());

const bob = () => environment.gitlab.as(BOB);
const mergeRequestsOf = (method: string) => environment.gitlab.project(repoOf(method)).mergeRequests;

async function pollAndSettle(): Promise<void> {
  for (const poller of ['poll-jira', 'poll-gitlab'] as const) await environment.fire(poller);
  await environment.settle();
}

/** A ticket whose change a person has merged, and what followed. */
async function deliver(method: string, fixVersions: string[]): Promise<{ key: string; merged: SandboxMergeRequest }> {
  const key = environment.jira.createIssue({
    project: keyOf(method),
    summary: 'round up',
    status: 'AI Ready',
    reporter: ADA,
    fixVersions,
  });
  await pollAndSettle();
  const merged = mergeRequestsOf(method).find(({ sourceBranch }) => sourceBranch === `agent/${key}`);
  if (!merged) throw new Error(`${key} has no merge request`);
  bob().edit(merged.project.path, merged.iid, { title: merged.title.replace('Draft: ', '') });
  await bob().merge(merged.project.path, merged.iid);
  await pollAndSettle();
  await environment.fire('sweep');
  return { key, merged };
}

const filesOf = (method: string, branch: string) => environment.gitlab.readFile(repoOf(method), branch, 'round.md');

describe.each(METHODS)('a change that was merged by %s', (method) => {
  it('is taken over to the branch of each fix version, once, and the ticket says what became of each', async () => {
    const { key, merged } = await deliver(method, VERSIONS);
    const opened = mergeRequestsOf(method).filter(({ iid }) => iid !== merged.iid);
    expect(opened.map(({ targetBranch, title, labels, state }) => [targetBranch, title, labels, state])).toEqual([
      ['release/2.0', `Draft: ${key}: [release/2.0] round up`, ['agent'], 'opened'],
    ]);
    const [backPort] = opened;
    const branch = `agent/back-port/${key}-${merged.iid}-release-2.0`;
    expect(backPort?.sourceBranch).toBe(branch);
    expect(backPort?.description).toContain(`The change of !${merged.iid}`);
    expect([await filesOf(method, branch), await filesOf(method, 'release/2.0')]).toEqual(['Up.', 'Down.']);
    const { branches } = environment.gitlab.project(repoOf(method)).repository;
    expect([...branches.keys()].filter((name) => name.startsWith('agent/back-port/'))).toEqual([branch]);

    const [comment, ...more] = ownComments(environment, key, 'back-ports');
    expect(more).toEqual([]);
    expect(comment).toContain('`release/2.0`: merge request');
    expect(comment).toMatch(/`release\/1\.0`: the change conflicts .*`git cherry-pick -x (?:-m 1 )?[0-9a-f]{40}`/);
    expect(comment).toContain('`release/2.1`: has the change already');
    expect(comment).toContain('`release/3.0`: there is no such branch');
    expect(comment).toContain('makes no name of a branch');
    expect(environment.jira.issue(key).status).toMatchObject({ name: 'Done' });

    // Closed by a person, and the same event again: it stays closed, and nothing is opened a second time.
    await bob().close(repoOf(method), backPort?.iid ?? 0);
    await pollAndSettle();
    await environment.fire('sweep');
    expect(mergeRequestsOf(method)).toHaveLength(2);
    expect(environment.jira.issue(key).status).toMatchObject({ name: 'Done' });
  });
});

it('is left to people where the binding names no branches', async () => {
  const { key } = await deliver('off', ['2.0']);
  expect(mergeRequestsOf('off')).toHaveLength(1);
  expect(ownComments(environment, key, 'back-ports')).toEqual([]);
});
