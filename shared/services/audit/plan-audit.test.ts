import { describe, expect, it } from 'vitest';
import { AuditPolicy } from '../../domain/audit/policy/audit-policy.ts';
import { parseRuntimeMapping } from '../../domain/mapping/source/parse-runtime-mapping.ts';
import type { AuditPlan } from './plan/audit-plan.ts';
import { repositoryPolicies } from './plan/repository-policies.ts';
import { type AuditInput, planAudit } from './plan-audit.ts';

type Audits = Record<string, { repo?: string; audit?: unknown; target_branch?: string }>;

function plan(mappings: Audits, input: Partial<AuditInput> = {}): AuditPlan {
  const parsed = parseRuntimeMapping(
    JSON.stringify({
      mappings: Object.fromEntries(
        Object.entries(mappings).map(([key, { repo = 'group/app', ...rest }]) => [key, { repo, ...rest }]),
      ),
    }),
  );
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const planned = planAudit({ fixVersion: '2.4.0', ...input }, parsed.bindings);
  if ('problem' in planned) throw new Error(planned.problem);
  return planned.plan;
}

/** Approvals asked for: of the plan, then by name where it has a policy of its own. */
const required = (one: AuditPlan) => [
  one.policy.approvals.required,
  Object.fromEntries(
    Object.entries(repositoryPolicies(one)).map(([name, { approvals }]) => [name, approvals.required]),
  ),
];
const two = { approvals: { required: 2 } };
const three = { approvals: { required: 3 } };

describe('the policy of an audit', () => {
  it.each<[string, Audits, Partial<AuditInput>, ReturnType<typeof required>]>([
    ['is the built-in one where the map says nothing', { PROJ: {} }, {}, [1, {}]],
    [
      'is that of the bindings when they agree',
      { PROJ: { audit: two }, OPS: { repo: 'g/ops', audit: two } },
      {},
      [2, {}],
    ],
    [
      'is that of each binding, for its repository and its issues, when they differ',
      { PROJ: { audit: two }, OPS: { repo: 'g/ops' } },
      {},
      [1, { PROJ: 2, OPS: 1, 'group/app': 2, 'g/ops': 1 }],
    ],
    [
      'is that of the first binding for the changes of a shared repository',
      { PROJ: { audit: two }, OPS: { audit: three } },
      {},
      [1, { PROJ: 2, OPS: 3, 'group/app': 2 }],
    ],
    [
      'leaves out bindings that are not audited',
      { PROJ: { audit: two }, OPS: { audit: three } },
      { projects: ['OPS'] },
      [3, {}],
    ],
    [
      'is the given one for all when one is given',
      { PROJ: { audit: two }, OPS: { repo: 'g/ops', audit: three } },
      { policy: AuditPolicy.parse({ approvals: { required: 4 } }) },
      [4, {}],
    ],
  ])('%s', (_, mappings, input, expected) => {
    expect(required(plan(mappings, input))).toEqual(expected);
  });
});

describe('the paths of an audit', () => {
  it.each<[string, Audits, Partial<AuditInput>, string[]]>([
    ['are those of the binding', { PROJ: { audit: { paths: ['shop/**'] } } }, {}, ['shop/**']],
    [
      'are those of all audited bindings of the repository',
      { PROJ: { audit: { paths: ['shop/**'] } }, OPS: { audit: { paths: ['ops/**', 'shop/**'] } } },
      {},
      ['ops/**', 'shop/**'],
    ],
    [
      'leave out a project that is not audited',
      { PROJ: { audit: { paths: ['shop/**'] } }, OPS: {} },
      { projects: ['PROJ'] },
      ['shop/**'],
    ],
    [
      'are the whole repository when one binding releases all of it',
      { PROJ: { audit: { paths: ['shop/**'] } }, OPS: {} },
      {},
      [],
    ],
    [
      'stay when another policy is given',
      { PROJ: { audit: { paths: ['shop/**'] } } },
      { policy: AuditPolicy.parse({}) },
      ['shop/**'],
    ],
  ])('%s', (_, mappings, input, expected) => {
    expect(plan(mappings, input).repositories.map(({ paths }) => paths)).toEqual([expected]);
  });

  it('ends at the branch of the audited version where the branch is named after one', () => {
    const mappings = { PROJ: { target_branch: 'release/{version}' }, OPS: { target_branch: 'release/2.4.0' } };
    const [repository] = plan(mappings).repositories;
    expect(repository).toMatchObject({ to: 'release/2.4.0' });
    expect(repository).not.toHaveProperty('otherBranches');
  });

  it('ends at the target branch of the first binding of a repository, and names those of the others', () => {
    const mappings = { PROJ: { target_branch: 'dev' }, OPS: {}, WEB: { target_branch: 'web' } };
    const [repository] = plan(mappings).repositories;
    expect(repository).toMatchObject({ to: 'dev', from: null, otherBranches: ['main', 'web'] });
    for (const input of [{ to: 'v2.4.0' }, { projects: ['OPS'] }])
      expect(plan(mappings, input).repositories[0]).not.toHaveProperty('otherBranches');
  });
});

describe('a map with repositories that have no Jira project', () => {
  const parsed = parseRuntimeMapping(
    JSON.stringify({ mappings: { PROJ: { repo: 'group/app' }, 'group/docs': {}, 'group/site': {} } }),
  );
  const bindings = 'bindings' in parsed ? parsed.bindings : [];

  it('is audited without them', () => {
    expect(planAudit({ fixVersion: '2.4.0' }, bindings)).toMatchObject({
      plan: { projects: ['PROJ'], mappedProjects: ['PROJ'], repositories: [{ repository: 'group/app' }] },
    });
  });

  it.each([
    {
      name: 'where one is named',
      input: { repositories: ['group/docs'] },
      map: bindings,
      problem:
        'group/docs is bound without a Jira project, and an audit compares the changes of a release with its tickets: add jira_project to its binding.',
    },
    {
      name: 'where there are no others',
      input: {},
      map: bindings.slice(1),
      problem:
        'No binding of the map has a Jira project, and an audit compares the changes of a release with its tickets: add jira_project to the binding of what is to be audited.',
    },
  ])('is refused $name', ({ input, map, problem }) => {
    expect(planAudit({ fixVersion: '2.4.0', ...input }, map)).toEqual({ problem });
  });
});
