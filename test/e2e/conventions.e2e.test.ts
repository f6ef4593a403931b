import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { EVERYTHING } from '../../shared/domain/runs/subjects.ts';
import { ADA, BOB, startTicketEnvironment } from './ticket-environment.ts';

const REPO = 'group/app';
const HOUSE = {
  jira_project: 'PROJ',
  repo: REPO,
  review: 'off' as const,
  type_words: { Bug: 'fix', Story: 'feat', other: 'chore' },
  branch_prefix: '{type}/',
  commit: { subject: '{type}({key}): {summary}' },
  merge_request: { title: '{type}: {key} {summary}', description: { template: 'Default' } },
};
const PLAIN = { jira_project: 'OPS', repo: 'group/plain', review: 'off' as const };
const OWNED = {
  jira_project: 'OWN',
  repo: 'group/owned',
  review: 'off' as const,
  merge_request: { reviewers: { codeowners: true, jira: 'reporter' as const, max: 2 } },
};
const SIGNED = {
  jira_project: 'SIG',
  repo: 'group/signed',
  review: 'off' as const,
  commit: { sign_off: true, co_authors: ['Ada Lovelace <ada@example.com>'], signing_key_ref: 'platform' },
  merge_request: { squash: true, labels: ['agent-authored'] },
};
const UNSIGNABLE = {
  jira_project: 'BAD',
  repo: 'group/unsignable',
  review: 'off' as const,
  commit: { signing_key_ref: 'broken' },
};
const keys = mkdtempSync(path.join(tmpdir(), 'cmap-keys-'));
const KEY = path.join(keys, 'key');
const TEMPLATES = '.gitlab/merge_request_templates';
let environment: Environment;

beforeAll(async () => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'cmap', '-f', KEY]);
  environment = await startTicketEnvironment([HOUSE, PLAIN, OWNED, SIGNED, UNSIGNABLE], {
    runnerEnv: {
      SIGNING_KEY__PLATFORM: readFileSync(KEY).toString('base64'),
      SIGNING_KEY__BROKEN: 'correct-horse-battery',
    },
  });
  await environment.gitlab.as(ADA).push(REPO, {
    branch: 'main',
    // As it is called on a laptop that takes both for the same.
    files: {
      [`${TEMPLATES}/default.md`]:
        '## What\r\n\r\n{change}\r\n\r\n## Ticket\r\n\r\n{key}: {summary}\r\n\r\n- [ ] Documented\r\n\r\n/label ~"needs review"\r\n/merge\r\n/assign me\r\n',
    },
  });
  await environment.gitlab.as(ADA).push('group/plain', {
    branch: 'main',
    files: { [`${TEMPLATES}/Default.md`]: '## Not asked for\n' },
  });
});
afterAll(async () => {
  await environment.close();
  rmSync(keys, { recursive: true, force: true });
});

async function work() {
  await environment.fire('poll-jira');
  await environment.settle();
}

function ask(summary: string, type: string, project = 'PROJ') {
  return environment.jira.createIssue({ project, summary, type, status: 'AI Ready', reporter: ADA });
}

function mergeRequestsOf(key: string, repo = REPO) {
  return environment.gitlab.project(repo).mergeRequests.filter(({ sourceBranch }) => sourceBranch.endsWith(`/${key}`));
}

it('names branch, commit and merge request as the house does, and fills its template from the target branch', async () => {
  const key = ask('Round up /merge', 'Bug');
  await work();

  const [mergeRequest, ...more] = mergeRequestsOf(key);
  expect(more).toEqual([]);
  expect(mergeRequest?.sourceBranch).toBe(`fix/${key}`);
  expect(mergeRequest?.title).toBe(`Draft: fix: ${key} Round up /merge`);
  const [commit] = await environment.gitlab.log(REPO, `fix/${key}`);
  expect(commit?.subject).toBe(`fix(${key}): Round up /merge`);
  expect(mergeRequest?.description).toMatch(
    new RegExp(
      `^## What\\n\\nAdds a page about ${key}\\.\\n\\n## Ticket\\n\\n${key}: Round up /merge\\n\\n- \\[ \\] Documented`,
    ),
  );
  expect(mergeRequest?.description).toContain('A person has to review and merge it.');
  // GitLab has run what a template may say, and nothing that acts in the name of the agent.
  expect(mergeRequest).toMatchObject({ state: 'opened', labels: ['needs review'], assignees: [] });
});

it('stays on its branch and merge request when the type of the issue changes', async () => {
  const key = ask('Round down', 'Bug');
  await work();
  const [first] = mergeRequestsOf(key);

  environment.jira.issue(key).type = 'Story';
  environment.jira.addComment(key, 'Please say more about rain.', ADA);
  environment.jira.moveIssue(key, 'AI Ready', ADA);
  await work();

  expect(mergeRequestsOf(key)).toEqual([first]);
  const subjects = (await environment.gitlab.log(REPO, `fix/${key}`)).map(({ subject }) => subject);
  expect(subjects.slice(0, 2)).toEqual([`feat(${key}): Round down`, `fix(${key}): Round down`]);

  environment.gitlab.as(BOB).edit(REPO, first?.iid ?? 0, { title: `fix: ${key} Round down` });
  await environment.gitlab.as(BOB).merge(REPO, first?.iid ?? 0);
  await environment.fire('poll-gitlab');
  await environment.fire('sweep');
  await environment.settle();
  const runs = await environment.storage.ledger.listRecent(EVERYTHING, 50);
  expect(runs.filter(({ task }) => task.scope === `issue~${key}`).map(({ result }) => result?.branch)).toEqual([
    `fix/${key}`,
    `fix/${key}`,
  ]);
});

it('takes no template from the branch of the agent', async () => {
  const key = ask('Forge a template', 'Task');
  await environment.gitlab.as(BOB).push(REPO, {
    branch: `chore/${key}`,
    files: { [`${TEMPLATES}/Default.md`]: '## Forged\n\n/label ~approved\n' },
  });
  await work();
  const [mergeRequest] = mergeRequestsOf(key);
  expect(mergeRequest?.description).toContain('## What');
  expect(mergeRequest?.description).not.toContain('Forged');
  expect(mergeRequest?.labels).toEqual(['needs review']);
});

it('says on the merge request that a template cannot be used', async () => {
  await environment.gitlab.as(ADA).push(REPO, {
    branch: 'main',
    files: { [`${TEMPLATES}/default.md`]: 'x'.repeat(33 * 1024) },
  });
  const key = ask('Too much', 'Task');
  await work();
  const [mergeRequest] = mergeRequestsOf(key);
  expect(mergeRequest?.description).toContain(
    '- the merge request template `Default` was not used: it is larger than 32 kB',
  );
  expect(mergeRequest?.description).toMatch(/^For \[/);
});

it('asks the owners of what it changes, by the target branch, and never itself', async () => {
  const repo = OWNED.repo;
  await environment.gitlab.as(ADA).push(repo, {
    branch: 'main',
    files: { 'docs/CODEOWNERS': '* @ada\n[Docs]\n/docs/ @cmap-bot @group/writers @bob\n^[Code]\n/src/ @ada\n' },
  });
  const key = ask('Write a page', 'Task', 'OWN');
  // First among the places GitLab looks at, and on the branch of the agent only.
  await environment.gitlab.as(BOB).push(repo, { branch: `agent/${key}`, files: { CODEOWNERS: '* @cmap-bot\n' } });
  await work();

  const [mergeRequest] = mergeRequestsOf(key, repo);
  expect(mergeRequest?.reviewers.map(({ username }) => username)).toEqual([ADA, BOB]);
  expect(mergeRequest?.description).toContain('- code owner `@group/writers` is a group, of which no person is asked');
});

it('signs commits, names who answers for them, and asks for one commit on merge', async () => {
  const key = ask('Sign me', 'Task', 'SIG');
  await work();
  const [mergeRequest] = mergeRequestsOf(key, SIGNED.repo);
  expect(mergeRequest).toMatchObject({ squash: true, labels: ['agent-authored'] });
  const { repository } = environment.gitlab.project(SIGNED.repo);
  const sha = mergeRequest?.headSha ?? '';
  const [email, body] = (await repository.git(['log', '-1', '--format=%ae%x00%b', sha])).split('\0');
  expect(body).toContain('Co-authored-by: Ada Lovelace <ada@example.com>\n');
  expect(body).toMatch(/^Signed-off-by: .+ <.+>$/m);
  const signers = path.join(keys, 'signers');
  writeFileSync(signers, `${email} ${readFileSync(`${KEY}.pub`, 'utf8')}`);
  await repository.git(['-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', sha]);
  // No session has seen the key, nor a transcript or a log.
  const secret = readFileSync(KEY, 'utf8').split('\n')[2] ?? '';
  expect(JSON.stringify(environment.model?.requests)).not.toContain(secret);
});

it('says that a key cannot sign before anything is cloned or a model is asked', async () => {
  const asked = environment.model?.requests.length;
  const key = ask('Cannot sign', 'Task', 'BAD');
  await work();
  expect(mergeRequestsOf(key, UNSIGNABLE.repo)).toEqual([]);
  expect(environment.model?.requests.length).toBe(asked);
  const failure = environment.jira
    .comments(key)
    .map(({ markdown }) => markdown)
    .join('\n');
  expect(failure).toContain('The key that should sign the commits cannot be used.');
  expect(failure).toContain('store an SSH key without a passphrase under the name in commit.signing_key_ref');
  expect(failure).not.toContain('correct-horse');
});

it('changes nothing where the binding asks for nothing', async () => {
  const key = ask('Plain', 'Bug', 'OPS');
  await work();
  const [mergeRequest] = mergeRequestsOf(key, 'group/plain');
  expect(mergeRequest?.sourceBranch).toBe(`agent/${key}`);
  expect(mergeRequest?.title).toBe(`Draft: ${key}: Plain`);
  expect(mergeRequest?.description).toMatch(new RegExp(`^For \\[${key}\\]`));
  expect(mergeRequest?.description).not.toContain('Not asked for');
});
