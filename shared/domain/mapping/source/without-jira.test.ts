import { describe, expect, it } from 'vitest';
import { createBindings } from '../bindings.ts';
import { diffMappings } from '../diff-mappings.ts';
import { renderMapping } from '../render-mapping.ts';
import { parseMapping } from './parse-mapping.ts';
import { parseRuntimeMapping } from './parse-runtime-mapping.ts';
import { parseStoredMapping } from './parse-stored-mapping.ts';

function bindingsOf(text: string) {
  const parsed = parseMapping(text);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.bindings;
}

function problemsOf(text: string): string[] {
  const parsed = parseMapping(text);
  return 'problems' in parsed
    ? parsed.problems.map(({ line, column, where, message }) => `${line}:${column} ${where}: ${message}`)
    : [];
}

const alone = (fields: string) => `bindings:\n  - repo: group/app\n    ${fields}\n`;

const MIXED = `
defaults:
  plan: ask
  merge_target: on
  type_words: { other: chore }
  branch_prefix: '{type}/'
  notices_issue: OPS-1
  model: { coding: big, review: small }
  instructions: { all: Write short sentences., coding: Test it. }
  review: { min_severity: major }
bindings:
  - jira_project: PROJ
    repo: group/app
  - repo: Group/Docs
    budget: { runs_per_day: 5 }
`;

describe('a binding without a Jira project', () => {
  it('needs only its repository', () => {
    expect(bindingsOf('bindings:\n  - repo: group/app\n')).toMatchObject([
      { repo: 'group/app', review: { enabled: true } },
    ]);
    expect(bindingsOf('bindings:\n  - repo: group/app\n')[0]).not.toHaveProperty('jiraProject');
  });

  it('takes from the defaults what is about reviews and answers, and nothing else', () => {
    const [ofProject, ofRepository] = bindingsOf(MIXED);
    expect(ofProject).toMatchObject({ plan: 'ask', mergeTarget: 'on', noticesIssue: 'OPS-1' });
    expect(ofRepository).toMatchObject({
      plan: 'off',
      mergeTarget: 'off',
      branchPrefix: 'agent/',
      model: { review: 'small' },
      instructions: { all: 'Write short sentences.' },
      review: { minSeverity: 'major' },
      budget: { runsPerDay: 5 },
    });
    for (const field of ['typeWords', 'noticesIssue', 'model.coding', 'instructions.coding'])
      expect(ofRepository).not.toHaveProperty(field);
  });

  it.each([
    ['trigger: Ready', 'trigger needs'],
    ['statuses: { done: off }', 'statuses needs'],
    ['plan: ask', 'plan needs'],
    ['ticket_fields: [Environment]', 'ticket_fields needs'],
    ['needs_answer_label: asks', 'needs_answer_label needs'],
    ['validate: npm test', 'validate needs'],
    ['merge_target: on', 'merge_target needs'],
    ['target_branch: main', 'target_branch needs'],
    ['audit: { approvals: { required: 2 } }', 'audit needs'],
    ['notices_issue: OPS-1', 'notices_issue needs'],
    ['model: { coding: gpt-5 }', 'model.coding needs'],
    ['instructions: { coding: Test it. }', 'instructions.coding needs'],
  ])('is refused with %s', (field, needs) => {
    const them =
      ' jira_project; write for example jira_project: PROJ, or leave it out: without a Jira project the agent only reviews merge requests and answers notes';
    expect(problemsOf(alone(field))).toEqual([expect.stringContaining(`binding 1 (group/app): ${needs}${them}`)]);
  });

  it('is refused with one sentence for all that needs a project, at the first of it', () => {
    expect(problemsOf(alone('review: on\n    statuses: { done: off }\n    plan: ask\n    trigger: Ready'))).toEqual([
      expect.stringMatching(
        /^6:5 binding 1 \(group\/app\): trigger, statuses and plan need jira_project; .* leave them out/,
      ),
    ]);
    expect(
      problemsOf(
        alone('routes:\n      - { name: web, when: { label: web }, repo: group/web }\n    trigger: a\n    plan: ask'),
      ),
    ).toEqual([expect.stringContaining('routes, trigger and plan need jira_project')]);
  });

  it('has a problem of its own where the project is only misspelt', () => {
    expect(problemsOf(alone('jria_project: PROJ\n    plan: ask'))).toEqual([
      expect.stringContaining('jria_project is not a known field; did you mean jira_project?'),
    ]);
  });

  it('is refused where it would do nothing', () => {
    expect(problemsOf(alone('review: off\n    mode: shadow'))).toEqual([
      expect.stringContaining('so this binding does nothing; switch reviews on, or leave it out'),
    ]);
    expect(problemsOf(alone('review: off'))).toEqual([]);
    expect(problemsOf(alone('mode: shadow'))).toEqual([]);
  });

  it('is refused beside another one of the repository, in any case: one has to speak for its merge requests', () => {
    expect(problemsOf('bindings:\n  - repo: group/app\n  - repo: Group/App\n')).toEqual([
      '3:11 binding 2 (Group/App): "Group/App" is bound twice without a Jira project; leave one out. It is bound first by binding 1 (group/app) at line 2, column 11'.replace(
        '"Group/App"',
        '"group/app"',
      ),
    ]);
    const routed = `bindings:
  - repo: group/web
  - jira_project: PROJ
    routes:
      - { name: web, when: { label: web }, repo: group/web }
`;
    expect(problemsOf(routed)).toEqual([
      expect.stringMatching(
        /^2:11 binding 1 \(group\/web\): .*is bound to a Jira project as well.*That is binding 2 \(PROJ\)/,
      ),
    ]);
  });
});

describe('a map of both kinds', () => {
  const bindings = bindingsOf(MIXED);

  it('has an entry for each, of which only one is a Jira project', () => {
    const { entries, projects, byJira, ofName, byRepo, ofStatus } = createBindings(bindings);
    expect(entries.map(({ repo }) => repo)).toEqual(['group/app', 'Group/Docs']);
    expect(projects.map(({ jiraProject }) => jiraProject)).toEqual(['PROJ']);
    expect(byJira('GROUP/DOCS')).toBeUndefined();
    expect(ofName('group/docs')).toEqual([bindings[1]]);
    expect(ofName('proj')).toEqual([bindings[0]]);
    expect(byRepo('group/docs')).toBe(bindings[1]);
    expect(ofStatus({ repo: 'Group/Docs' })).toBe(bindings[1]);
  });

  it('is rendered under the path of the repository, without what it cannot have, and read back the same', () => {
    const { mappings } = renderMapping(bindings);
    expect(Object.keys(mappings)).toEqual(['PROJ', 'Group/Docs']);
    expect(Object.keys(mappings['Group/Docs'] ?? {})).toEqual([
      'repo',
      'credential_ref',
      'image',
      'review',
      'instructions',
      'model',
      'budget',
      'max_concurrent_runs',
      'events',
    ]);
    expect(parseRuntimeMapping(JSON.stringify({ mappings }))).toEqual({ bindings });
    expect(parseStoredMapping(JSON.stringify({ mappings }))).toEqual({ bindings, withheld: [] });
  });

  it('is compared by name', () => {
    const after = bindingsOf(MIXED.replace('runs_per_day: 5', 'runs_per_day: 6'));
    expect(diffMappings(bindings, after)).toEqual({
      added: [],
      removed: [],
      changed: [{ jiraProject: 'Group/Docs', fields: ['budget.runs_per_day'] }],
    });
  });

  it('is refused where a key and its repository differ', () => {
    const text = JSON.stringify({ mappings: { 'group/app': { repo: 'group/other' } } });
    expect(parseRuntimeMapping(text)).toEqual({
      problems: [
        {
          where: 'mappings.group/app',
          message: 'repo names another repository than the key, which is the path of the repository',
        },
      ],
    });
  });

  it('is withheld by its repository where it says what a later release may', () => {
    const text = JSON.stringify({ mappings: { 'group/app': { repo: 'group/app', plan: 'ask' }, 'group/ok': {} } });
    expect(parseStoredMapping(text)).toMatchObject({
      bindings: [{ repo: 'group/ok' }],
      withheld: [{ binding: { repo: 'group/app' }, problems: [{ where: 'mappings.group/app' }] }],
    });
  });
});
