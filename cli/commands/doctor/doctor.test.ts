import { describe, expect, it } from 'vitest';
import type { GitLab, ProjectInspection, PushRules } from '../../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import type { RunnerImages } from '../../../shared/domain/runs/runner-image.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { MissingSettingsError } from '../../clients/read-tool-settings.ts';
import { doctor } from './doctor.ts';

const STATUSES = ['AI Ready', 'In Progress', 'In Review', 'Done'].map((name, index) => ({
  id: String(index),
  name,
  category: 'new',
}));

const GITLAB: Partial<GitLab> = {
  getCurrentUser: async () => ({ id: 5, username: 'bot', name: 'bot', bot: true }),
  findTokenInfo: async () => ({ name: 'cmap', scopes: ['api'], expiresAt: '2026-12-31' }),
  findProject: async (path) => ({ id: 7, path, cloneUrl: '', webUrl: '', emptyRepository: false, archived: false }),
  getAccessLevel: async () => 30,
  findUserByUsername: async (username) =>
    username === 'eve' ? undefined : { id: username.length, username, name: username.toUpperCase(), bot: false },
  inspectProject: async () => ({ members: 'readable', approvals: 'readable', pushRules: 'none' }),
  findBranch: async (_, name) => ({ name, sha: '', isProtected: true }),
};
const JIRA: Partial<Jira> = {
  getMyself: async () => ({ accountId: 'me', displayName: 'cmap' }),
  getProjectKey: async (key) => key,
  listStatuses: async () => STATUSES,
  listPermissions: async (_, permissions) => [...permissions],
  findUserById: async (accountId) => (accountId === 'ada' ? { accountId, displayName: 'Ada' } : undefined),
};

const NO_RULES = { membersOnly: false, ownCommitsOnly: false, signedOnly: false, signedOffOnly: false };

function inspection(rules: Partial<PushRules>): ProjectInspection {
  return { members: 'readable', approvals: 'no-merge-request', pushRules: { ...NO_RULES, ...rules } };
}

const PUSH_RULES: { binding?: object; rules: Partial<PushRules>; line: string; exitCode?: number }[] = [
  { rules: {}, line: 'OK    PROJ: push rules let the agent push', exitCode: 0 },
  { rules: { commitMessage: '^PROJ-\\d+' }, line: 'OK    PROJ: push rules let the agent push', exitCode: 0 },
  { rules: { commitMessage: '(?<!x' }, line: 'OK    PROJ: push rules let the agent push', exitCode: 0 },
  {
    rules: { commitMessage: '^(feat|fix): ' },
    line: 'FAIL  PROJ: push rules would refuse the commit message "PROJ-1: Summary of the issue": set commit.subject so that ^(feat|fix):  accepts it',
  },
  { rules: { notCommitMessage: 'Cmap' }, line: 'FAIL  PROJ: push rules would refuse the commit message' },
  {
    rules: { branchName: '^feature/' },
    line: 'FAIL  PROJ: push rules would refuse the branch agent/PROJ-1: set branch_prefix so that ^feature/ accepts it',
  },
  {
    binding: { branch_prefix: '{type}/', type_words: { Bug: 'fix', other: 'chore' } },
    rules: { branchName: '^(?:feat|fix)/' },
    line: 'FAIL  PROJ: push rules would refuse the branch chore/PROJ-1: set branch_prefix so that ^(?:feat|fix)/ accepts it, or exempt fix/*, chore/* from the rule',
  },
  {
    binding: { commit: { subject: '{type}: {summary}' }, type_words: { Bug: 'fix', other: 'chore' } },
    rules: { commitMessage: '^(?:feat|fix): ' },
    line: 'FAIL  PROJ: push rules would refuse the commit message "chore: Summary of the issue"',
  },
  {
    binding: { refused_work: 'branch' },
    rules: { branchName: '^agent/[A-Z]+-\\d+$' },
    line: 'WARN  PROJ: push rules would refuse the branch agent/PROJ-1--refused, so refused work is attached to the ticket as a patch: let ^agent/[A-Z]+-\\d+$ accept it too, or exempt agent/* from the rule',
    exitCode: 0,
  },
  {
    rules: { branchName: '^agent/[A-Z]+-\\d+$' },
    line: 'OK    PROJ: push rules let the agent push',
    exitCode: 0,
  },
  { rules: { signedOnly: true }, line: 'FAIL  PROJ: push rules would refuse unsigned commits' },
  {
    binding: { commit: { signing_key_ref: 'Platform' } },
    rules: { signedOnly: true },
    line: 'WARN  PROJ: push rules want signed commits: the public key of platform must be a signing key of the account behind the credential',
    exitCode: 0,
  },
  { rules: { signedOffOnly: true }, line: 'FAIL  PROJ: push rules would refuse commits without Signed-off-by' },
  { rules: { authorEmail: '@corp$' }, line: 'WARN  PROJ: push rules want authors like @corp$', exitCode: 0 },
  { rules: { membersOnly: true }, line: 'WARN  PROJ: push rules take only commits of GitLab users', exitCode: 0 },
];

async function examine({ binding = {}, gitlab = {}, jira = {}, images }: Parts = {}) {
  const io = createMemoryIO();
  const tools = createMemoryTools({
    mappings: { PROJ: { repo: 'group/app', ...binding } },
    gitlab: { ...GITLAB, ...gitlab },
    jira: { ...JIRA, ...jira },
    ...(images ? { runnerImages: images, storage: createMemoryStorage({ images: images.names }) } : {}),
  });
  const exitCode = await doctor({ json: false }, io, tools);
  return { exitCode, stdout: io.stdout };
}

interface Parts {
  binding?: object;
  gitlab?: Partial<GitLab>;
  jira?: Partial<Jira>;
  images?: RunnerImages;
}

it('says which money no limit counts since the currency was changed', async () => {
  const io = createMemoryIO();
  const storage = createMemoryStorage({ clock: io.clock });
  const month = new Date(io.clock.now()).toISOString().slice(0, 7);
  for (const [index, currency] of ['EUR', 'USD'].entries()) {
    const months = ['binding', 'deployment'] as const;
    const entry = { bindingKey: 'PROJ', day: `${month}-02`, runId: `run-${index}`, months };
    const deployment = { costPerMonth: 50 };
    await storage.budgets.start(entry, { maxTokens: 10, costPerMonth: 20, deployment, currency });
    await storage.budgets.end(entry, 10, { amount: 12.5, currency });
  }
  const budget = { cost_per_month: 20 };
  const tools = createMemoryTools({
    mappings: { PROJ: { repo: 'group/app', budget } },
    storage,
    gitlab: GITLAB,
    jira: JIRA,
  });
  await doctor({ json: false }, io, tools);
  const said = 'PRICE_CURRENCY was changed this month: 12.50 USD of the limit of';
  expect(io.stdout).toContain(`WARN  budget of the deployment: ${said} 50 are counted, and 12.50 EUR in no limit`);
  expect(io.stdout).toContain(`WARN  PROJ: ${said} 20 are counted, and 12.50 EUR in no limit`);
});

it('finds nothing wrong where nothing is', async () => {
  const { exitCode, stdout } = await examine({ binding: { reviewer: 'ada' } });

  expect(stdout).toMatchInlineSnapshot(`
    "OK    map: 1 binding in the map of this deployment
    OK    storage queue: 0 tasks waiting, 0 poisoned; writes and deletes
    OK    storage table: 0 runs open; writes and deletes
    OK    storage blob: reads, writes and deletes
    WARN  model: not looked at: neither COPILOT_PROVIDER_BASE_URL nor GITHUB_TOKEN is set here
    OK    credential default: valid for bot, scopes api
    OK    credential default: ends 2026-12-31
    OK    PROJ: group/app is reachable for bot as Developer
    OK    PROJ: target branch main exists and is protected
    OK    jira: signed in as cmap
    OK    PROJ: Jira project visible, all statuses exist
    OK    PROJ: Jira grants all 8 permissions a run uses
    OK    PROJ: reviewer is Ada

    12 fine, 1 warning, 0 failures
    "
  `);
  expect(exitCode).toBe(0);
});

describe('a map without a Jira project', () => {
  const examineAlone = async (review: object, level: number) => {
    const io = createMemoryIO();
    const asked: string[] = [];
    const gitlab: Partial<GitLab> = {
      ...GITLAB,
      getAccessLevel: async () => level,
      findBranch: async (_, name) => void asked.push(name),
    };
    const notConfigured = async () => {
      throw new UsageError('JIRA_URL is missing');
    };
    const tools = { ...createMemoryTools({ mappings: { 'group/docs': { review } }, gitlab }), jira: notConfigured };
    const exitCode = await doctor({ json: false }, io, tools);
    return { exitCode, asked, lines: io.stdout.split('\n').filter((line) => /^\w+ +(?:group|jira)/.test(line)) };
  };

  it('needs no Jira, no branch and no more than to read', async () => {
    expect(await examineAlone({}, 20)).toEqual({
      exitCode: 0,
      asked: [],
      lines: [
        'OK    group/docs: group/docs is reachable for bot as Reporter; reviews and answers only',
        'OK    jira: not asked, because no binding has a Jira project',
      ],
    });
  });

  it.each([
    [{}, 10, 'bot is Guest in group/docs; reading the repository and writing notes needs Reporter'],
    [{ status: 'on' }, 20, 'bot is Reporter in group/docs; setting the status cmap/review needs Developer'],
    [{ resolution: 'resolve' }, 20, 'bot is Reporter in group/docs; resolving its threads needs Developer'],
  ])('with review %j and role %d says what is missing', async (review, level, finding) => {
    const { exitCode, lines } = await examineAlone(review, level);
    expect({ exitCode, line: lines[0] }).toEqual({ exitCode: 1, line: `FAIL  group/docs: ${finding}` });
  });
});

it('says whether the deployment has runners for the image of a binding', async () => {
  const { exitCode, stdout } = await examine({ binding: { image: 'python' }, images: { names: ['python', 'go'] } });
  expect(stdout).toContain('OK    image python: the deployment has runners for it; named by PROJ\n');
  expect(stdout).toContain('OK    storage queue: 0 tasks waiting (default 0, python 0, go 0), 0 poisoned');
  expect(exitCode).toBe(0);

  const missing = await examine({ binding: { image: 'rust' }, images: { names: ['python', 'go'] } });
  expect(missing.stdout).toMatch(
    /FAIL {2}image rust: named by PROJ\. The binding names .* \(it has runners for python, go\): add rust to runner_images/,
  );
  expect(missing.exitCode).toBe(1);
});

it('says of each webhook of events what it lacks, once, and sends nothing', async () => {
  const io = createMemoryIO();
  const events = { url_ref: 'team_a', format: 'generic' };
  const tools = createMemoryTools({
    mappings: {
      PROJ: { repo: 'group/app', events },
      OPS: { repo: 'group/ops', events },
      HELP: { repo: 'group/help', events: { url_ref: 'team_b', format: 'slack' } },
      HTTP: { repo: 'group/http', events: { url_ref: 'team_c', format: 'teams' } },
    },
    environment: {
      EVENTS_URL__TEAM_A: 'https://a.example.com/hook',
      EVENTS_URL__TEAM_B: 'https://b.example.com/hook',
      EVENTS_URL__TEAM_C: 'http://c.example.com/hook',
    },
    gitlab: GITLAB,
    jira: JIRA,
  });
  expect(await doctor({ json: false }, io, tools)).toBe(1);
  const lines = io.stdout.split('\n').filter((line) => line.includes('  events '));
  expect(lines).toEqual([
    expect.stringMatching(/^FAIL {2}events team_a: .*set EVENTS_SECRET__TEAM_A/),
    'OK    events team_b: slack, has what it needs; nothing was sent to it',
    expect.stringMatching(/^FAIL {2}events team_c: .*EVENTS_URL__TEAM_C is no https address/),
  ]);
  expect(io.stdout).not.toContain('example.com/hook');
});

it.each<Parts & { name: string; line: string; exitCode: number }>([
  {
    name: 'an ended token',
    gitlab: { findTokenInfo: async () => ({ name: '', scopes: ['api'], expiresAt: '2026-01-01' }) },
    line: 'FAIL  credential default: ended 2026-01-01: make a new one',
    exitCode: 1,
  },
  {
    name: 'a permission Jira withholds',
    jira: { listPermissions: async (_, all) => all.filter((key) => key !== 'ADD_COMMENTS') },
    line: 'FAIL  PROJ: Jira does not grant "Add comments", so nothing is reported on issues: add it to the permission scheme',
    exitCode: 1,
  },
  {
    name: 'a permission runs can do without',
    jira: { listPermissions: async (_, all) => all.filter((key) => key !== 'EDIT_OWN_COMMENTS') },
    line: 'WARN  PROJ: Jira does not grant "Edit own comments", so each report is a new comment instead of an edited one',
    exitCode: 0,
  },
  ...[
    { binding: {}, line: 'WARN  PROJ: Jira does not grant "Create attachments", so patches of refused work stand in' },
    { binding: { refused_work: 'branch' }, line: 'so patches of refused work stand in comments' },
    { binding: { mode: 'shadow', refused_work: 'drop' }, line: 'so patches stand in comments, cut to what fits there' },
    { binding: { refused_work: 'drop' }, line: 'OK    PROJ: Jira grants all 7 permissions a run uses' },
  ].map(({ binding, line }) => ({
    name: `attachments that Jira does not take, ${JSON.stringify(binding)}`,
    binding,
    jira: { listPermissions: async (_: string, all: readonly string[]) => all.filter((key) => !/ATTACH/.test(key)) },
    line,
    exitCode: 0,
  })),
  {
    name: 'groups of askers that Jira does not show',
    binding: { askers: { groups: ['developers'] } },
    jira: { listPermissions: async (_, all) => all.filter((key) => key !== 'USER_PICKER') },
    line: 'FAIL  PROJ: Jira does not grant "Browse users and groups", so members of the groups in askers cannot be seen, and their work is refused (asker-unknown): grant it in the global permissions of Jira',
    exitCode: 1,
  },
  {
    name: 'roles of askers that Jira does not show',
    binding: { askers: { roles: ['Developers'] } },
    jira: { listPermissions: async (_, all) => all.filter((key) => key !== 'ADMINISTER_PROJECTS') },
    line: 'FAIL  PROJ: Jira does not grant "Administer projects", so members of the roles in askers cannot be seen, and all their work is refused (asker-unknown): add it to the permission scheme',
    exitCode: 1,
  },
  {
    name: 'roles of askers that may name groups',
    binding: { askers: { roles: ['Developers'] } },
    jira: { listPermissions: async (_, all) => all.filter((key) => key !== 'USER_PICKER') },
    line: 'WARN  PROJ: Jira does not grant "Browse users and groups"',
    exitCode: 0,
  },
  {
    name: 'askers that Jira shows',
    binding: { askers: { groups: ['developers'], roles: ['Developers'] } },
    line: 'OK    PROJ: Jira grants all 10 permissions a run uses',
    exitCode: 0,
  },
  {
    name: 'members and approvals that are hidden',
    gitlab: { inspectProject: async () => ({ members: 'refused', approvals: 'refused', pushRules: 'refused' }) },
    line: 'WARN  PROJ: GitLab does not show approvals, so the issue is not told who approved: give the credential',
    exitCode: 0,
  },
  ...PUSH_RULES.map(({ binding = {}, rules, line, exitCode = 1 }) => ({
    name: `push rules ${JSON.stringify(rules)} ${JSON.stringify(binding)}`,
    binding,
    gitlab: { inspectProject: async () => inspection(rules) },
    line,
    exitCode,
  })),
  {
    name: 'a token of a project that ends soon',
    gitlab: { findTokenInfo: async () => ({ name: '', scopes: ['api'], expiresAt: '2026-02-03' }) },
    line: 'WARN  credential default: ends 2026-02-03, in 2 days: rotate it in GitLab, which keeps its user',
    exitCode: 0,
  },
  {
    name: 'a token of a person that ends soon',
    gitlab: {
      getCurrentUser: async () => ({ id: 5, username: 'ada', name: 'Ada', bot: false }),
      findTokenInfo: async () => ({ name: '', scopes: ['api'], expiresAt: '2026-02-03' }),
    },
    line: 'WARN  credential default: ends 2026-02-03, in 2 days: renew it',
    exitCode: 0,
  },
  {
    name: 'a token of a person',
    gitlab: { getCurrentUser: async () => ({ id: 5, username: 'ada', name: 'Ada', bot: false }) },
    line: 'WARN  credential default: belongs to the account of a person, ada; use a token of a project, a group or a',
    exitCode: 0,
  },
  {
    name: 'a token that never ends',
    gitlab: { findTokenInfo: async () => ({ name: '', scopes: ['api'] }) },
    line: 'WARN  credential default: never ends',
    exitCode: 0,
  },
  {
    name: 'a token without scopes',
    gitlab: { findTokenInfo: async () => ({ name: '', scopes: ['read_api'] }) },
    line: 'it lacks api and write_repository',
    exitCode: 1,
  },
  {
    name: 'a refused token',
    gitlab: { getCurrentUser: () => Promise.reject(new TaskError('gitlab-unauthorized')) },
    line: 'FAIL  PROJ: not looked at: its credential default does not work',
    exitCode: 1,
  },
  {
    name: 'a missing repository',
    gitlab: { findProject: async () => undefined },
    line: 'FAIL  PROJ: group/app does not exist',
    exitCode: 1,
  },
  {
    name: 'too small a role',
    gitlab: { getAccessLevel: async () => 20 },
    line: 'FAIL  PROJ: bot is Reporter in group/app; pushing agent/* needs Developer',
    exitCode: 1,
  },
  {
    name: 'too small a role for the status of reviews',
    binding: { review: { status: 'on' } },
    gitlab: { getAccessLevel: async () => 20 },
    line: 'FAIL  PROJ: bot is Reporter in group/app; pushing agent/* and setting the status cmap/review need Developer',
    exitCode: 1,
  },
  {
    name: 'a missing branch',
    gitlab: { findBranch: async () => undefined },
    line: 'FAIL  PROJ: target branch main does not exist',
    exitCode: 1,
  },
  {
    name: 'a branch that depends on the issue',
    binding: { target_branch: 'release/{version}' },
    gitlab: { findBranch: async () => undefined },
    line: 'OK    PROJ: target branch release/{version} is named after the fix version of an issue',
    exitCode: 0,
  },
  {
    name: 'an unprotected branch',
    gitlab: { findBranch: async () => ({ name: 'main', sha: '', isProtected: false }) },
    line: 'WARN  PROJ: target branch main is not protected',
    exitCode: 0,
  },
  {
    name: 'an unknown status',
    binding: { statuses: { done: 'Finished' } },
    line: 'FAIL  PROJ: statuses.done "Finished" is no status',
    exitCode: 1,
  },
  {
    name: 'a done status that is off',
    binding: { statuses: { done: 'off' } },
    line: 'OK    PROJ: Jira project visible',
    exitCode: 0,
  },
  {
    name: 'an unknown reviewer',
    binding: { reviewer: 'bob' },
    line: 'FAIL  PROJ: reviewer "bob" is no active account',
    exitCode: 1,
  },
  {
    name: 'people for merge requests',
    binding: { merge_request: { assignee: 'ada', reviewers: ['bob'] } },
    line: 'OK    PROJ: merge_request.assignee "ada" is ADA\nOK    PROJ: merge_request.reviewers "bob" is BOB\n',
    exitCode: 0,
  },
  {
    name: 'an unknown GitLab user',
    binding: { merge_request: { reviewers: ['bob', 'eve'] } },
    line: 'FAIL  PROJ: merge_request.reviewers "eve" is not an active GitLab user',
    exitCode: 1,
  },
  {
    name: 'a GitLab user from elsewhere',
    binding: { merge_request: { assignee: 'stranger' } },
    gitlab: { getAccessLevel: async (_, userId) => (userId === 'stranger'.length ? 0 : 30) },
    line: 'WARN  PROJ: merge_request.assignee "stranger" is no member of group/app',
    exitCode: 0,
  },
  {
    name: 'a Jira project whose key was changed',
    jira: { getProjectKey: async () => 'NEWS' },
    line: 'FAIL  PROJ: the key of the project was changed to NEWS: write jira_project: NEWS',
    exitCode: 1,
  },
  {
    name: 'an invisible Jira project',
    jira: { listStatuses: () => Promise.reject(new TaskError('jira-not-found')) },
    line: 'FAIL  PROJ: Jira does not show',
    exitCode: 1,
  },
])('$name', async ({ line, exitCode, ...parts }) => {
  const examined = await examine(parts);

  expect(examined.stdout).toContain(line);
  expect(examined.exitCode).toBe(exitCode);
});

it('looks at the rest when settings of one part are missing', async () => {
  const io = createMemoryIO();
  const tools = createMemoryTools({ mappings: { PROJ: { repo: 'group/app' } }, gitlab: GITLAB });
  const jira = () => {
    throw new UsageError('JIRA_URL is missing.');
  };

  expect(await doctor({ json: true }, io, { ...tools, jira })).toBe(1);
  const { ok, checks } = JSON.parse(io.stdout) as { ok: boolean; checks: { level: string; about: string }[] };
  expect(ok).toBe(false);
  expect(checks.filter(({ level }) => level === 'FAIL')).toEqual([
    { level: 'FAIL', about: 'jira', finding: 'JIRA_URL is missing.' },
  ]);
});

it('says once where missing settings may stand, below the lines it would help with', async () => {
  const io = createMemoryIO();
  const offer = 'Or name the deployment once, which has them: `cmap env add NAME --from-azure APP`.';
  const without = (missing: string) => async () => {
    throw new MissingSettingsError(missing, { offer, cause: undefined });
  };
  const tools = {
    ...createMemoryTools({ mappings: { PROJ: { repo: 'group/app' } } }),
    gitlab: without('GITLAB_URL is missing.'),
    jira: without('JIRA_URL is missing.'),
  };
  expect(await doctor({ json: false }, io, tools)).toBe(1);
  expect(io.stdout).toContain('FAIL  gitlab: GITLAB_URL is missing.\n');
  expect(io.stdout).toContain('FAIL  jira: JIRA_URL is missing.\n');
  expect(io.stdout.split(offer)).toHaveLength(2);
  expect(io.stdout).toMatch(/APP`\.\n\n\d+ fine/);

  const asJson = createMemoryIO();
  await doctor({ json: true }, asJson, tools);
  const { checks } = JSON.parse(asJson.stdout);
  expect(checks).toContainEqual({ level: 'FAIL', about: 'jira', finding: `JIRA_URL is missing. ${offer}` });
});

it('looks at the tokens there are when there is no map', async () => {
  const io = createMemoryIO();
  const tools = createMemoryTools({ gitlab: GITLAB, jira: JIRA });
  const bindings = () => Promise.reject(new UsageError('JIRA_PROJECT_MAP is missing.'));

  expect(await doctor({ json: false }, io, { ...tools, bindings })).toBe(1);
  expect(io.stdout).toContain('FAIL  map: JIRA_PROJECT_MAP is missing.');
  expect(io.stdout).toContain('OK    credential default: valid for bot, scopes api');
});
