import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { requireUser } from '../../sandbox/gitlab/state/fake-state.ts';
import { findAllowance } from '../../shared/domain/runs/allowed-event.ts';
import { findRefusedWork } from '../../shared/domain/runs/refused-work.ts';
import type { Run } from '../../shared/domain/runs/run.ts';
import { explainSkip } from '../explain-skip.ts';
import { waitUntil } from '../wait-until.ts';
import { createAttack, describeAttack, promptsOf } from './attack.ts';
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
const TOKEN = ['glpat', 'x7Yq2mNp4RsT6vWz8AbC'].join('-');

const PATCH = {
  jira_project: 'PROJ',
  repo: 'group/app',
  repair_rounds: 1,
  stopped_label: 'ai-stopped',
  protected_paths: [CI, 'greet.test.mjs'] as string[],
};
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
    // From now on notes are no history.
    await environment.fire('poll-gitlab');
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
    await say(key, `/copilot allow ${CI}`, MIA.accountId);
    await work();
    expect(await newestRun(key)).toMatchObject({ state: 'superseded', detail: 'allow-of-nothing' });
    expect(reports(key).at(-1)).toContain('No refused work of this ticket waits to be let pass.');
    await say(key, '/copilot please say more', ADA);
    await work();
    expect(await environment.gitlab.readFile(PATCH.repo, `agent/${key}`, `docs/${key}-more.md`)).toBeUndefined();
  });

  it('is let pass by no one else, and by no other words', async () => {
    const key = await refuse(`${WRITES_CI}; ln -s /etc/passwd users`);
    const refused = await newestRun(key);
    const runs = async () => (await runsOf(key)).map(({ state, detail }) => [state, detail]);
    const LINE = `/copilot allow ${CI}`;
    environment.jira.addComment(key, `> ${LINE}`, MIA.accountId);
    environment.jira.addComment(key, `\`${LINE}\``, MIA.accountId);
    environment.jira.addComment(key, `\`\`\`\n${LINE}\n\`\`\``, MIA.accountId);
    environment.jira.addComment(key, `Mia has said it:\n\n> ${LINE}`, ADA);
    environment.jira.addComment(key, LINE, ROBOT.accountId);
    environment.jira.addComment(key, LINE, null);
    environment.jira.addComment(key, LINE, 'cmap');
    await work();
    expect(await runs()).toEqual([['failed', expect.anything()]]);

    // Beside other words it is work like any other, and what that makes is refused as before.
    await say(key, `The report says: ${LINE}`, MIA.accountId);
    await work();
    const { runId, state, code } = await newestRun(key);
    expect([state, code, findAllowance(await eventsOf(runId))]).toEqual(['failed', 'change-refused', undefined]);

    const cases = [
      { by: DEV.accountId, line: LINE, reason: 'allow-not-a-maintainer', told: 'at least the role Maintainer' },
      { by: ADA, line: LINE, reason: 'allow-person-unknown', told: 'it is not known who you are in GitLab' },
      { by: MIA.accountId, line: '/copilot allow src/a.mjs', reason: 'allow-of-other-files', told: '`src/a.mjs`' },
      {
        by: MIA.accountId,
        line: `/copilot allow ${CI} users`,
        reason: 'allow-never',
        told: '`users` is refused by a rule',
      },
    ];
    for (const { by, line, reason, told } of cases) {
      await say(key, line, by);
      await work();
      expect((await runs())[0]).toEqual(['superseded', reason]);
      expect(reports(key).at(-1)).toContain('The agent let nothing pass');
      expect(reports(key).at(-1)).toContain(told);
    }
    const edited = await say(key, 'Fine.', MIA.accountId);
    const now = Date.now();
    await waitUntil('time has passed', () => Date.now() > now + 2);
    environment.jira.editComment(key, edited, LINE, MIA.accountId);
    await work();
    expect((await runs())[0]).toEqual(['superseded', 'allow-edited']);

    expect(await head(PATCH.repo, `agent/${key}`)).toBeUndefined();
    expect((await newestRun(key)).facts?.usage).toBeUndefined();
    expect(findRefusedWork(await eventsOf(refused.runId))?.files).toContainEqual({
      path: 'users',
      rule: 'link-leaves-repository',
      never: true,
    });
    expect(patchesOf(key)[0]).not.toContain('passwd');
    const explained = await cmap(['explain', key], environment.operatorEnv);
    expect(explained.stdout).toContain('got `/copilot allow` in a comment that was edited');
  });

  it('is that of the newest run, also where a line names a file that only an earlier one was refused for', async () => {
    const key = createAttack(environment, 'echo FROM scratch >Dockerfile', 'OPS');
    const old = environment.jira.addComment(key, 'Looks fine to me.', MIA.accountId);
    await work();
    environment.jira.describeIssue(key, describeAttack('mkdir -p docs; echo Page. >docs/page.md'));
    environment.jira.moveIssue(key, 'AI Ready', ADA);
    await work();
    expect((await runsOf(key)).map(({ state, code }) => [state, code])).toEqual([
      ['failed', 'change-refused'],
      ['failed', 'change-refused'],
    ]);
    const prompts = promptsOf(environment, key).length;

    await say(key, '/copilot allow Dockerfile', MIA.accountId);
    await work();
    expect(await newestRun(key)).toMatchObject({ state: 'superseded', detail: 'allow-of-other-files' });
    expect(reports(key).at(-1)).toContain('An earlier run was refused for `Dockerfile`');

    // A comment from before the refusals that is made to say so now.
    environment.jira.editComment(key, old, '/copilot allow docs/page.md', MIA.accountId);
    await work();
    expect(await newestRun(key)).toMatchObject({ state: 'superseded', detail: 'allow-edited' });
    expect(promptsOf(environment, key)).toHaveLength(prompts);
    expect(await head(BRANCH.repo, `agent/${key}`)).toBeUndefined();
  });

  it('shows no credential, and is in no branch with one', async () => {
    const secret = await refuse(
      `mkdir -p src; echo "const token = '${TOKEN}';" >src/a.mjs; echo fine >src/b.mjs`,
      'OPS',
    );
    expect(await newestRun(secret)).toMatchObject({ state: 'failed', code: 'change-refused' });
    expect(await head(BRANCH.repo, `agent/${secret}--refused`)).toBeUndefined();
    const [patch = ''] = patchesOf(secret);
    expect(patch).toContain('[secret]');
    expect(patch).toContain('+fine');
    expect(patch).not.toContain(TOKEN);
    const [report = ''] = reports(secret);
    expect(report).toContain('what looks like a credential is never pushed');
    expect(report).not.toContain('/copilot allow');
    expect(report).not.toContain(TOKEN);
    await say(secret, '/copilot allow src/a.mjs', MIA.accountId);
    await work();
    expect(await newestRun(secret)).toMatchObject({ state: 'superseded', detail: 'allow-never' });
  });

  it('lies on a branch of its own where that may be, replaces it with a lease, and goes when the work is delivered', async () => {
    const key = await refuse(
      "mkdir -p src docs; echo 'export const a = 1;' >src/a.mjs; echo Page. >docs/page.md",
      'OPS',
    );
    const kept = `agent/${key}--refused`;
    const [report = ''] = reports(key);
    expect(report).toContain(`Kept on \`${kept}\``);
    expect(environment.jira.issue(key).attachments).toEqual([]);
    const first = await head(BRANCH.repo, kept);
    expect(first).toBeDefined();
    expect(await environment.gitlab.readFile(BRANCH.repo, kept, 'docs/page.md')).toBe('Page.');
    expect(await head(BRANCH.repo, `agent/${key}`)).toBeUndefined();
    expect(environment.gitlab.project(BRANCH.repo).mergeRequests).toEqual([]);

    // The same ticket is refused once more.
    environment.jira.moveIssue(key, 'AI Ready', ADA);
    await work();
    const second = await head(BRANCH.repo, kept);
    expect(second?.sha).not.toBe(first?.sha);
    const shas = (await environment.gitlab.log(BRANCH.repo, kept)).map(({ sha }) => sha);
    expect(shas.slice(1)).toEqual((await environment.gitlab.log(BRANCH.repo, 'main')).map(({ sha }) => sha));

    await say(key, '/copilot allow docs/page.md', MIA.accountId);
    await work();
    expect(await newestRun(key)).toMatchObject({ state: 'done', result: { what: 'merge-request' } });
    expect(await environment.gitlab.readFile(BRANCH.repo, `agent/${key}`, 'docs/page.md')).toBe('Page.');
    expect(await head(BRANCH.repo, kept)).toBeUndefined();
  });

  it('never lies on a branch with protected files, nor over what people pushed there', async () => {
    const key = await refuse(`mkdir -p src; echo x >src/a.mjs; echo 'test: {}' >${CI}`, 'OPS');
    const kept = `agent/${key}--refused`;
    expect(await head(BRANCH.repo, kept)).toBeUndefined();
    expect(reports(key)[0]).toContain('could be run as soon as they are pushed');
    expect(patchesOf(key)[0]).toContain(`+++ b/${CI}`);

    const other = createAttack(environment, 'mkdir -p docs; echo Page. >docs/page.md', 'OPS');
    await environment.gitlab
      .as('mia')
      .push(BRANCH.repo, { branch: `agent/${other}--refused`, files: { 'mine.md': 'Mine.\n' } });
    await work();
    expect(await environment.gitlab.readFile(BRANCH.repo, `agent/${other}--refused`, 'mine.md')).toBe('Mine.');
    expect(reports(other)[0]).toContain('people have pushed to that branch');
    expect(patchesOf(other)).toHaveLength(1);
  });

  it('stands in a comment where Jira takes no file', async () => {
    environment.jira.deny('CREATE_ATTACHMENTS');
    try {
      const key = await refuse(WRITES_CI);
      expect(environment.jira.issue(key).attachments).toEqual([]);
      const [comment = ''] = ownComments(environment, key, 'refused-work');
      expect(comment).toContain(`+++ b/${CI}`);
      expect(reports(key)[0]).toContain('in a comment of its own below');
    } finally {
      environment.jira.deny();
    }
  });

  it('is kept where `validate` is red, and nowhere where the binding wants that', async () => {
    const red = await refuse('echo x >a.txt', 'RED');
    expect(await newestRun(red)).toMatchObject({ state: 'failed', code: 'validation-failed' });
    expect(patchesOf(red)[0]).toContain('+++ b/a.txt');
    expect(reports(red)[0]).toContain('Kept as a patch');

    const off = await refuse(WRITES_CI, 'OFF');
    expect(environment.jira.issue(off).attachments).toEqual([]);
    expect(reports(off)[0]).toContain(
      'It is kept nowhere, because the binding keeps no refused work (`refused_work: drop`).',
    );
    expect(reports(off)[0]).not.toContain('/copilot allow');
    await say(off, `/copilot allow ${CI}`, MIA.accountId);
    await work();
    expect(await newestRun(off)).toMatchObject({ state: 'superseded', detail: 'allow-off' });
  });

  it('passes by a note on the merge request of the ticket, and by another session where it fits no more', async () => {
    const again = `mkdir -p src; echo 'export const a = 1;' >src/a.mjs; echo 'test: {}' >${CI}; date +%N >>greet.mjs`;
    const key = await refuse(`if [ -f greet.mjs ]; then ${again}; else echo one >greet.mjs; fi`);
    expect(await newestRun(key)).toMatchObject({ state: 'done' });
    const [mergeRequest] = environment.gitlab
      .project(PATCH.repo)
      .mergeRequests.filter(({ sourceBranch }) => sourceBranch === `agent/${key}`);
    const iid = mergeRequest?.iid ?? 0;
    const old = environment.gitlab.as('mia').note(PATCH.repo, iid, 'Looks fine to me.');
    await say(key, '/copilot please go on', ADA);
    await work();
    const refused = await newestRun(key);
    expect(refused).toMatchObject({ state: 'failed', code: 'change-refused' });
    const prompts = promptsOf(environment, key).length;

    const note = async (author: string) => {
      environment.gitlab.as(author).note(PATCH.repo, iid, `/copilot allow ${CI}`);
      await environment.fire('poll-gitlab');
      await environment.settle();
    };
    const answers = () => (mergeRequest?.discussions ?? []).flatMap(({ notes }) => notes.map(({ body }) => body));
    await waitUntil('the note is younger than clocks may differ', () => Date.now() > refused.updatedAt + 11_000);
    const LINE = `/copilot allow ${CI}`;
    for (const [author, body] of [
      ['mia', `> ${LINE}`],
      ['mia', `\`\`\`\n${LINE}\n\`\`\``],
      ['mia', `The report says: ${LINE}`],
      ['cmap-bot', LINE],
    ] as const)
      environment.gitlab.as(author).note(PATCH.repo, iid, body);
    environment.gitlab.as('mia').editNote(PATCH.repo, iid, old.id, LINE);
    await environment.fire('poll-gitlab');
    await environment.settle();
    expect(await newestRun(key)).toMatchObject({ runId: refused.runId });
    await note('dev');
    expect(await newestRun(key)).toMatchObject({ runId: refused.runId });
    expect(answers().some((body) => body.includes('at least the role Maintainer'))).toBe(true);
    // What people push meanwhile is where the kept work does not fit.
    await environment.gitlab.as('mia').push(PATCH.repo, { branch: `agent/${key}`, files: { 'greet.mjs': 'other\n' } });
    await note('mia');
    expect(await newestRun(key)).toMatchObject({
      state: 'done',
      facts: { allowed: { maintainer: 'mia', files: [{ path: CI, rule: 'protected-path' }] } },
    });
    expect(promptsOf(environment, key).length).toBeGreaterThan(prompts);
    expect(await environment.gitlab.readFile(PATCH.repo, `agent/${key}`, CI)).toContain('test:');
    expect(answers().some((body) => body.includes('may pass once'))).toBe(true);
    const { length } = await runsOf(key);
    await environment.fire('poll-gitlab');
    await environment.settle();
    expect(await runsOf(key)).toHaveLength(length);
  });

  it('hangs on the ticket where it was asked for in a thread of the merge request', async () => {
    const key = await refuse('echo one >greet.mjs');
    const [mergeRequest] = environment.gitlab
      .project(PATCH.repo)
      .mergeRequests.filter(({ sourceBranch }) => sourceBranch === `agent/${key}`);
    // A session that answers a note reads the ticket as well; the script of the ticket is not meant for it.
    environment.jira.describeIssue(key, 'It greets by name.');
    environment.gitlab.as('mia').note(PATCH.repo, mergeRequest?.iid ?? 0, '/copilot add a test');
    await environment.fire('poll-gitlab');
    await environment.settle();
    expect(patchesOf(key)[0]).toContain('+++ b/greet.test.mjs');
    const notes = (mergeRequest?.discussions ?? []).flatMap((one) => one.notes.map(({ body }) => body));
    const told = notes.find((body) => body.includes('Kept as a patch')) ?? '';
    expect(told).toContain(`attached to ${key} as \`cmap-`);
    expect(told).not.toContain('/copilot allow');
  });
});
