import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Binding } from '../binding.ts';
import { renderMapping } from '../render-mapping.ts';
import { SEVERITIES } from '../severity.ts';
import { parseMapping } from './parse-mapping.ts';
import { parseRuntimeMapping } from './parse-runtime-mapping.ts';
import { resolveBinding } from './resolve-binding.ts';

const TOKEN = `glpat-${'0123456789abcdef'}`;

const WAIVER = '{"rule": "mr-unapproved", "match": "a/b!1", "reason": "Hotfix", "by": "Ada", "until": "2026-12-31"}';

/** Problems as `where: message`. */
function problemsOf(text: string): string[] {
  const mapping = parseRuntimeMapping(text);
  return 'problems' in mapping ? mapping.problems.map(({ where, message }) => `${where}: ${message}`) : [];
}

describe('parseRuntimeMapping', () => {
  it('fills in what a small mapping written by hand leaves out', () => {
    const text = '{"mappings": {"PROJ": {"repo": "group/app"}}}';

    expect(parseRuntimeMapping(text)).toEqual({
      bindings: [resolveBinding({ jira_project: 'PROJ', repo: 'group/app' })],
    });
  });

  it('reads back exactly what was rendered, for any bindings', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const words = fc.array(word, { maxLength: 3 });
    const count = fc.integer({ min: 1, max: 1_440 });
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const aBinding = fc
      .record({
        repo: fc.tuple(word, word).map((parts) => parts.join('/')),
        mode: fc.constant('live' as const),
        targetBranch: word,
        credentialRef: word,
        trigger: fc.oneof(
          word.map((text) => ({ kind: 'status' as const, status: `AI ${text}` })),
          word.map((text) => ({ kind: 'assignee' as const, accountId: `557058:${text}` })),
          word.map((label) => ({ kind: 'label' as const, label })),
        ),
        askers: optional(fc.record({ groups: fc.array(word, { minLength: 1 }), roles: words })),
        statuses: fc.record(
          { inProgress: word, inReview: word, done: word, stopped: word },
          { requiredKeys: ['inProgress', 'inReview', 'done'] },
        ),
        plan: fc.constantFrom('ask' as const, 'show' as const, 'off' as const),
        planLabel: optional(word),
        mergeRequest: fc.record({ labels: words, assignee: optional(word), reviewers: words }),
        repairRounds: fc.integer({ min: 0, max: 10 }),
        refusedWork: fc.constantFrom('patch', 'branch', 'drop'),
        allowRefused: fc.constantFrom('maintainer', 'off'),
        mergeTarget: fc.constantFrom('on', 'off'),
        repairPipelines: fc.constantFrom('on', 'off'),
        ticketFields: fc.constantFrom([], ['Environment', 'customfield_10010']),
        attachments: fc.oneof(
          fc.constant('off' as const),
          fc.record({ maxFiles: fc.integer({ min: 1, max: 20 }), maxFileKb: fc.integer({ min: 1, max: 5120 }) }),
        ),
        protectedPaths: words,
        review: fc.record({
          enabled: fc.boolean(),
          onPush: fc.boolean(),
          paths: words,
          skipLabels: words,
          skipTitleWords: words,
          skipBranches: words,
          resolution: fc.constantFrom('suggest' as const, 'resolve' as const, 'off' as const),
          minSeverity: fc.constantFrom(...SEVERITIES),
          status: fc.constantFrom('on' as const, 'off' as const),
          bots: fc.record({
            mergeRequests: fc.constantFrom('skip' as const, 'review' as const),
            dependencyUpdates: fc.constantFrom('skip' as const, 'summary' as const, 'review' as const),
            authors: words,
            dependencyBranches: words,
            dependencyLabels: words,
          }),
        }),
        maxTurns: count,
        maxTokens: count,
        maxMinutes: count,
        runsPerDay: optional(count),
        tokensPerDay: optional(count),
        runsPerMonth: optional(count),
        tokensPerMonth: optional(count),
        costPerMonth: optional(fc.integer({ min: 1, max: 1000 }).map((cents) => cents / 100)),
        branchPrefix: word,
        reviewer: optional(word),
        // Words for no command are refused.
        validate: optional(word.filter((text) => !/^(?:no|off|none)$/.test(text))),
        validateEnv: optional(
          fc.dictionary(
            fc.stringMatching(/^V_[A-Z_]{1,9}$/),
            fc.oneof(
              fc.string({ maxLength: 20 }).filter((text) => /^[ -~]*$/.test(text)),
              fc.constant({ secretRef: 'npm_read' }),
            ),
            { minKeys: 1, maxKeys: 3, noNullPrototype: true },
          ),
        ),
        skills: fc.constantFrom('on', 'off'),
        modelsByLabel: optional(
          fc.uniqueArray(fc.record({ label: word.filter((text) => /\D/.test(text)), model: word }), {
            minLength: 1,
            maxLength: 3,
            selector: ({ label }) => label.toLocaleLowerCase('en'),
          }),
        ),
        model: optional(fc.record({ coding: word, review: word, reply: word }, { requiredKeys: ['coding'] })),
        instructions: optional(
          fc.record({ all: word, coding: word, review: word, reply: word }, { requiredKeys: ['review'] }),
        ),
        maxConcurrentRuns: optional(count),
        limits: fc.record({
          maxFiles: fc.integer({ min: 1, max: 5000 }),
          maxFileKb: fc.integer({ min: 1, max: 24_576 }),
          maxBinaryKb: fc.integer({ min: 1, max: 24_576 }),
          maxChangeKb: fc.integer({ min: 1, max: 245_760 }),
          maxDeletedPercent: fc.integer({ min: 0, max: 100 }),
        }),
        commit: fc.record({ subject: word.map((text) => `${text}: {summary}`), signOff: fc.boolean() }),
      })
      .map(({ maxTurns, maxTokens, maxMinutes, runsPerDay, tokensPerDay, ...others }) => {
        const { runsPerMonth, tokensPerMonth, costPerMonth, ...rest } = others;
        const ofMonth = { runsPerMonth, tokensPerMonth, costPerMonth };
        return { ...rest, budget: { maxTurns, maxTokens, maxMinutes, runsPerDay, tokensPerDay, ...ofMonth } };
      });
    const aMapping = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z]{2,6}$/), aBinding), {
      minLength: 1,
      maxLength: 5,
      selector: ([key]) => key,
    });

    fc.assert(
      fc.property(aMapping, (entries) => {
        // Absent and undefined differ to the compiler and not to JSON.
        const bindings: Binding[] = JSON.parse(
          JSON.stringify(entries.map(([jiraProject, rest]) => ({ jiraProject, ...rest }))),
        );
        expect(parseRuntimeMapping(JSON.stringify(renderMapping(bindings)))).toEqual({ bindings });
      }),
      { numRuns: 200 },
    );
  });

  it('leaves no field out when rendering', () => {
    const { mappings } = renderMapping([resolveBinding({ jira_project: 'PROJ', repo: 'group/app' })]);

    expect(Object.values(mappings['PROJ'] ?? {})).not.toContain(undefined);
    expect(mappings['PROJ']).toMatchObject({
      askers: null,
      reviewer: null,
      merge_request: { labels: [], assignee: null, reviewers: [] },
      validate: null,
      model: null,
      max_concurrent_runs: null,
    });
  });

  it.each([
    { rule: 'nothing', text: '  ', problem: 'mapping: the mapping is empty; set it to what `cmap render-json` prints' },
    {
      rule: 'YAML',
      text: 'bindings:\n  - jira_project: PROJ\n',
      problem:
        'mapping: the mapping is not JSON but looks like YAML, which is not read here; set it to what `cmap render-json` prints',
    },
    {
      rule: 'cut off JSON',
      text: '{"mappings": {',
      problem: 'mapping: the mapping is not JSON; set it to what `cmap render-json` prints',
    },
    {
      rule: 'a list',
      text: '[]',
      problem:
        'mapping: the mapping must look like {"mappings": {"PROJ": {"repo": "group/repo"}}}; set it to what `cmap render-json` prints',
    },
    ...['null', '3', '"mappings"', '{"mappings": []}', '{"mappings": null}', '{"PROJ": {"repo": "a/b"}}'].map(
      (text) => ({
        rule: text,
        text,
        problem:
          'mapping: the mapping must look like {"mappings": {"PROJ": {"repo": "group/repo"}}}; set it to what `cmap render-json` prints',
      }),
    ),
    ...['# ours', '---\nx: 1', 'x: [\n  defaults  : {}', ' bindings : []'].map((text) => ({
      rule: `YAML: ${text}`,
      text,
      problem:
        'mapping: the mapping is not JSON but looks like YAML, which is not read here; set it to what `cmap render-json` prints',
    })),
    ...['x # y', 'a: {defaults: x', 'x --- y', 'binding: x'].map((text) => ({
      rule: `what is no YAML of ours: ${text}`,
      text,
      problem: 'mapping: the mapping is not JSON; set it to what `cmap render-json` prints',
    })),
    {
      rule: 'a byte order mark that is not at the beginning',
      text: '{"mappings": {"PROJ": {"repo": "a/b", "validate": "a\uFEFFb"}}}',
      problem:
        'mappings.PROJ: validate has U+FEFF (byte order mark), which cannot be seen, as character 2; type it again',
    },
    {
      rule: 'a byte order mark alone',
      text: '\uFEFF',
      problem: 'mapping: the mapping is empty; set it to what `cmap render-json` prints',
    },
    {
      rule: 'nothing for a binding',
      text: '{"mappings": {"PROJ": null}}',
      problem: 'mappings.PROJ: the binding is empty',
    },
    {
      rule: 'a field twice in a block that stands after another, with an escaped quote before it',
      text: '{"mappings": {"A1": {"repo": "a/b", "commit": {"subject": "\\"x\\": {summary}"}, "review": {"paths": ["a"], "on_push": true, "on_push": false}}}}',
      problem: 'mappings.A1: on_push is written twice; a Jira project has one repository and a field one value',
    },
    {
      rule: 'a field twice in a block of a list, in the second binding',
      text: `{"mappings": {"A1": {"repo": "a/b"}, "B1": {"repo": "a/c", "audit": {"waivers": [${WAIVER}, ${WAIVER.replace('{', '{"by": "Eve", ')}]}}}}`,
      problem: 'mappings.B1: by is written twice; a Jira project has one repository and a field one value',
    },
    {
      rule: 'no mappings',
      text: '{}',
      problem:
        'mapping: the mapping must look like {"mappings": {"PROJ": {"repo": "group/repo"}}}; set it to what `cmap render-json` prints',
    },
    { rule: 'empty mappings', text: '{"mappings": {}}', problem: 'mapping: bindings needs at least one binding' },
    {
      rule: 'something beside mappings',
      text: '{"mappings": {"PROJ": {"repo": "a/b"}}, "x": 1}',
      problem: 'mapping: x is not known beside mappings',
    },
    {
      rule: 'a binding without repo',
      text: '{"mappings": {"PROJ": {}}}',
      problem: 'mappings.PROJ: repo is missing; write for example repo: group/service-a',
    },
    {
      rule: 'a wrong value',
      text: '{"mappings": {"OK": {"repo": "a/b"}, "PROJ": {"repo": "a/b", "review": {"on_push": "yes"}}}}',
      problem: 'mappings.PROJ: review.on_push must be true or false, not text',
    },
    {
      rule: 'a misspelt field',
      text: '{"mappings": {"PROJ": {"repo": "a/b", "target_brnach": "x"}}}',
      problem: 'mappings.PROJ: target_brnach is not a known field; did you mean target_branch?',
    },
    {
      rule: 'a wrong key',
      text: '{"mappings": {"proj": {"repo": "a/b"}}}',
      problem: 'mappings.proj: jira_project must be a Jira project key in capitals such as PROJ, not "proj"',
    },
    {
      rule: 'text for a binding',
      text: '{"mappings": {"PROJ": "a/b"}}',
      problem: 'mappings.PROJ: the binding must be a block, not text',
    },
    {
      rule: 'a Jira project twice',
      text: '{"mappings": {"PROJ": {"repo": "a/b"}, "PROJ": {"repo": "a/c"}}}',
      problem: 'mappings.PROJ: PROJ is written twice; a Jira project has one repository and a field one value',
    },
    {
      rule: 'a field twice',
      text: '{"mappings": {"PROJ": {"repo": "a/b", "repo": "a/c"}}}',
      problem: 'mappings.PROJ: repo is written twice; a Jira project has one repository and a field one value',
    },
    {
      rule: 'the project inside the binding',
      text: '{"mappings": {"PROJ": {"repo": "a/b", "jira_project": "PROJ"}}}',
      problem: 'mappings.PROJ: jira_project is not written inside the binding: the key is the Jira project',
    },
    {
      rule: 'colliding credentials',
      text: '{"mappings": {"A1": {"repo": "a/b", "credential_ref": "x_y"}, "B1": {"repo": "a/c", "credential_ref": "x-y"}}}',
      problem:
        'mappings.B1: credential_ref "x-y" and "x_y" are the same credential (GITLAB_TOKEN__X_Y, gitlab-token--x-y); use one spelling. The other is used by mappings.A1',
    },
  ])('explains $rule', ({ text, problem }) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('takes the same field in different blocks, and a byte order mark', () => {
    const text =
      '\uFEFF{"mappings": {"A1": {"repo": "a/b", "review": {"status": "on"}, "trigger": {"status": "Go"}}, "B1": {"repo": "a/b"}}}';

    expect(parseRuntimeMapping(text)).toMatchObject({ bindings: [{ jiraProject: 'A1' }, { jiraProject: 'B1' }] });
  });

  it.each([
    { bad: 100, rest: [] },
    { bad: 102, rest: ['mapping: 2 more problems are not listed; correct these first'] },
  ])('lists the first hundred of $bad problems, and counts the others', ({ bad, rest }) => {
    const mappings = Object.fromEntries(Array.from({ length: bad }, (_, index) => [`P${index}`, {}]));
    const listed = Array.from(
      { length: 100 },
      (_, index) => `mappings.P${index}: repo is missing; write for example repo: group/service-a`,
    );

    expect(problemsOf(JSON.stringify({ mappings }))).toEqual([...listed, ...rest]);
  });

  it('says of each binding in the old form at the top how it is written today, and nothing of others', () => {
    const text = '{"A1": {"clone_url": 3}, "B1": {"repo": "a/b"}, "C1": {"gitlab_project_id": 2}, "D1": "x"}';

    expect(problemsOf(text).map((problem) => problem.split('\n')[0])).toEqual([
      'A1: gitlab_project_id and clone_url are no longer used; write this instead:',
      'C1: gitlab_project_id and clone_url are no longer used; write this instead:',
    ]);
  });

  it('names problems of several bindings, each its own, and one beside them first', () => {
    const text = '{"x": 1, "mappings": {"A1": {"repo": "a/b", "jira_project": "A1"}, "B1": {"repo": 3}, "C1": 4}}';

    expect(problemsOf(text)).toEqual([
      'mapping: x is not known beside mappings',
      'mappings.A1: jira_project is not written inside the binding: the key is the Jira project',
      'mappings.B1: repo must be text, not the number 3; put quotes around it',
      'mappings.C1: the binding must be a block, not the number 4',
    ]);
  });

  it.each([
    [
      'at the top',
      '{"PROJ": {"gitlab_project_id": 42, "clone_url": "https://gitlab.example.com/group/app.git", "target_branch": "develop"}}',
      'PROJ',
    ],
    [
      'under mappings',
      '{"mappings": {"PROJ": {"gitlab_project_id": 42, "clone_url": "https://gitlab.example.com/group/app.git", "target_branch": "develop"}}}',
      'mappings.PROJ',
    ],
  ])('refuses the old form %s with the lines to write instead', (_, text, where) => {
    const [problem] = problemsOf(text);

    expect(problem).toContain(`${where}: gitlab_project_id and clone_url are no longer used`);
    const yaml = problem?.split('\n').slice(1).join('\n') ?? '';
    expect(parseMapping(yaml)).toMatchObject({
      bindings: [{ jiraProject: 'PROJ', repo: 'group/app', targetBranch: 'develop' }],
    });
  });

  it.each([
    ['a value', `{"mappings": {"PROJ": {"repo": "a/b", "credential_ref": "${TOKEN}"}}}`],
    ['a key', `{"mappings": {"PROJ": {"repo": "a/b", "${TOKEN}": 1}}}`],
    ['a Jira project', `{"mappings": {"${TOKEN}": {"repo": "a/b"}}}`],
    ['a key at the top', `{"mappings": {"PROJ": {"repo": "a/b"}}, "${TOKEN}": 1}`],
    ['a key twice', `{"mappings": {"${TOKEN}": {"repo": "a/b"}, "${TOKEN}": {"repo": "a/b"}}}`],
    ['text that is no JSON', `${TOKEN}`],
    ['the old form', `{"PROJ": {"clone_url": "https://u:${TOKEN}@gitlab.example.com/a/b.git"}}`],
    ['the old form, as a project', `{"${TOKEN}": {"clone_url": "https://gitlab.example.com/a/b.git"}}`],
  ])('refuses a token in %s and never repeats it', (_, text) => {
    const problems = problemsOf(text);

    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toContain(TOKEN.slice(6));
  });

  it('names the binding when any one field of a rendered mapping is corrupted', () => {
    const rendered = renderMapping([resolveBinding({ jira_project: 'PROJ', repo: 'group/app' })]);
    const fields = Object.keys(rendered.mappings['PROJ'] ?? {});

    expect(fields.length).toBeGreaterThan(10);
    for (const field of fields) {
      const corrupted = { mappings: { PROJ: { ...rendered.mappings['PROJ'], [field]: 3.5 } } };
      expect(problemsOf(JSON.stringify(corrupted))).toEqual([
        expect.stringMatching(new RegExp(`^mappings\\.PROJ: ${field} `)),
      ]);
    }
  });
});
