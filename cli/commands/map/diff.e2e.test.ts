import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SandboxGitLab } from '../../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import { projectCacheKey } from '../../../shared/services/projects/resolve-project.ts';
import { aCodingTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { startTwoTeams } from '../../../test/doubles/gitlab-environment.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { createTools } from '../../clients/tools.ts';
import { diff } from './diff.ts';

const OLD = `bindings:
  - {jira_project: PROJ, repo: group/app}
  - {jira_project: WEB, repo: Group/App}
  - {jira_project: OPS, repo: group/sub/ops, credential_ref: ops}
  - {jira_project: SAME, repo: group/sub/ops, credential_ref: ops}
`;
/** PROJ and WEB change, OPS goes, SAME stays. */
const NEW = `bindings:
  - {jira_project: PROJ, repo: group/app, target_branch: dev}
  - {jira_project: WEB, repo: Group/App, target_branch: dev}
  - {jira_project: SAME, repo: group/sub/ops, credential_ref: ops}
`;
const files = { 'old.yaml': OLD, 'new.yaml': NEW };
const TOKENS = { app: 'glpat-app0123456789abcdef', ops: 'glpat-ops0123456789abcdef' };

let gitlab: SandboxGitLab;
beforeAll(async () => {
  gitlab = await startTwoTeams();
  gitlab.addToken('project_1_bot_aa', TOKENS.app);
  gitlab.addToken('project_2_bot_bb', TOKENS.ops);
  const open = async (username: string, path: string, branch: string) => {
    const person = gitlab.as(username);
    await person.push(path, { branch, from: 'main', message: 'Work', files: { [`${branch}.md`]: branch } });
    return person.openMergeRequest(path, { sourceBranch: branch, title: branch });
  };
  await open('project_1_bot_aa', 'group/app', 'agent/PROJ-12');
  await open('project_1_bot_aa', 'group/app', 'agent/WEB-3');
  await open('ada', 'group/app', 'agent/PROJ-13');
  await open('project_1_bot_aa', 'group/app', 'other');
  const closed = await open('project_1_bot_aa', 'group/app', 'agent/PROJ-14');
  await gitlab.as('project_1_bot_aa').close('group/app', closed.iid);
  await open('project_2_bot_bb', 'group/sub/ops', 'agent/OPS-1');
  await open('project_2_bot_bb', 'group/sub/ops', 'agent/SAME-1');
});
afterAll(() => gitlab.close());
beforeEach(() => gitlab.requests.clear());

async function compare(env: Record<string, string> = {}) {
  const io = createMemoryIO({ files, env: { GITLAB_URL: gitlab.url, ...env } });
  expect(await diff({ old: 'old.yaml', new: 'new.yaml', json: true }, io, createTools(io))).toBe(0);
  return { ...JSON.parse(io.stdout), stderr: io.stderr };
}

const namesOf = ({ mergeRequests }: { mergeRequests: { name: string; issueKey: string }[] }) =>
  mergeRequests.map(({ name, issueKey }) => `${name} ${issueKey}`);

it('names the open merge requests of the agent for each binding, with two requests for a repository', async () => {
  const found = await compare({ GITLAB_TOKEN: TOKENS.app, GITLAB_TOKEN__OPS: TOKENS.ops });

  expect(namesOf(found)).toEqual(['group/app!1 PROJ-12', 'group/app!2 WEB-3', 'group/sub/ops!1 OPS-1']);
  expect(found.mergeRequests[0]).toEqual({
    jiraProject: 'PROJ',
    issueKey: 'PROJ-12',
    name: 'group/app!1',
    url: `${gitlab.url}/group/app/-/merge_requests/1`,
    branch: 'agent/PROJ-12',
  });
  expect(found).toMatchObject({ notes: [], stderr: '' });
  expect(gitlab.requests.byEndpoint()).toEqual({
    'GET /user': 2,
    'GET /projects/:id': 2,
    'GET /projects/:id/merge_requests': 2,
  });
});

it('says in one line what no token here could ask about, and names the rest', async () => {
  const found = await compare({ GITLAB_TOKEN: TOKENS.app });

  expect(namesOf(found)).toEqual(['group/app!1 PROJ-12', 'group/app!2 WEB-3']);
  expect(found.notes).toEqual([
    expect.stringMatching(/^open merge requests of group\/sub\/ops are not named: .*\bops\b/),
  ]);
  expect(gitlab.requests.count()).toBe(3);
});

it('asks nothing and says so without any token, or where nothing changes', async () => {
  const found = await compare();
  const io = createMemoryIO({ files, env: { GITLAB_URL: gitlab.url, GITLAB_TOKEN: TOKENS.app } });
  await diff({ old: 'old.yaml', new: 'old.yaml', json: true }, io, createTools(io));

  expect(found).toMatchObject({
    mergeRequests: [],
    stderr:
      'cmap: GitLab was not asked for open merge requests: GITLAB_TOKEN is missing: no GitLab credential is configured.\n',
  });
  expect(io.stderr).toBe('');
  expect(gitlab.requests.count()).toBe(0);
});

it('says what GitLab refuses, and names the rest', async () => {
  gitlab.addFault({ kind: 'fail', match: '/merge_requests', status: 403 });
  const found = await compare({ GITLAB_TOKEN: TOKENS.app, GITLAB_TOKEN__OPS: TOKENS.ops });
  gitlab.clearFaults();

  expect(namesOf(found)).toEqual(['group/sub/ops!1 OPS-1']);
  expect(found.notes).toEqual([
    'open merge requests of group/app are not named: The configured GitLab credential may not do this.',
  ]);
});

it('tells people what a deployed map has at work: runs of tickets, reviews and merge requests', async () => {
  const storage = createMemoryStorage();
  const { id } = gitlab.project('group/app');
  const project = { projectId: id, path: 'group/app', cloneUrl: '', webUrl: '', resolvedAt: 0 };
  await storage.projects.put(projectCacheKey({ repo: 'group/app', credentialRef: 'default' }, gitlab.url), project);
  const runs = {
    'run-1': aCodingTask(),
    'run-2': aReviewTask({ projectId: id }),
    'run-3': aReviewTask({ projectId: 99, id: 'review~99' }),
    'run-4': aCodingTask({ id: 'same', issueKey: 'SAME-1', jiraProject: 'SAME', scope: 'issue~SAME-1' }),
  };
  for (const [runId, task] of Object.entries(runs)) await storage.ledger.create({ runId, dedupKey: runId, task });
  const io = createMemoryIO({ files, env: { GITLAB_URL: gitlab.url, GITLAB_TOKEN: TOKENS.app } });
  const mappings = {
    PROJ: { repo: 'group/app' },
    SAME: { repo: 'group/sub/ops', credential_ref: 'ops' },
    WEB: { repo: 'Group/App', target_branch: 'dev' },
  };
  const tools = { ...createMemoryTools({ storage, mappings }), gitlab: createTools(io).gitlab };
  await diff({ old: 'new.yaml', json: false }, io, tools);

  expect(io.stdout).toBe(
    [
      '~ PROJ',
      '    target_branch: "main" -> "dev"',
      '',
      '0 bindings more, 0 fewer, 1 changed',
      'touches run-1 of PROJ, which is planned',
      'touches run-2 of PROJ, which is planned',
      `touches group/app!1 of PROJ-12, which is open: ${gitlab.url}/group/app/-/merge_requests/1`,
      '',
    ].join('\n'),
  );
});
