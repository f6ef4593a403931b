import { describe, expect, it } from 'vitest';

import { BUILT_IN_DEFAULTS } from '../defaults.ts';
import { parseMapping } from './parse-mapping.ts';

const TOKEN = `glpat-${'0123456789abcdef'}`;

function bindingsOf(text: string) {
  const mapping = parseMapping(text);
  if ('problems' in mapping) throw new Error(mapping.problems.map(({ message }) => message).join('\n'));
  return mapping.bindings;
}

/** Problems as `line:column where: message`. */
function problemsOf(text: string): string[] {
  const mapping = parseMapping(text);
  return 'problems' in mapping
    ? mapping.problems.map(({ line, column, where, message }) => `${line}:${column} ${where}: ${message}`)
    : [];
}

/** A mapping of one binding, whose own lines begin on line 4. */
function aMapping(...lines: string[]): string {
  return ['bindings:', '  - jira_project: PROJ', '    repo: group/app', ...lines.map((line) => `    ${line}`)].join(
    '\n',
  );
}

describe('parseMapping', () => {
  it('needs only a Jira project and a repository', () => {
    expect(bindingsOf(aMapping())).toEqual([
      {
        jiraProject: 'PROJ',
        repo: 'group/app',
        targetBranch: 'main',
        credentialRef: 'default',
        trigger: { kind: 'status', status: 'AI Ready' },
        statuses: { inProgress: 'In Progress', inReview: 'In Review', done: 'Done' },
        plan: 'off',
        mode: 'live',
        mergeRequest: { labels: [], reviewers: [] },
        repairRounds: 2,
        refusedWork: 'patch',
        allowRefused: 'maintainer',
        mergeTarget: 'off',
        repairPipelines: 'off',
        ticketFields: [],
        attachments: { maxFiles: 5, maxFileKb: 2048 },
        skills: 'off',
        protectedPaths: BUILT_IN_DEFAULTS.protectedPaths,
        limits: { maxFiles: 300, maxFileKb: 1024, maxBinaryKb: 512, maxChangeKb: 10_240, maxDeletedPercent: 50 },
        commit: { subject: '{key}: {summary}', signOff: false },
        review: {
          enabled: true,
          onPush: true,
          paths: [],
          skipLabels: [],
          skipTitleWords: [],
          skipBranches: [],
          resolution: 'suggest',
          minSeverity: 'nit',
          status: 'off',
          bots: {
            mergeRequests: 'skip',
            dependencyUpdates: 'skip',
            authors: [],
            dependencyBranches: ['renovate/**', 'dependabot/**'],
            dependencyLabels: ['dependencies'],
          },
        },
        budget: { maxTurns: 80, maxTokens: 2_000_000, maxMinutes: 30 },
        branchPrefix: 'agent/',
      },
    ]);
  });

  it('takes a value from the binding, else from defaults, else the built-in one, inside blocks too', () => {
    const [one, other] = bindingsOf(`
defaults:
  target_branch: develop
  statuses: {in_review: Checking, done: off}
  review: {on_push: false, skip_labels: [wip]}
  budget: {max_turns: 10, runs_per_day: 5}
  limits: {max_files: 20, max_file_kb: 2048}
  commit: {subject: 'fix: {key} {summary}', sign_off: true}
  reviewer: somebody
bindings:
  - {jira_project: ONE, repo: group/one}
  - jira_project: OTHER
    repo: group/other
    target_branch: main
    statuses: {in_review: Testing}
    review: false
    budget: {max_turns: 20, runs_per_day: null}
    limits: {max_files: 30}
    commit: {sign_off: false}
    reviewer: null
`);

    expect(one).toMatchObject({
      targetBranch: 'develop',
      statuses: { inProgress: 'In Progress', inReview: 'Checking', done: 'off' },
      review: { enabled: true, onPush: false, skipLabels: ['wip'] },
      budget: { maxTurns: 10, maxMinutes: 30, runsPerDay: 5 },
      reviewer: 'somebody',
    });
    expect(other).toMatchObject({
      targetBranch: 'main',
      statuses: { inReview: 'Testing', done: 'off' },
      review: { enabled: false, onPush: false, skipLabels: ['wip'] },
    });
    expect(one?.limits).toMatchObject({ maxFiles: 20, maxFileKb: 2048, maxBinaryKb: 512 });
    expect(other?.limits).toMatchObject({ maxFiles: 30, maxFileKb: 2048 });
    expect(one?.commit).toEqual({ subject: 'fix: {key} {summary}', signOff: true });
    expect(other?.commit).toEqual({ subject: 'fix: {key} {summary}', signOff: false });
    expect(other?.budget).toEqual({ maxTurns: 20, maxTokens: 2_000_000, maxMinutes: 30 });
    expect(other).not.toHaveProperty('reviewer');
  });

  it('takes each field of merge_request from the binding, else from defaults; null and an empty list take it back', () => {
    const bindings = bindingsOf(`
defaults:
  merge_request: {labels: [ai], assignee: ada, reviewers: [bob, eve.o]}
bindings:
  - {jira_project: ONE, repo: group/one}
  - {jira_project: TWO, repo: group/two, merge_request: {labels: [ai, team two], reviewers: [_x-1]}}
  - {jira_project: NONE, repo: group/none, merge_request: {labels: [], assignee: null, reviewers: []}}
  - {jira_project: SAME, repo: group/same, merge_request: {}}
`);

    const all = { labels: ['ai'], assignee: 'ada', reviewers: ['bob', 'eve.o'] };
    expect(bindings.map(({ mergeRequest }) => mergeRequest)).toEqual([
      all,
      { labels: ['ai', 'team two'], assignee: 'ada', reviewers: ['_x-1'] },
      { labels: [], reviewers: [] },
      all,
    ]);
  });

  it.each([
    ['trigger: Ready', { kind: 'status', status: 'Ready' }],
    ['trigger: {status: Ready}', { kind: 'status', status: 'Ready' }],
    ['trigger: {assignee: 712020:abc}', { kind: 'assignee', accountId: '712020:abc' }],
    ['trigger: {label: ai}', { kind: 'label', label: 'ai' }],
  ])('reads %s', (line, trigger) => {
    expect(bindingsOf(aMapping(line))[0]?.trigger).toEqual(trigger);
  });

  it('accepts subgroups, an empty defaults block, a byte order mark, CRLF and anchors', () => {
    const text =
      '\uFEFFdefaults:\r\nbindings:\r\n  - jira_project: A1\r\n    repo: a/b/c/repo\r\n    review: &r {on_push: false}\r\n  - jira_project: B1\r\n    repo: b/c\r\n    review: *r\r\n';

    expect(bindingsOf(text).map(({ repo, review }) => [repo, review.onPush])).toEqual([
      ['a/b/c/repo', false],
      ['b/c', false],
    ]);
  });

  it('compares credential names without regard to case', () => {
    expect(bindingsOf(aMapping('credential_ref: Platform_Team'))[0]?.credentialRef).toBe('platform_team');
  });

  it.each([
    ['repo', "'app'"],
    ['repo', '/a/b'],
    ['repo', 'a//b'],
    ['repo', 'a/b/'],
    ['repo', 'a/../b'],
    ['repo', '-a/b'],
    ['repo', 'https://gitlab.example.com/a/b'],
    ['jira_project', 'proj'],
    ['jira_project', 'P'],
    ['jira_project', 'PROJ-12'],
    ['jira_project', '1A'],
    ['target_branch', '--upload-pack=x'],
    ['target_branch', 'a b'],
    ['target_branch', 'a..b'],
    ['target_branch', 'a/'],
    ['target_branch', 'a.lock'],
    ['credential_ref', 'platform team'],
    ['credential_ref', '_x'],
    ['credential_ref', 'a__b'],
    ['branch_prefix', '-x/'],
    ['branch_prefix', 'ai.lock/'],
    ['target_branch', '"@"'],
    ['target_branch', 'a'.repeat(201)],
    ['notices_issue', 'PROJ'],
    ['repair_rounds', '11'],
    ['ticket_fields', 'Environment'],
    ['acceptance_criteria_field', "' '"],
    ['max_concurrent_runs', '0'],
    ['max_concurrent_runs', '1.5'],
    ['model', 'a b'],
    ['instructions', 'Be brief.'],
    ['validate_env', 'CI'],
    ['validate_env', '[CI]'],
    ['validate', "' '"],
    ['trigger', "''"],
    ['trigger', '"\\e[31mred"'],
    ['reviewer', "' x'"],
  ])('refuses %s: %s and names the field', (field, value) => {
    const lines = { jira_project: 'PROJ', repo: 'group/app', [field]: value };
    const text = `bindings:\n  - ${Object.entries(lines)
      .map(([key, one]) => `${key}: ${one}`)
      .join('\n    ')}\n`;

    expect(problemsOf(text)).toEqual([expect.stringMatching(new RegExp(`^\\d+:\\d+ binding 1.*: ${field} `))]);
  });

  it.each([
    ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'GLIBC_TUNABLES', 'MALLOC_ARENA_MAX'],
    ...['GCONV_PATH', 'GETCONF_DIR', 'HOSTALIASES', 'LOCALDOMAIN', 'LOCPATH', 'NIS_PATH', 'NLSPATH'],
    ...['RESOLV_HOST_CONF', 'RES_OPTIONS', 'TZDIR'],
  ])('refuses a variable that would reach programs of the runner: %s', (name) => {
    expect(problemsOf(aMapping(`validate_env: {${name}: x}`))).toEqual([
      expect.stringMatching(new RegExp(`validate_env\\.${name} is .*; set it inside the command$`)),
    ]);
  });

  it.each([
    ...[
      'MY_PATH',
      'PATHS',
      'HOMEPAGE',
      'LANGUAGE',
      'BUILD_LD_X',
      'LDX',
      'XMALLOC_',
      'MY_TZDIR',
      'TZDIR2',
      'GCONV_PATHS',
    ],
    ...['_', 'a', 'A1', 'x'.repeat(100)],
  ])('takes a variable of the command: %s', (name) => {
    expect(problemsOf(aMapping(`validate_env: {${name}: x}`))).toEqual([]);
  });

  it.each(['1A', 'A-B', '"A B"', '""', 'é', 'x'.repeat(101)])('refuses a name that no variable has: %s', (name) => {
    expect(problemsOf(aMapping(`validate_env: {${name}: x}`))).toHaveLength(1);
  });

  it.each([
    ["commit: {subject: '{summary}'}", true],
    ["commit: {subject: 'fix({key}): {summary} [ai]'}", true],
    [`commit: {subject: '{summary}${'x'.repeat(91)}'}`, true],
    [`commit: {subject: '{summary}${'x'.repeat(92)}'}`, false],
    ["commit: {subject: 'summary'}", false],
    ['commit: {subject: "x\\n{summary}"}', false],
    ["commit: {subject: '{typ}: {summary}'}", false],
    ["merge_request: {title: '[{key}] {summary}'}", true],
    ["merge_request: {title: '{summary}'}", false],
    ["merge_request: {title: 'Draft: {key} {summary}'}", false],
    ["merge_request: {title: '{key} {summary} {reporter}'}", false],
    ['merge_request: {title: "{key}\\n{summary}"}', false],
    ['merge_request: {description: "## What\\n{change}\\n{checks} \\n{key} {url}"}', true],
    ["merge_request: {description: 'What: {change}'}", false],
    ["merge_request: {description: '{changes}'}", false],
    ["merge_request: {description: ' '}", false],
    [`merge_request: {description: '${'x'.repeat(8001)}'}`, false],
    ['merge_request: {description: {template: Default}}', true],
    ['merge_request: {description: {template: Bug fix}}', true],
    ['merge_request: {description: {template: Default.md}}', false],
    ['merge_request: {description: {template: ../../secret}}', false],
    ["merge_request: {description: {template: 'a\\b'}}", false],
    ["branch_prefix: '{key}/'", false],
    ['merge_request: {reviewers: {codeowners: true, jira: reporter, users: [ada], max: 20}}', true],
    ['merge_request: {reviewers: [ada]}', true],
    ['merge_request: {reviewers: {codeowners: false}}', false],
    ['merge_request: {reviewers: {codeowners: true, max: 21}}', false],
    ['merge_request: {reviewers: {codeowners: true, jira: watcher}}', false],
    ['merge_request: {reviewers: ada}', false],
    ['merge_request: {ready: when-green}', true],
    ['merge_request: {ready: now}', false],
    ['merge_request: {tell_requested_changes: true}', true],
    ['review: {fix_own_findings: true}', true],
    ['review: {fix_own_findings: twice}', false],
    ["commit: {co_authors: ['Ada Lovelace <ada@example.com>']}", true],
    ["commit: {co_authors: ['ada@example.com']}", false],
    ["commit: {co_authors: ['Ada <ada@example.com> <x@y>']}", false],
    ['commit: {co_authors: ["Ada\\nCmap-Run: x <ada@example.com>"]}', false],
    ['commit: {signing_key_ref: platform}', true],
    ['commit: {signing_key_ref: a--b}', false],
    ['merge_request: {squash: true}', true],
    ['type_words: {Bug: fix, other: chore}', true],
    ['type_words: {Bug: fix}', false],
    ['type_words: {Bug: fix, bug: bugfix, other: chore}', false],
    ["type_words: {Bug: 'fix/', other: chore}", false],
    ["type_words: {Bug: '..', other: chore}", false],
    ["validate: '  x  '", true],
    ['instructions: {all: " a "}', true],
    ['instructions: {all: "\\n"}', false],
    ['model: a/b:c', true],
    ['model: " a"', false],
    ['model: "a "', false],
    ['events: {url_ref: Team-A_1}', true],
    ['events: {url_ref: team-}', false],
    ['validate_env: {A: {secret_ref: a--b}}', false],
    [`credential_ref: ${'a'.repeat(64)}`, true],
    [`credential_ref: ${'a'.repeat(65)}`, false],
  ])('takes %s: %s', (line, isGood) => {
    expect(problemsOf(aMapping(line))).toHaveLength(isGood ? 0 : 1);
  });

  it.each([
    ['limits.max_files', 'limits: {max_files: 0}'],
    ['limits.max_file_kb', 'limits: {max_file_kb: 24577}'],
    ['attachments.max_files', 'attachments: {max_files: 21}'],
    ['attachments.max_file_kb', 'attachments: {max_file_kb: 0}'],
    ['attachments', 'attachments: some'],
    ['limits.max_deleted_percent', 'limits: {max_deleted_percent: 101}'],
    ['commit.subject', "commit: {subject: '{key} only'}"],
    ['commit.subject', "commit: {subject: '[{issue}] {summary}'}"],
    ['commit.subject', "commit: {subject: '{Key} {summary}'}"],
    ['commit.subject', 'commit: {subject: "{summary}\\nCmap-Run: x"}'],
  ])('refuses a value of a block and names the field: %s', (field, line) => {
    expect(problemsOf(aMapping(line))).toEqual([expect.stringContaining(` ${field} must`)]);
  });

  it.each([
    {
      rule: 'a word of a type without words',
      text: aMapping("branch_prefix: '{type}/'"),
      problem:
        '4:20 binding 1 (PROJ): branch_prefix has {type} in it, and the binding has no type_words; write for example type_words: { Bug: fix, Story: feat, other: chore }',
    },
    {
      rule: 'a word of a type in a title without words',
      text: aMapping('merge_request:', "  title: '{type} {key} {summary}'"),
      problem:
        '5:14 binding 1 (PROJ): merge_request.title has {type} in it, and the binding has no type_words; write for example type_words: { Bug: fix, Story: feat, other: chore }',
    },
    {
      rule: 'a word that makes no branch',
      text: aMapping("branch_prefix: 'a.{type}/'", 'type_words: { Bug: lock, other: chore }'),
      problem:
        '4:20 binding 1 (PROJ): branch_prefix makes "a.lock/" of a word of type_words, which is not the beginning of a branch name',
    },
    {
      rule: 'a misspelt field',
      text: aMapping('target_brnach: x'),
      problem: '4:5 binding 1 (PROJ): target_brnach is not a known field; did you mean target_branch?',
    },
    {
      rule: 'a dash for an underscore',
      text: aMapping('target-branch: x'),
      problem: '4:5 binding 1 (PROJ): target-branch is not a known field; did you mean target_branch?',
    },
    {
      rule: 'a misspelt field inside a block',
      text: aMapping('review:', '  on_pus: true'),
      problem: '5:7 binding 1 (PROJ): on_pus is not a known field; did you mean on_push?',
    },
    {
      rule: 'a misspelt field of merge_request',
      text: aMapping('merge_request:', '  reviewer: bob'),
      problem: '5:7 binding 1 (PROJ): reviewer is not a known field; did you mean reviewers?',
    },
    {
      rule: 'a misspelt block',
      text: aMapping('merge_requests: {labels: [ai]}'),
      problem: '4:5 binding 1 (PROJ): merge_requests is not a known field; did you mean merge_request?',
    },
    {
      rule: 'a field that is near one here and the same as one inside a block',
      text: aMapping('reviewers: [bob]'),
      problem:
        '4:5 binding 1 (PROJ): reviewers is not a known field; did you mean reviewer or merge_request.reviewers?',
    },
    {
      rule: 'a field of two blocks outside them',
      text: aMapping('assignee: ada'),
      problem: '4:5 binding 1 (PROJ): assignee is not a known field; it belongs under trigger or merge_request',
    },
    {
      rule: 'two labels in one',
      text: aMapping("merge_request: {labels: [ai, 'a,b']}"),
      problem: '4:34 binding 1 (PROJ): merge_request.labels[2] must be one label, without a comma, not "a,b"',
    },
    {
      rule: 'one label that is no list',
      text: aMapping('merge_request: {labels: ai}'),
      problem: '4:29 binding 1 (PROJ): merge_request.labels must be a list, not text',
    },
    {
      rule: 'a mention for a username',
      text: aMapping("merge_request: {assignee: '@ada'}"),
      problem:
        '4:31 binding 1 (PROJ): merge_request.assignee must be a GitLab username such as ada, without an @, not "@ada"',
    },
    {
      rule: 'a person for a username',
      text: aMapping('merge_request: {reviewers: [Ada Lovelace]}'),
      problem:
        '4:33 binding 1 (PROJ): merge_request.reviewers[1] must be a GitLab username such as ada, without an @, not "Ada Lovelace"',
    },
    {
      rule: 'a misspelt field of the audit',
      text: aMapping('audit:', '  aprovals: {required: 2}'),
      problem: '5:7 binding 1 (PROJ): aprovals is not a known field; did you mean approvals?',
    },
    {
      rule: 'a misspelt field inside a block of the audit',
      text: aMapping('audit:', '  approvals:', '    independant: true'),
      problem: '6:9 binding 1 (PROJ): independant is not a known field; did you mean independent?',
    },
    {
      rule: 'approvals below none',
      text: aMapping('audit: {approvals: {required: -1}}'),
      problem: '4:35 binding 1 (PROJ): audit.approvals.required must be a whole number from 0 to 10, not -1',
    },
    {
      rule: 'a waiver without an end',
      text: aMapping('audit:', '  waivers:', '    - {rule: mr-unapproved, match: x, reason: y, by: z}'),
      problem:
        '6:11 binding 1 (PROJ): audit.waivers[1].until is missing; write the last day on which it counts, as in until: 2026-12-31',
    },
    {
      rule: 'a waiver that ends on no day',
      text: aMapping('audit:', '  waivers:', '    - {rule: mr-unapproved, match: x, reason: y, by: z, until: soon}'),
      problem: '6:68 binding 1 (PROJ): audit.waivers[1].until must be a day such as 2026-12-31, not "soon"',
    },
    {
      rule: 'a misspelt field of a waiver',
      text: aMapping(
        'audit:',
        '  waivers:',
        '    - {rule: mr-unapproved, match: x, reason: y, by: z, until: 2026-12-31, til: x}',
      ),
      problem: '6:80 binding 1 (PROJ): til is not a known field; did you mean until?',
    },
    {
      rule: 'a path outside the repository',
      text: aMapping('audit: {paths: [../other]}'),
      problem: '4:21 binding 1 (PROJ): audit.paths[1] must stay inside the repository, without .., not "../other"',
    },
    {
      rule: 'a field of a block outside it',
      text: aMapping('max_turns: 3'),
      problem: '4:5 binding 1 (PROJ): max_turns is not a known field; it belongs under budget',
    },
    {
      rule: 'a field of a binding in defaults',
      text: `defaults:\n  repo: a/b\n${aMapping()}`,
      problem: '2:3 defaults: repo is not a known field; it belongs to a binding',
    },
    {
      rule: 'a binding without repo',
      text: 'bindings:\n  - jira_project: PROJ\n',
      problem: '2:5 binding 1 (PROJ): repo is missing; write for example repo: group/service-a',
    },
    {
      rule: 'a Jira project that is left empty',
      text: 'bindings:\n  - repo: a/b\n    jira_project:\n',
      problem: '3:18 binding 1: jira_project is empty; write for example jira_project: PROJ',
    },
    {
      rule: 'an address for a repository',
      text: 'bindings:\n  - jira_project: PROJ\n    repo: git@gitlab.example.com:group/app.git\n',
      problem:
        '3:11 binding 1 (PROJ): repo must be the path of a GitLab repository such as group/repo or group/subgroup/repo, not "git@gitlab.example.com:group/app.git"; write repo: group/app',
    },
    {
      rule: 'a number for text',
      text: aMapping('target_branch: 2024'),
      problem: '4:20 binding 1 (PROJ): target_branch must be text, not the number 2024; put quotes around it',
    },
    {
      rule: 'two triggers in one',
      text: aMapping('trigger: {status: A, label: b}'),
      problem: '4:14 binding 1 (PROJ): trigger needs exactly one of status, assignee and label',
    },
    {
      rule: 'a list for a trigger',
      text: aMapping('trigger: [A]'),
      problem: '4:14 binding 1 (PROJ): trigger must be text or a block, not a list',
    },
    {
      rule: 'a word outside a choice',
      text: aMapping('review: {resolution: maybe}'),
      problem: '4:26 binding 1 (PROJ): review.resolution must be one of suggest, resolve, off, not "maybe"',
    },
    {
      rule: 'a wrong element of a list',
      text: aMapping('protected_paths: [a, 3]'),
      problem: '4:26 binding 1 (PROJ): protected_paths[2] must be text, not the number 3; put quotes around it',
    },
    {
      rule: 'text for a binding',
      text: 'bindings:\n  - PROJ\n',
      problem: '2:5 binding 1: the binding must be a block, not text',
    },
    { rule: 'no bindings', text: 'bindings: []\n', problem: '1:11 file: bindings needs at least one binding' },
    {
      rule: 'an empty list of bindings',
      text: 'bindings:\n',
      problem: '1:10 file: bindings is empty; write a list of jira_project and repo pairs under it',
    },
    {
      rule: 'an empty file',
      text: '',
      problem: '1:1 file: the mapping is empty; start with a line bindings: and one entry below it',
    },
    { rule: 'a list at the top', text: '- a\n', problem: '1:1 file: the mapping must be a block, not a list' },
    {
      rule: 'a key written twice',
      text: aMapping('repo: a/b'),
      problem: '4:5 file: this key is written twice in the same block; keep one of them',
    },
    {
      rule: 'a tab',
      text: 'bindings:\n\t- a\n',
      problem: '2:1 file: this line is indented with a tab; YAML wants spaces',
    },
    {
      rule: 'tabs on every line, once, and nothing that follows from them',
      text: 'bindings:\n\t- jira_project: PROJ\n\t  repo: a/b\n\t  credential_ref: my_team\n',
      problem: expect.stringMatching(
        /^2:1 file: this line is indented with a tab; YAML wants spaces(?:; \d more lines are)?$/,
      ),
    },
    {
      rule: 'two documents',
      text: `${aMapping()}\n---\na: 1\n`,
      problem: '4:1 file: the file holds several documents; keep one, without a line ---',
    },
    {
      rule: 'a fraction of rounds',
      text: aMapping('repair_rounds: 1.5'),
      problem: '4:20 binding 1 (PROJ): repair_rounds must be a whole number from 0 to 10, not 1.5',
    },
    {
      rule: 'a fraction of percent, which is below 0, too',
      text: aMapping('limits: {max_deleted_percent: -1.5}'),
      problem: '4:35 binding 1 (PROJ): limits.max_deleted_percent must be a whole number from 0 to 100, not -1.5',
    },
    {
      rule: 'a truth value for text',
      text: aMapping('target_branch: true'),
      problem: '4:20 binding 1 (PROJ): target_branch must be text, not the truth value true; put quotes around it',
    },
    {
      rule: 'a word for a number',
      text: aMapping('budget: {max_turns: many}'),
      problem: '4:25 binding 1 (PROJ): budget.max_turns must be a number, not text',
    },
    {
      rule: 'a list for a number',
      text: aMapping('budget: {max_turns: [1]}'),
      problem: '4:25 binding 1 (PROJ): budget.max_turns must be a number, not a list',
    },
    {
      rule: 'a field without a value',
      text: aMapping('target_branch:'),
      problem: '4:19 binding 1 (PROJ): target_branch is empty',
    },
    {
      rule: 'a number for a model',
      text: aMapping('model: 3'),
      problem: '4:12 binding 1 (PROJ): model must be text or a block, not the number 3',
    },
    {
      rule: 'a number for the model of one kind of work',
      text: aMapping('model: {coding: 3}'),
      problem: '4:21 binding 1 (PROJ): model.coding must be text, not the number 3; put quotes around it',
    },
    {
      rule: 'a list for a variable',
      text: aMapping('validate_env: {A: [x]}'),
      problem: '4:23 binding 1 (PROJ): validate_env.A must be text or a block, not a list',
    },
    {
      rule: 'a bad name of a variable',
      text: aMapping('validate_env: {1A: x}'),
      problem: '4:20 binding 1 (PROJ): validate_env.1A must be a name of a variable: letters, digits and underscores',
    },
    {
      rule: 'an unknown field of a secret, where nothing is known of it',
      text: aMapping('validate_env: {A: {secret_ref: x, foo: 1}}'),
      problem: '4:39 binding 1 (PROJ): foo is not a known field; remove it',
    },
    {
      rule: 'a word for nothing in the place of a command',
      text: aMapping('validate: no'),
      problem: expect.stringContaining('validate is no command; leave the line out where nothing is to be checked'),
    },
    {
      rule: 'a field of a block that is written beside it',
      text: aMapping('trigger_label: ai'),
      problem: '4:5 binding 1 (PROJ): trigger_label is not a known field; write trigger: { label: ... }',
    },
    {
      rule: 'an unknown field of a block with what is known there',
      text: aMapping('statuses: {foo: x}'),
      problem:
        '4:16 binding 1 (PROJ): foo is not a known field; known here: in_progress, in_review, done, stopped, needs_answer',
    },
    {
      rule: 'a field of the top in a binding',
      text: aMapping('owner: x'),
      problem: '4:5 binding 1 (PROJ): owner is not a known field; it belongs to the top of the file',
    },
    {
      rule: 'a field of the top in a block',
      text: aMapping('review: {defaults: x}'),
      problem: '4:14 binding 1 (PROJ): defaults is not a known field; it belongs to the top of the file',
    },
    {
      rule: 'an empty text',
      text: aMapping("branch_prefix: ''"),
      problem: '4:20 binding 1 (PROJ): branch_prefix must be the beginning of a branch name such as agent/',
    },
    {
      rule: 'a number for the defaults',
      text: `defaults: 3\n${aMapping()}`,
      problem: '1:11 defaults: defaults must be a block, not the number 3',
    },
    {
      rule: 'a list for a binding',
      text: 'bindings:\n  - []\n',
      problem: '2:5 binding 1: the binding must be a block, not a list',
    },
    {
      rule: 'nothing for a binding',
      text: 'bindings:\n  -\n',
      problem: '2:4 binding 1: the binding is empty',
    },
    {
      rule: 'a field that is missing, at the block around it',
      text: '# ours\n\ndefaults: {}\n',
      problem: '3:1 file: bindings is missing; write a list of jira_project and repo pairs under it',
    },
    {
      rule: 'a value of the defaults',
      text: `defaults: {model: 3}\n${aMapping()}`,
      problem: '1:19 defaults: model must be text or a block, not the number 3',
    },
    {
      rule: 'an unknown field of the top with what is known there',
      text: `extra: 1\n${aMapping()}`,
      problem: '1:1 file: extra is not a known field; known here: owner, defaults, bindings',
    },
    {
      rule: 'what `cmap render-json` prints inside a binding as any other field',
      text: aMapping('review: {mappings: x}'),
      problem: expect.stringContaining('mappings is not a known field; known here: enabled, on_push, '),
    },
    {
      rule: 'a number beyond those that are exact, once',
      text: aMapping('max_concurrent_runs: 1e30'),
      problem: '4:26 binding 1 (PROJ): max_concurrent_runs must be a whole number from 1 to 10000, not 1e+30',
    },
    {
      rule: 'done: true as any truth value',
      text: aMapping('statuses: {done: true}'),
      problem: '4:22 binding 1 (PROJ): statuses.done must be text, not the truth value true; put quotes around it',
    },
    {
      rule: 'another status that is false',
      text: aMapping('statuses: {in_review: false}'),
      problem:
        '4:27 binding 1 (PROJ): statuses.in_review must be text, not the truth value false; put quotes around it',
    },
    {
      rule: 'a block for another list than that of the bindings',
      text: aMapping('audit: {waivers: {}}'),
      problem: '4:22 binding 1 (PROJ): audit.waivers must be a list, not a block',
    },
    {
      rule: 'text for the bindings',
      text: 'bindings: PROJ\n',
      problem: '1:11 file: bindings must be a list, not text',
    },
    {
      rule: 'a number with something before it',
      text: aMapping("budget: {max_turns: 'x1'}"),
      problem: '4:25 binding 1 (PROJ): budget.max_turns must be a number, not text',
    },
    {
      rule: 'a number with something after it',
      text: aMapping("budget: {max_turns: '1x'}"),
      problem: '4:25 binding 1 (PROJ): budget.max_turns must be a number, not text',
    },
    {
      rule: 'a number in quotes, with spaces and separators',
      text: aMapping('budget: {max_turns: "1 0_0.0,\'0"}'),
      problem: '4:25 binding 1 (PROJ): budget.max_turns must be a number, not text; write digits only, without quotes',
    },
    {
      rule: 'a number in quotes where text of another kind is wanted',
      text: aMapping('review: {on_push: "1"}'),
      problem: '4:23 binding 1 (PROJ): review.on_push must be true or false, not text',
    },
    {
      rule: 'a slash too much in something else than a repository',
      text: aMapping('target_branch: group/app/'),
      problem:
        '4:20 binding 1 (PROJ): target_branch must be a branch name such as main or release/2.x, not "group/app/"',
    },
    {
      rule: 'a Jira project in a list, which names no binding',
      text: 'bindings:\n  - {jira_project: [PROJ], repo: a/b}\n',
      problem: '2:20 binding 1: jira_project must be text, not a list',
    },
    {
      rule: 'a list for variables',
      text: aMapping('validate_env: [CI]'),
      problem: '4:19 binding 1 (PROJ): validate_env must be a block, not a list',
    },
    {
      rule: 'askers without any',
      text: aMapping('askers: {}'),
      problem: '4:13 binding 1 (PROJ): askers needs at least one group or role',
    },
    {
      rule: 'askers of empty lists',
      text: aMapping('askers: {groups: [], roles: []}'),
      problem: '4:13 binding 1 (PROJ): askers needs at least one group or role',
    },
    {
      rule: 'more variables than a command is given',
      text: aMapping(`validate_env: {${Array.from({ length: 51 }, (_, index) => `V${index}: x`).join(', ')}}`),
      problem: '4:19 binding 1 (PROJ): validate_env must be at most 50 variables',
    },
    {
      rule: 'lists that are nested until the parser gives up, once',
      text: '['.repeat(5000),
      problem: expect.stringMatching(
        /^\d+:\d+ file: lists and blocks are nested too deeply; a mapping needs no more than five levels$/,
      ),
    },
    {
      rule: 'an unknown field that is a number',
      text: aMapping('3: x'),
      problem: expect.stringContaining('4:5 binding 1 (PROJ): 3 is not a known field; known here: '),
    },
    {
      rule: 'an unknown field between others',
      text: aMapping('model: a', 'modle: b', 'reviewer: c'),
      problem: '5:5 binding 1 (PROJ): modle is not a known field; did you mean model?',
    },
    {
      rule: 'a number for the owner',
      text: `owner: 3\n${aMapping()}`,
      problem: '1:8 file: owner must be text, not the number 3; put quotes around it',
    },
    {
      rule: 'a look-alike among reviewers',
      text: aMapping('merge_request: {reviewers: [bob, "\u0430da"]}'),
      problem:
        '4:38 binding 1 (PROJ): merge_request.reviewers[2] has U+0430 (\u0430), which only looks like a, as character 1; type it again',
    },
    {
      rule: 'a look-alike in the account of a trigger',
      text: aMapping('trigger: {assignee: "a\u04301"}'),
      problem:
        '4:25 binding 1 (PROJ): trigger.assignee has U+0430 (\u0430), which only looks like a, as character 2; type it again',
    },
    {
      rule: 'the status of a stopped run for a trigger',
      text: aMapping('trigger: waiting', 'statuses: {stopped: Waiting}'),
      problem:
        '4:14 binding 1 (PROJ): trigger "waiting" is the status the agent sets itself (statuses.stopped), so its own change would start the next run; choose another status',
    },
    {
      rule: 'the label of a stopped run for a trigger, in another case',
      text: aMapping('stopped_label: AI', 'trigger: {label: ai}'),
      problem:
        '5:14 binding 1 (PROJ): trigger.label is the label the agent gives issues itself (stopped_label), so its own change would start the next run; choose another label',
    },
    {
      rule: 'the reviewer of the defaults for the trigger of a binding',
      text: `defaults: {reviewer: a1}\n${aMapping('trigger: {assignee: a1}')}`,
      problem:
        '5:14 binding 1 (PROJ): trigger.assignee is the account the agent assigns issues to itself (reviewer), so its own change would start the next run; choose another account',
    },
    {
      rule: 'a tag',
      text: aMapping('model: !secret x'),
      problem: '4:12 file: tags such as !name are not used here; write the plain value',
    },
  ])('explains $rule', ({ text, problem }) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it.each([
    ['an account that is not the reviewer', 'trigger: {assignee: a1}', 'reviewer: a2'],
    ['a label that is not the one of a stopped run', 'trigger: {label: ai}', 'stopped_label: ai-stopped'],
    ['a label while a stopped run has none', 'trigger: {label: ai}', 'statuses: {stopped: ai}'],
    ['a label beside the statuses', 'trigger: {label: Done}', 'stopped_label: ai'],
    ['a status nothing is set to', 'trigger: Off', 'statuses: {done: off}'],
  ])('takes for a trigger %s', (_, ...lines) => {
    expect(problemsOf(aMapping(...lines))).toEqual([]);
  });

  it('reports a trigger of the defaults once, and one of a binding at each', () => {
    const sentence = 'trigger.label is the label the agent gives issues itself (stopped_label), so its own change';
    const text = (defaults: string, own: string) => `defaults: {stopped_label: ai${defaults}}
bindings:
  - {jira_project: AA, repo: a/b${own}}
  - {jira_project: BB, repo: a/b, trigger: Ready}
  - {jira_project: CC, repo: a/b${own}}
`;

    expect(problemsOf(text(', trigger: {label: ai}', ''))).toEqual([
      expect.stringContaining(`1:40 defaults: ${sentence}`),
    ]);
    expect(problemsOf(text('', ', trigger: {label: ai}'))).toEqual([
      expect.stringContaining(`3:44 binding 1 (AA): ${sentence}`),
      expect.stringContaining(`5:44 binding 3 (CC): ${sentence}`),
    ]);
  });

  it.each([
    ['of two words in quotes', '"odd key"', '"odd key"'],
    ['with a dot', 'a.b', 'a.b'],
    ['of 60 characters', 'x'.repeat(60), 'x'.repeat(60)],
    ['of more, which is cut', 'x'.repeat(61), `"${'x'.repeat(59)}…"`],
  ])('shows an unknown key %s', (_, key, shown) => {
    expect(problemsOf(aMapping(`${key}: 1`))).toEqual([
      expect.stringContaining(`4:5 binding 1 (PROJ): ${shown} is not a known field; known here: jira_project, repo, `),
    ]);
  });

  it('names each reference that leads nowhere, in the order of the file', () => {
    const text = `defaults: {model: *later, reviewer: &later x, ticket_fields: &list [a], review: &block {on_push: true}}
bindings:
  - {jira_project: AA, repo: a/b, reviewer: *later, validate: *none}
  - {<<: [*block, 3], jira_project: BB, repo: a/b}
  - {<<: [[]], jira_project: CC, repo: a/b}
  - {<<: *list, jira_project: DD, repo: a/b}
  - {<<: *later, jira_project: EE, repo: a/b}
  - {!!merge x: 3, jira_project: FF, repo: a/b}
`;
    const alias = 'file: an alias (*name) has no anchor (&name); a value that begins with * needs quotes around it';
    const merge = 'file: << takes the keys of a block: write <<: *name, with &name at a block';

    expect(problemsOf(text)).toEqual([
      `1:19 ${alias}`,
      `3:63 ${alias}`,
      `4:6 ${merge}`,
      `5:6 ${merge}`,
      `6:6 ${merge}`,
      `7:6 ${merge}`,
      `8:14 ${merge}`,
    ]);
  });

  it('finds a token in every comment, and where the comment begins', () => {
    const comment = 'file: a comment here looks like it holds a token (not shown); remove it and revoke the token';

    expect(
      problemsOf(`# ${TOKEN}\n${aMapping('model: x \t# was', `reviewer: y#z # ${TOKEN}`)}\n# x\n  # ${TOKEN} y`),
    ).toEqual([`1:1 ${comment}`, `6:19 ${comment}`, `8:3 ${comment}`]);
  });

  it('looks for what is odd only in the line that cannot be read', () => {
    const text = aMapping('trigger: "AI\u00a0Ready"', 'validate: %x', 'model: "a\u200b"');

    expect(problemsOf(text)).toEqual(['5:15 file: a value that begins with this character needs quotes around it']);
    expect(problemsOf('a: %x\u00a0')).toEqual([
      expect.stringContaining('U+00A0 (no-break space), which cannot be seen, as character 6'),
    ]);
  });

  it('says of YAML it has no sentence for what the parser says, in one line', () => {
    expect(problemsOf('bindings: "abc\n')).toEqual(['2:1 file: this is not valid YAML: Missing closing "quote']);
  });

  it('reports doubled keys and tags beside everything else, and nothing beside a structure that is broken', () => {
    const rest = aMapping('review: {on_push: true, on_push: true}', `model: !b x # ${TOKEN}`, 'foo: 1', 'bar: !c 1');

    expect(problemsOf(rest).map((problem) => problem.split(': ')[0])).toEqual([
      '4:29 file',
      '5:12 file',
      '5:17 file',
      '6:5 binding 1 (PROJ)',
      '7:5 binding 1 (PROJ)',
      '7:10 file',
    ]);
    expect(problemsOf(`${rest}\n    validate: %x`).map((problem) => problem.split(': ')[0])).toEqual([
      '4:29 file',
      '5:12 file',
      '5:17 file',
      '7:10 file',
      '8:15 file',
    ]);
  });

  it('takes lists and blocks of 21 levels for a mistake, and deeper ones for no mapping', () => {
    const nested = (levels: number) => aMapping(`model: ${'['.repeat(levels)}${']'.repeat(levels)}`);

    expect(problemsOf(nested(18))).toEqual(['4:12 binding 1 (PROJ): model must be text or a block, not a list']);
    expect(problemsOf(nested(19))).toEqual([
      '1:1 file: lists and blocks are nested too deeply; a mapping needs no more than five levels',
    ]);
  });

  it('says whose the file is, where it is said', () => {
    const bindings = bindingsOf(aMapping());

    expect(parseMapping(`owner: team-a\n${aMapping()}`)).toEqual({ bindings, owner: 'team-a' });
    expect(parseMapping(`owner:\n${aMapping()}`)).toEqual({ bindings });
  });

  it('says of a token only that it is one, even where it has an odd character, too', () => {
    expect(problemsOf(aMapping(`model: "${TOKEN}\u200b"`))).toEqual([
      '4:12 binding 1 (PROJ): the value of model looks like a token (not shown here); put the token into the environment or Key Vault, name it with credential_ref, and revoke this one',
    ]);
  });

  it('finds a Jira project that is bound again in another case, each time with the first one', () => {
    const text = `bindings:
  - {jira_project: PROJ, repo: a/b}
  - {jira_project: 3, repo: a/c}
  - {jira_project: proj, repo: a/d}
  - {jira_project: 3, repo: a/e}
  - {jira_project: PROJ, repo: a/f}
`;
    const twice = 'is bound twice; a Jira project has one repository. It is bound first by binding 1 (PROJ) at line 2';

    expect(problemsOf(text)).toEqual([
      '3:20 binding 2: jira_project must be text, not the number 3; put quotes around it',
      '4:20 binding 3: jira_project must be a Jira project key in capitals such as PROJ, not "proj"',
      `4:20 binding 3: "proj" ${twice}, column 20`,
      '5:20 binding 4: jira_project must be text, not the number 3; put quotes around it',
      `6:20 binding 5 (PROJ): "PROJ" ${twice}, column 20`,
    ]);
  });

  it.each([
    ['credential_ref', 'credential_ref: "te\u0430m"'],
    ['reviewer', 'reviewer: "te\u0430m"'],
    ['model', 'model: "te\u0430m"'],
    ['merge_request.assignee', 'merge_request: {assignee: "te\u0430m"}'],
  ])('finds a look-alike in %s, which can only hold plain letters', (field, line) => {
    expect(problemsOf(aMapping(line))).toEqual([
      expect.stringContaining(`: ${field} has U+0430 (\u0430), which only looks like a, as character 3; type it again`),
    ]);
  });

  it.each([
    ['groups alone', 'askers: {groups: [a]}'],
    ['roles alone', 'askers: {roles: [a]}'],
    ['one group beside no roles', 'askers: {groups: [a], roles: []}'],
    ['50 variables', `validate_env: {${Array.from({ length: 50 }, (_, index) => `V${index}: x`).join(', ')}}`],
  ])('accepts %s', (_, line) => {
    expect(problemsOf(aMapping(line))).toEqual([]);
  });

  it('finds a wrong field at its own place where another block takes it over', () => {
    const text = `defaults: {review: &r {on_pus: true}}\n${aMapping('review: *r')}`;

    expect(problemsOf(text)).toEqual([
      '1:24 defaults: on_pus is not a known field; did you mean on_push?',
      '5:13 binding 1 (PROJ): on_pus is not a known field; did you mean on_push?',
    ]);
  });

  it('names where a token stands, in values, keys and fields it does not know', () => {
    const advice =
      'looks like a token (not shown here); put the token into the environment or Key Vault, name it with credential_ref, and revoke this one';

    expect(problemsOf(`extra: [x, ${TOKEN}]\n${aMapping(`${TOKEN}: x`)}`)).toEqual([
      '1:1 file: extra is not a known field; known here: owner, defaults, bindings',
      `1:12 file: the value of extra[2] ${advice}`,
      `5:5 binding 1 (PROJ): a key here ${advice}`,
    ]);
  });

  it('names both places of a Jira project that is bound twice', () => {
    const text = `${aMapping()}\n  - jira_project: PROJ\n    repo: group/other\n`;

    expect(problemsOf(text)).toEqual([
      '4:19 binding 2 (PROJ): "PROJ" is bound twice; a Jira project has one repository. It is bound first by binding 1 (PROJ) at line 2, column 19',
    ]);
  });

  it('refuses two spellings of one credential', () => {
    const text = `${aMapping('credential_ref: platform_team')}\n  - jira_project: OPS\n    repo: group/ops\n    credential_ref: platform-team\n`;

    expect(problemsOf(text)).toEqual([
      '7:21 binding 2 (OPS): credential_ref "platform-team" and "platform_team" are the same credential (GITLAB_TOKEN__PLATFORM_TEAM, gitlab-token--platform-team); use one spelling. The other is used by binding 1 (PROJ) at line 4, column 21',
    ]);
  });

  it('compares each spelling of a credential with the first one, that of the defaults too, and not their case', () => {
    const text = `defaults: {credential_ref: Team-A}
bindings:
  - {jira_project: AA, repo: a/b, credential_ref: team-a}
  - {jira_project: BB, repo: a/b, credential_ref: team_a}
  - {jira_project: CC, repo: a/b, credential_ref: TEAM-A}
  - {jira_project: DD, repo: a/b, credential_ref: Team_A}
  - {jira_project: EE, repo: a/b, credential_ref: team-b}
  - {jira_project: FF, repo: a/b, credential_ref: [team_a]}
  - {jira_project: GG, repo: a/b, credential_ref: a b}
  - {jira_project: HH, repo: a/b, credential_ref: _x}
`;
    const same =
      'credential_ref "team_a" and "team-a" are the same credential (GITLAB_TOKEN__TEAM_A, gitlab-token--team-a); use one spelling. The other is used by defaults at line 1, column 28';

    expect(problemsOf(text)).toEqual([
      `4:51 binding 2 (BB): ${same}`,
      `6:51 binding 4 (DD): ${same}`,
      '8:51 binding 6 (FF): credential_ref must be text, not a list',
      expect.stringContaining('9:51 binding 7 (GG): credential_ref must be the name of a credential'),
      expect.stringContaining('10:51 binding 8 (HH): credential_ref must be the name of a credential'),
    ]);
  });

  it.each([
    {
      name: 'a user in the address, the branch main and a credential',
      old: 'clone_url: "https://ada:pw@g.example/group/app.git", target_branch: main, credential_ref: Team',
      lines: ['      repo: group/app', '      credential_ref: Team'],
    },
    {
      name: 'a branch and a credential that cannot be written so',
      old: 'gitlab_project_id: 3, repo: a/b, target_branch: "a b", credential_ref: _x',
      lines: ['      repo: a/b'],
    },
    {
      name: 'a repository beside the address',
      old: 'repo: a/b, clone_url: "ssh://git@g.example:2222/c/d", target_branch: dev',
      lines: ['      repo: a/b', '      target_branch: dev'],
    },
    {
      name: 'no address to read a path from',
      old: 'clone_url: 3',
      lines: ['      repo: group/repository  # the path GitLab shows in the address of the repository'],
    },
  ])('says how the old form is written today: $name', ({ old, lines }) => {
    expect(problemsOf(`bindings:\n  - {jira_project: OLD, ${old}}\n`)).toEqual([
      [
        '2:5 binding 1 (OLD): gitlab_project_id and clone_url are no longer used; write this instead:',
        '  bindings:',
        '    - jira_project: OLD',
        ...lines,
      ].join('\n'),
    ]);
  });

  it('finds the repository of the old form behind a token, which it does not repeat', () => {
    const address = `https://oauth2:${TOKEN}@gitlab.example.com/group/app.git`;
    const [how, ...others] = problemsOf(`bindings:\n  - {jira_project: OLD, clone_url: "${address}"}\n`);

    expect(how).toContain('\n    - jira_project: OLD\n      repo: group/app');
    expect(others).toEqual([expect.stringContaining('the value of clone_url looks like a token (not shown here)')]);
  });

  it('does not repeat a token that stands in the old form as a key of Jira', () => {
    const key = 'AKIA' + 'IOSFODNN7QWERTYU';
    const problems = problemsOf(`bindings:\n  - {jira_project: ${key}, gitlab_project_id: 3}\n`);

    expect(problems[0]).toContain('\n    - jira_project: PROJ\n');
    expect(problems.join('\n')).not.toContain(key);
  });

  it('shows a key such as PROJ where the old form has none that can be one', () => {
    expect(problemsOf('bindings:\n  - {jira_project: old, gitlab_project_id: 3}\n')[0]).toContain(
      '\n    - jira_project: PROJ\n',
    );
  });

  it('refuses the old form with the lines to write instead', () => {
    const text = `bindings:\n  - jira_project: OLD\n    gitlab_project_id: 42\n    clone_url: https://gitlab.example.com/group/sub/app.git\n    target_branch: develop\n`;

    const [problem] = problemsOf(text);

    expect(problem).toMatch(/^2:5 binding 1 \(OLD\): gitlab_project_id and clone_url are no longer used/);
    const yaml = problem?.split('\n').slice(1).join('\n') ?? '';
    expect(bindingsOf(yaml)).toMatchObject([{ jiraProject: 'OLD', repo: 'group/sub/app', targetBranch: 'develop' }]);
    expect(problemsOf(text)).toHaveLength(1);
  });

  it('lists every problem at once, in the order of the file', () => {
    const text =
      'extra: 1\nbindings:\n  - jira_project: a\n    repo: b\n    oops: 1\n  - repo: 3\n  - repo: a/b\n    plan: ask\n';

    expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual([
      '1:1',
      '3:19',
      '4:11',
      '5:5',
      '6:11',
      '8:5',
    ]);
  });

  it.each([
    ['{ format: slack }', 'events.url_ref is missing'],
    ['{ url_ref: team_a, on: [] }', 'events.on must name at least one event'],
    ['{ url_ref: team_a, on: [run.ended] }', 'events.on[1] must be one of run.started, run.finished'],
    ['{ url_ref: team_a, formt: slack }', 'formt is not a known field; did you mean format?'],
  ])('refuses events: %s', (events, problem) => {
    expect(problemsOf(aMapping(`events: ${events}`))).toEqual([expect.stringContaining(problem)]);
  });

  it('does not repeat the URL of a webhook that stands in the place of its name', () => {
    const parsed = parseMapping(aMapping('events: { url_ref: "https://relay.example.com/hooks/plain-words" }'));
    expect(JSON.stringify(parsed)).toContain(
      'events.url_ref must be the name of a webhook such as team_a, never its URL',
    );
    expect(JSON.stringify(parsed)).not.toContain('relay.example.com');
  });

  it.each([
    ['a credential name', aMapping(`credential_ref: ${TOKEN}`)],
    [
      'a repository',
      `bindings:\n  - jira_project: PROJ\n    repo: https://oauth2:${TOKEN}@gitlab.example.com/a/b.git\n`,
    ],
    ['a Jira project', `bindings:\n  - jira_project: ${TOKEN}\n    repo: a/b\n`],
    ['an unknown field', aMapping(`token: ${TOKEN}`)],
    ['the name of a field', aMapping(`${TOKEN}: x`)],
    ['the name of a field at the top', `${TOKEN}: x\n${aMapping()}`],
    ['a list', aMapping(`protected_paths: [${TOKEN}]`)],
    ['the validate command', aMapping(`validate: curl -H 'PRIVATE-TOKEN ${TOKEN}' x`)],
    ['a number field', aMapping(`max_concurrent_runs: ${TOKEN}`)],
    [
      'the old form',
      `bindings:\n  - jira_project: OLD\n    clone_url: https://u:${TOKEN}@gitlab.example.com/a/b.git\n`,
    ],
    ['a key twice', aMapping(`${TOKEN}: x`, `${TOKEN}: x`)],
    ['broken YAML', `bindings: [\n  ${TOKEN}: "`],
    ['broken flow', `bindings: {a: ${TOKEN}}} ${TOKEN}`],
    ['a comment', `# ${TOKEN}\n${aMapping()}`],
    ['a comment behind a value', aMapping(`model: x # was ${TOKEN}`)],
    ['an alias', aMapping(`model: *${TOKEN}`)],
    ['a tag', aMapping(`model: !${TOKEN} x`)],
  ])('refuses a token in %s and never repeats it', (_, text) => {
    const problems = problemsOf(text);

    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toContain(TOKEN.slice(6));
  });

  it('survives an alias bomb', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`,
    );

    expect(problemsOf(`a0: &a0 [x]\n${levels.join('\n')}\n`)).toEqual([
      '1:1 file: aliases are nested too deeply; write the values out',
    ]);
  });

  it('is not fooled by names of object methods', () => {
    expect(problemsOf(aMapping('__proto__: {x: 1}', 'constructor: x'))).toEqual([
      expect.stringContaining('__proto__ is not a known field'),
      expect.stringContaining('constructor is not a known field'),
    ]);
  });
});

describe('what shows that the agent stopped, and who may ask', () => {
  const parse = (fields: string, defaults = '') => {
    const parsed = parseMapping(`${defaults}bindings:\n  - jira_project: PROJ\n    repo: group/a\n${fields}`);
    if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
    return parsed.bindings[0];
  };

  it('is nothing unless it is named', () => {
    const binding = parse('');
    expect(binding?.statuses).not.toHaveProperty('stopped');
    expect(binding).not.toHaveProperty('stoppedLabel');
  });

  it('comes from the binding before the defaults, and null takes a default back', () => {
    const defaults = 'defaults:\n  statuses: {stopped: Waiting}\n  stopped_label: ai-stopped\n';
    expect(parse('', defaults)).toMatchObject({
      statuses: { stopped: 'Waiting' },
      stoppedLabel: 'ai-stopped',
    });
    const own = parse('    statuses: {stopped: null}\n', defaults);
    expect(own?.statuses).not.toHaveProperty('stopped');
  });

  it.each([
    { fields: '    trigger: Waiting\n    statuses: {stopped: waiting}\n', names: 'statuses.stopped' },
    { fields: '    trigger: {label: ai}\n    stopped_label: AI\n', names: 'stopped_label' },
  ])('is refused where it would start the next run: $names', ({ fields, names }) => {
    expect(() => parse(fields)).toThrow(names);
  });
});
