import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { requireUser } from '../../sandbox/gitlab/state/fake-state.ts';
import { findAllowance } from '../../shared/domain/runs/allowed-event.ts';
import { findRefusedWork } from '../../shared/domain/runs/refused-work.ts';
import type { Run } from '../../shared/domain/runs/run.ts';
import { explainSkip } from '../explain-skip.ts';
import { waitUntil } from '../wait-until.ts';
import { createAttack, promptsOf } from './attack.ts';
import { cmap } from './cmap.ts';
import { ADA, ownComments, startTicketEnvironment } from './ticket-environment.ts';

const MIA = { accountId: 'mia', displayName: 'Mia', emailAddress: 'mia@example.com' } as const;
const DEV = { accountId: 'dev', displayName: 'Dev', emailAddress: 'dev@example.com' } as const;
const ROBOT = {
  accountId: 'robot',
  displayName: 'Automation',
  accountType: 'app',
  emailAddress: 'robot@example.com',
} as const;
const CI = '.gitlab-ci.yml';

const PATCH = { jira_project: 'PROJ', repo: 'group/app', repair_rounds: 1, stopped_label: 'ai-stopped' } as const;
const BRANCH = {
  jira_project: 'OPS',
  repo: 'group/ops',
  repair_rounds: 0,
  refused_work: 'branch',
  paths: ['src/**'] as string[],
  limits: { max_files: 3 },
} as const;
const NEVER = {
  jira_project: 'OFF',
  repo: 'group/off',
  repair_rounds: 0,
  allow_refused: 'off',
  refused_work: 'drop',
} as const;
const RED = { jira_project: 'RED', repo: 'group/red', repair_rounds: 0, validate: 'test -f fixed.txt' } as const;

describe.skipIf(explainSkip('refused work', 'root-on-linux'))('work that is refused to its end', () => {
  let environment: Environment;

  beforeAll(async () => {
    environment = await startTicketEnvironment([PATCH, BRANCH, NEVER, RED], { accounts: [MIA, DEV, ROBOT] });
    for (const [username, level] of [
      ['mia', 40],
      ['dev', 30],
      ['robot', 40],
    ] as const) {
      environment.gitlab.addUser({ username, publicEmail: `${username}@example.com` });
      for (const { repo } of [PATCH, BRANCH, NEVER, RED])
        environment.gitlab.project(repo).members.set(requireUser(environment.gitlab.state, username).id, level);
    }
  });
  afterAll(() => environment?.close());

  async function work() {
    await environment.fire('poll-jira');
    await environment.settle();
  }

  const reports = (key: string) => ownComments(environment, key, 'report');
  const runsOf = (key: string) => environment.storage.ledger.listRecent(`issue~${key}`, 20);
  async function newestRun(key: string): Promise<Run> {
    const [run] = await runsOf(key);
    if (!run) throw new Error(`${key} has no run`);
    return run;
  }
  const eventsOf = (runId: string) => environment.storage.ledger.listEvents(runId);
  const patchesOf = (key: string) =>
    environment.jira.issue(key).attachments.map(({ content }) => Buffer.from(content).toString('utf8'));
  const head = async (repo: string, branch: string) => (await environment.gitlab.log(repo, branch))[0];

  /** A ticket whose session writes these files and is refused. */
  async function refuse(script: string, project = 'PROJ'): Promise<string> {
    const key = createAttack(environment, script, project);
    await work();
    return key;
  }

  /** A comment that is younger than all that stands on the ticket. */
  async function say(key: string, body: string, author: string) {
    const now = Date.now();
    await waitUntil('time has passed', () => Date.now() > now + 2);
    return environment.jira.addComment(key, body, author);
  }

  const WRITES_CI = `echo 'test: { script: echo }' >${CI}; mkdir -p src; echo 'export const a = 1;' >src/a.mjs`;

  it('hangs on the ticket as a patch, passes once by the word of a maintainer, and needs no other session', async () => {
    const key = await refuse(WRITES_CI);
    const refused = await newestRun(key);
    expect(refused).toMatchObject({ state: 'failed', code: 'change-refused' });
    const [patch = '', ...others] = patchesOf(key);
    expect(others).toEqual([]);
    expect(patch).toContain(`+++ b/${CI}`);
    expect(patch).toContain('+++ b/src/a.mjs');
    const [report = ''] = reports(key);
    expect(report).toContain(`Kept as a patch: attached to this ticket as \`cmap-${refused.runId}.patch\`.`);
    expect(report).toContain(`\`/copilot allow ${CI}\``);
    expect(report).toContain('at least the role Maintainer');
    expect(findRefusedWork(await eventsOf(refused.runId))).toMatchObject({
      files: [{ path: CI, rule: 'protected-path' }],
      kept: { kind: 'patch' },
    });
    expect(environment.jira.issue(key).labels).toContain('ai-stopped');
    expect(await head(PATCH.repo, `agent/${key}--refused`)).toBeUndefined();
    const prompts = promptsOf(environment, key).length;

    await say(key, `/copilot allow ${CI}`, MIA.accountId);
    await work();
    const allowed = await newestRun(key);
    expect(allowed).toMatchObject({ state: 'done', result: { what: 'merge-request' } });
    expect(promptsOf(environment, key)).toHaveLength(prompts);
    expect(await environment.gitlab.readFile(PATCH.repo, `agent/${key}`, CI)).toContain('test:');
    expect(await environment.gitlab.readFile(PATCH.repo, `agent/${key}`, 'src/a.mjs')).toContain('export');
    expect(findAllowance(await eventsOf(allowed.runId))).toMatchObject({
      run: refused.runId,
      files: [{ path: CI, rule: 'protected-path' }],
      by: 'Mia',
      account: 'mia',
      maintainer: 'mia',
    });
    const [mergeRequest, ...more] = environment.gitlab
      .project(PATCH.repo)
      .mergeRequests.filter(({ sourceBranch }) => sourceBranch === `agent/${key}`);
    expect(more).toEqual([]);
    expect(mergeRequest?.description).toContain(`\`${CI}\` was let pass once by \`mia\` (protected-path)`);
    expect(reports(key).at(-1)).toContain('was let pass once by');
    const shown = await cmap(['run', 'show', allowed.runId], environment.operatorEnv);
    expect(shown.stdout).toMatch(/allowed {3}\.gitlab-ci\.yml \(protected-path\) by Mia, mia in GitLab, 2\d{3}-/);
    expect((await cmap(['run', 'show', refused.runId], environment.operatorEnv)).stdout).toMatch(
      /kept {6}patch cmap-.*\n.*refused {3}\.gitlab-ci\.yml \(protected-path\)/,
    );

    // The same word again, and the next work, for which it does not count.
    await work();
    expect(await runsOf(key)).toHaveLength(2);
    await say(key, '/copilot please say more', ADA);
    await work();
    expect(await environment.gitlab.readFile(PATCH.repo, `agent/${key}`, `docs/${key}-more.md`)).toBeUndefined();
  });
});
