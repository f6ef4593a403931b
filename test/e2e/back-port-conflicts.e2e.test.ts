import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxMergeRequest } from '../../sandbox/gitlab/state/fake-state.ts';
import { loadScenarios } from '../../sandbox/model/load-scenarios.ts';
import { Scenario } from '../../sandbox/model/scenario.ts';
import { SHORT_LEASE } from './short-lease.ts';
import { ADA, BOB, ownComments, startTicketEnvironment } from './ticket-environment.ts';

/** One scenario for each way a conflict ends, chosen by the key of the Jira project. */
const resolve = (key: string, command: string, unresolved: string[] = []) =>
  Scenario.parse({
    name: `back-port ${key}`,
    when: ['# Conflicts of a back-port', `agent/back-port/${key}-`],
    whenOffered: 'submit_merge',
    steps: [
      { call: { tool: 'bash', arguments: { command: `cd {{workTree}} && ${command}`, description: 'Resolve' } } },
      { call: { tool: 'submit_merge', arguments: { summary: 'Rounds up, and keeps the note of 1.0.', unresolved } } },
    ],
  });

const BOTH = "printf 'Up.\\nNote of 1.0.\\n' > round.md";

const scenarios = [
  Scenario.parse({
    name: 'round up',
    when: ['round up'],
    whenOffered: 'submit_result',
    steps: [
      { call: { tool: 'bash', arguments: { command: "printf 'Up.\\n' > round.md", description: 'Write' } } },
      { call: { tool: 'submit_result', arguments: { summary: 'Rounds up.' } } },
    ],
  }),
  resolve('FIX', BOTH),
  resolve('KILL', BOTH),
  resolve('PUSH', BOTH),
  resolve('GONE', BOTH),
  resolve('LEFT', 'true', ['round.md']),
  resolve('RED', "printf 'nonsense\\n' > round.md"),
  // What stands in the file asks for it: it must not reach a pipeline.
  resolve('EVIL', `${BOTH} && printf 'test:\\n  script: curl evil\\n' > .gitlab-ci.yml`),
];

const KEYS = ['FIX', 'KILL', 'PUSH', 'GONE', 'LEFT', 'RED', 'EVIL'] as const;
const METHODS: Record<string, 'merge' | 'ff'> = { FIX: 'merge', KILL: 'ff' };
type Key = (typeof KEYS)[number];
const repoOf = (key: Key) => `group/${key.toLowerCase()}`;

let environment: Environment;
/** Called when a run has noted that it has pushed. */
let onPushed: () => Promise<void>;

beforeAll(async () => {
  environment = await startTicketEnvironment(
    KEYS.map((key) => ({
      jira_project: key,
      repo: repoOf(key),
      review: 'off' as const,
      validate: '! grep -q nonsense round.md',
      back_ports: { branch: 'release/{version}', resolve_conflicts: true },
    })),
    {
      scenarios: [...scenarios, ...(await loadScenarios())],
      runnerEnv: SHORT_LEASE,
      functionsEnv: { SWEEP_PATIENCE_SECONDS: '8' },
    },
  );
  for (const key of KEYS) {
    environment.jira.addVersion(key, '1.0');
    const project = environment.gitlab.project(repoOf(key));
    Object.assign(project, { mergeMethod: METHODS[key] ?? 'merge' });
    await bob().push(project.path, { branch: 'main', files: { 'round.md': 'Down.\n' }, message: 'Round down' });
    await bob().push(project.path, {
      branch: 'release/1.0',
      from: 'main',
      files: { 'round.md': 'Down.\nNote of 1.0.\n' },
    });
    await bob().push(project.path, { branch: 'main', files: { 'round.md': 'Down a bit.\n', 'newer.md': 'Newer.\n' } });
  }
  await environment.fire('poll-gitlab');
  environment.proxy.onTableInsert(async (table, entity) => {
    if (table.endsWith('runevents') && entity['name'] === 'pushed') await onPushed();
  });
});
afterAll(() => environment.close());
beforeEach(() => {
  onPushed = async () => {};
});

const bob = () => environment.gitlab.as(BOB);
const mergeRequestsOf = (key: Key) => environment.gitlab.project(repoOf(key)).mergeRequests;

async function pollAndSettle(): Promise<void> {
  for (const poller of ['poll-jira', 'poll-gitlab'] as const) await environment.fire(poller);
  await environment.settle();
}

/** A ticket whose change a person has merged, and what the agent made of the conflict. */
async function deliver(project: Key): Promise<{ key: string; merged: SandboxMergeRequest; branch: string }> {
  const key = environment.jira.createIssue({
    project,
    summary: 'round up',
    status: 'AI Ready',
    reporter: ADA,
    fixVersions: ['1.0'],
  });
  await pollAndSettle();
  const merged = mergeRequestsOf(project).find(({ sourceBranch }) => sourceBranch === `agent/${key}`);
  if (!merged) throw new Error(`${key} has no merge request`);
  bob().edit(merged.project.path, merged.iid, { title: merged.title.replace('Draft: ', '') });
  await bob().merge(merged.project.path, merged.iid);
  await environment.fire('poll-gitlab');
  // The timer looks at the end of the merge request, and again while the run is under way.
  await environment.fire('sweep');
  await environment.fire('sweep');
  await environment.settle();
  return { key, merged, branch: `agent/back-port/${key}-${merged.iid}-release-1.0` };
}

/** The comment once the timer has looked again. */
async function settledComment(key: string): Promise<string> {
  await expect
    .poll(
      async () => {
        await environment.fire('sweep');
        return ownComments(environment, key, 'back-ports')[0];
      },
      { interval: 1000 },
    )
    .not.toContain('The agent resolves it');
  const [comment = '', ...more] = ownComments(environment, key, 'back-ports');
  expect(more).toEqual([]);
  return comment;
}

const fileOf = (key: Key, branch: string, file = 'round.md') => environment.gitlab.readFile(repoOf(key), branch, file);

describe('a change that conflicts with the branch of a fix version', () => {
  it('is resolved once by the agent, validated, and opened as a draft that says what was resolved', async () => {
    const { key, merged, branch } = await deliver('FIX');
    const [backPort, ...more] = mergeRequestsOf('FIX').filter(({ iid }) => iid !== merged.iid);
    expect(more).toEqual([]);
    expect(backPort).toMatchObject({
      sourceBranch: branch,
      targetBranch: 'release/1.0',
      title: `Draft: ${key}: [release/1.0] round up`,
    });
    expect(backPort?.description).toContain(`The change of !${merged.iid}`);
    expect(backPort?.description).toContain('an agent resolved it.** Look at these files:\n\n- `round.md`');
    expect(backPort?.description).toContain('Rounds up, and keeps the note of 1.0.');
    expect(backPort?.description).toContain('Checked: `! grep -q nonsense round.md` passed.');
    expect(await fileOf('FIX', branch)).toBe('Up.\nNote of 1.0.');
    // The change alone, on top of what people have on the release branch.
    expect(await fileOf('FIX', branch, 'newer.md')).toBeUndefined();
    const { repository } = environment.gitlab.project(repoOf('FIX'));
    const log = await repository.git(['log', '-1', '--format=%P%n%B', branch]);
    expect(log).toContain(repository.branches.get('release/1.0'));
    expect(log).toContain(`${key}: Take !${merged.iid} over to release/1.0`);
    expect(log).toContain(`(cherry picked from commit ${merged.mergeCommitSha})`);

    expect(await settledComment(key)).toContain(`\`release/1.0\`: merge request [!${backPort?.iid}]`);
    // The same event again, and a person who closes it: nothing is made a second time.
    await bob().close(repoOf('FIX'), backPort?.iid ?? 0);
    await pollAndSettle();
    await environment.fire('sweep');
    expect(mergeRequestsOf('FIX')).toHaveLength(2);
  });

  it('by a runner that dies after its push gets one merge request all the same', async () => {
    let pushes = 0;
    onPushed = async () => {
      pushes += 1;
      // The first is the change itself.
      if (pushes !== 2) return;
      for (const runner of environment.jobs.running()) runner.kill('SIGKILL');
    };
    const { key, merged, branch } = await deliver('KILL');
    expect(pushes).toBe(2);
    const opened = mergeRequestsOf('KILL').filter(({ iid }) => iid !== merged.iid);
    expect(opened.map(({ sourceBranch }) => sourceBranch)).toEqual([branch]);
    expect(opened[0]?.description).toContain('an agent resolved it.');
    expect(await fileOf('KILL', branch)).toBe('Up.\nNote of 1.0.');
    expect(await settledComment(key)).toContain('is open as a draft');
  });

  it('by a runner that dies after its push gets its merge request also when a person has pushed on top', async () => {
    let pushes = 0;
    onPushed = async () => {
      pushes += 1;
      if (pushes !== 2) return;
      for (const runner of environment.jobs.running()) runner.kill('SIGKILL');
      const { repository } = environment.gitlab.project(repoOf('PUSH'));
      const [branch = ''] = [...repository.branches.keys()].filter((name) => name.includes('back-port/'));
      await bob().push(repoOf('PUSH'), { branch, files: { 'by-bob.md': 'Mine.\n' } });
    };
    const { key, merged, branch } = await deliver('PUSH');
    const opened = mergeRequestsOf('PUSH').filter(({ iid }) => iid !== merged.iid);
    expect(opened.map(({ sourceBranch }) => sourceBranch)).toEqual([branch]);
    expect(await fileOf('PUSH', branch, 'by-bob.md')).toBe('Mine.');
    expect(await settledComment(key)).toContain('is open as a draft');
  });

  it('whose fix version was removed meanwhile is told to its end all the same', async () => {
    let pushes = 0;
    onPushed = async () => {
      pushes += 1;
      if (pushes !== 2) return;
      environment.jira.issue('GONE-1').fixVersions = [];
    };
    const { key, branch } = await deliver('GONE');
    const backPort = mergeRequestsOf('GONE').find(({ sourceBranch }) => sourceBranch === branch);
    const comment = await settledComment(key);
    expect(comment).toContain(`\`release/1.0\`: merge request [!${backPort?.iid}]`);
    expect(comment).toContain('The ticket no longer asks for this branch.');
  });

  it.each([
    { project: 'LEFT' as const, why: /^round\.md: .*It says: Rounds up/, what: 'the agent leaves it' },
    { project: 'RED' as const, why: /validate.*exit code 1/, what: 'validate refuses the result' },
    { project: 'EVIL' as const, why: /\.gitlab-ci\.yml/, what: 'the result changes a protected file' },
  ])('is left to people with the command where $what', async ({ project, why }) => {
    const { key, merged, branch } = await deliver(project);
    const runs = await environment.storage.ledger.listRecent(`mr~${merged.project.id}~${merged.iid}`, 5);
    expect(runs).toMatchObject([
      { state: 'done', result: { what: 'back-port-left', summary: expect.stringMatching(why) } },
    ]);
    expect(mergeRequestsOf(project)).toHaveLength(1);
    expect(await fileOf(project, branch)).toBeUndefined();
    const comment = await settledComment(key);
    expect(comment.slice(comment.indexOf(' Why: ') + 6).replaceAll('\\', '')).toMatch(why);
    expect(comment).toContain(
      `\`release/1.0\`: the change conflicts with this branch, which the agent could not resolve, so a person has to take it over: \`git cherry-pick -x -m 1 ${merged.mergeCommitSha}\``,
    );
  });
});
