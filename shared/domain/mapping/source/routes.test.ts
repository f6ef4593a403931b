import { describe, expect, it } from 'vitest';
import { aBinding, aRoute, someRoutes } from '../../../../test/builders/bindings.ts';
import { createBindings } from '../bindings.ts';
import { diffMappings, listFieldChanges } from '../diff-mappings.ts';
import { renderMapping } from '../render-mapping.ts';
import { requiredCredentials } from '../required-credentials.ts';
import { findSharedRepositories } from '../shared-repositories.ts';
import { parseMapping } from './parse-mapping.ts';
import { parseRuntimeMapping } from './parse-runtime-mapping.ts';
import { parseStoredMapping } from './parse-stored-mapping.ts';

const YAML = `
defaults:
  target_branch: develop
bindings:
  - jira_project: SHOP
    repo: shop/rest
    reviewer: ada
    validate: npm test
    paths: [apps/**]
    routes:
      - name: web
        when: { component: [Web, Shop], issue_type: Bug }
        repo: shop/web
        target_branch: main
        credential_ref: Web-Team
        validate: ~
        paths: []
      - name: billing
        when: { field: { name: Team, value: Payments } }
        repo: shop/billing
        reviewer: bob
        image: python
  - jira_project: OPS
    repo: ops/tools
`;

function parse(text: string) {
  const parsed = parseMapping(text);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.bindings;
}

function problemsOf(routes: string, repo = 'repo: shop/rest') {
  const lines = [`  - jira_project: SHOP`, ...(repo === '' ? [] : [`    ${repo}`]), `    routes: ${routes}`];
  const parsed = parseMapping(`bindings:\n${lines.join('\n')}\n`);
  return 'problems' in parsed ? parsed.problems.map(({ line, message }) => `${line}: ${message}`) : [];
}

describe('a binding with routes', () => {
  it('becomes one for each, after the one for all other issues, with what they leave out from the binding', () => {
    const [rest, web, billing, ops] = parse(YAML);
    expect(rest).toMatchObject({ repo: 'shop/rest', targetBranch: 'develop', reviewer: 'ada', paths: ['apps/**'] });
    expect(rest).not.toHaveProperty('route');
    expect(web).toMatchObject({
      jiraProject: 'SHOP',
      repo: 'shop/web',
      route: { name: 'web', when: { components: ['Web', 'Shop'], issueTypes: ['Bug'] } },
      targetBranch: 'main',
      credentialRef: 'web_team',
      reviewer: 'ada',
    });
    for (const taken of ['validate', 'paths', 'image']) expect(web).not.toHaveProperty(taken);
    expect(billing).toMatchObject({
      route: { name: 'billing', when: { field: { name: 'Team', values: ['Payments'] } } },
      targetBranch: 'develop',
      credentialRef: 'default',
      reviewer: 'bob',
      validate: 'npm test',
      image: 'python',
      paths: ['apps/**'],
    });
    expect(ops).toMatchObject({ jiraProject: 'OPS' });
  });

  it.each([
    { name: 'with a repository for the rest', text: YAML },
    { name: 'without one', text: YAML.replace('    repo: shop/rest\n', '') },
  ])('is read back from the runtime form as it was, $name', ({ text }) => {
    const bindings = parse(text);
    const json = JSON.stringify(renderMapping(bindings));
    expect(parseRuntimeMapping(json)).toEqual({ bindings });
    expect(parseStoredMapping(json)).toEqual({ bindings, withheld: [] });
    expect(JSON.parse(json)).toMatchObject({ mappings: { SHOP: { repo: text === YAML ? 'shop/rest' : null } } });
  });

  it('changes nothing of the runtime form of a binding without routes and paths', () => {
    const { mappings } = renderMapping([aBinding()]);
    expect(Object.keys(mappings['PROJ'] ?? {}).filter((field) => field === 'routes' || field === 'paths')).toEqual([]);
    // What no release before this one would read.
    for (const source of [{ paths: [] }, { routes: [] }, { paths: null, routes: null }])
      expect(renderMapping([aBinding(source)])).toEqual({ mappings });
  });

  it('is asked for by project, by route and by repository', () => {
    const bindings = createBindings(parse(YAML));
    expect(bindings.projects.map(({ repo }) => repo)).toEqual(['shop/rest', 'ops/tools']);
    expect(bindings.byJira('shop')?.repo).toBe('shop/rest');
    expect(bindings.ofJira('shop').map(({ repo }) => repo)).toEqual(['shop/rest', 'shop/web', 'shop/billing']);
    expect([bindings.find('SHOP', 'web')?.repo, bindings.find('SHOP')?.repo]).toEqual(['shop/web', 'shop/rest']);
    expect([bindings.find('SHOP', 'gone'), bindings.ofJira('NONE')]).toEqual([undefined, []]);
    expect(bindings.byRepo('shop/WEB')).toMatchObject({ credentialRef: 'web_team' });
    expect(createBindings(someRoutes([aRoute('web')])).find('PROJ')).toBeUndefined();
  });

  it('needs the credential of each route, and is told as one project', () => {
    expect(requiredCredentials(parse(YAML))).toMatchObject([
      { ref: 'default', usedBy: ['SHOP', 'OPS'] },
      { ref: 'web_team', usedBy: ['SHOP'] },
    ]);
    const one = someRoutes([aRoute('a', { repo: 'group/mono' }), aRoute('b', { repo: 'group/mono' })]);
    expect(findSharedRepositories(one)).toEqual([]);
    expect(findSharedRepositories([...one, aBinding({ jira_project: 'OPS', repo: 'Group/Mono' })])).toEqual([
      { repo: 'group/mono', speaker: 'PROJ', others: ['OPS'] },
    ]);
  });

  it('is compared route by route, wherever a route stands', () => {
    const routes = [aRoute('web'), aRoute('api')];
    const before = someRoutes(routes);
    const after = someRoutes([aRoute('api', { target_branch: 'next' }), aRoute('web')]);
    expect(diffMappings(before, after)).toEqual({
      added: [],
      removed: [],
      changed: [{ jiraProject: 'PROJ', fields: ['routes.api.target_branch'] }],
    });
    expect(listFieldChanges(before, someRoutes([aRoute('web')])).map(({ field }) => field)).toEqual(['routes.api']);
    expect(listFieldChanges(before, someRoutes(routes))).toEqual([]);
  });
});

describe('what is wrong with routes', () => {
  const web = '{ name: web, when: { component: Web }, repo: shop/web }';

  it.each([
    { name: 'nothing', routes: `[${web}]`, problems: [] },
    { name: 'nothing without a repository for the rest', routes: `[${web}]`, repo: '', problems: [] },
    {
      name: 'neither repository nor route',
      routes: '[]',
      repo: '',
      problems: ['2: repo is missing; write for example repo: group/service-a'],
    },
    {
      name: 'two of one name',
      routes: `[${web}, { name: web, when: { label: x }, repo: shop/x }]`,
      problems: [
        expect.stringMatching(/^4: name "web" is the name of two routes\. The other is in binding 1 \(SHOP\)/),
      ],
    },
    {
      name: 'two that ask for the same',
      routes: `[${web}, { name: two, when: { component: [web] }, repo: shop/x }]`,
      problems: [expect.stringContaining('route "two" can take no issue: each one that fits it fits route "web"')],
    },
    {
      name: 'one that asks for more than another',
      routes: `[{ name: bugs, when: { component: Web, issue_type: Bug }, repo: shop/x }, ${web}]`,
      problems: [expect.stringContaining('route "bugs" can take no issue')],
    },
    {
      name: 'nothing where two overlap and differ',
      routes: `[${web}, { name: bugs, when: { issue_type: Bug }, repo: shop/x }]`,
      problems: [],
    },
    {
      name: 'a route without a condition',
      routes: '[{ name: all, when: {}, repo: shop/x }]',
      problems: ['4: routes[1].when needs at least one of component, label, issue_type and field'],
    },
    {
      name: 'a misspelt field',
      routes: '[{ name: web, when: { component: Web }, repo: shop/web, target: x }]',
      problems: [expect.stringContaining('target is not a known field')],
    },
    {
      name: 'a name that is none',
      routes: '[{ name: Web Team, when: { component: Web }, repo: shop/web }]',
      problems: [expect.stringContaining('routes[1].name must be a short name in lower case')],
    },
    {
      name: 'paths that leave the repository',
      routes: '[{ name: web, when: { component: Web }, repo: shop/web, paths: [../other/**] }]',
      problems: [expect.stringContaining('must stay inside the repository, without ..')],
    },
    {
      name: 'back-ports beside a target branch with {version}',
      routes: '[{ name: web, when: { component: Web }, repo: shop/web, target_branch: "v{version}" }]',
      repo: 'back_ports: release/{version}',
      problems: [expect.stringContaining('back_ports stands beside a target_branch of route "web" with {version}')],
    },
    {
      name: 'back-ports to a branch without {version}',
      routes: '[{ name: web, when: { component: Web }, repo: shop/web }]',
      repo: 'back_ports: release/next',
      problems: [expect.stringContaining('back_ports must have {version} in it')],
    },
    {
      name: 'a credential that is a token',
      routes: '[{ name: web, when: { component: Web }, repo: shop/web, credential_ref: glpat-abcdefghij1234567890 }]',
      problems: [expect.not.stringContaining('glpat-abcdefghij')],
    },
    {
      name: 'a credential in two spellings',
      routes:
        '[{ name: web, when: { component: Web }, repo: shop/web, credential_ref: team-a }, { name: b, when: { component: B }, repo: shop/b, credential_ref: team_a }]',
      problems: [expect.stringContaining('are the same credential')],
    },
    {
      name: 'a reviewer that is the trigger',
      routes: '[{ name: web, when: { component: Web }, repo: shop/web, reviewer: bot }]',
      repo: 'trigger: { assignee: bot }',
      problems: [
        expect.stringContaining('trigger.assignee is the account the agent assigns issues to itself (reviewer)'),
      ],
    },
  ])('is $name', ({ routes, repo, problems }) => {
    expect(problemsOf(routes, repo)).toEqual(problems);
  });

  it('withholds the binding of a stored map that today refuses its routes, by its name', () => {
    const when = { component: ['Web'] };
    const route = { name: 'web', when, repo: 'shop/web', other: 1 };
    const stored = parseStoredMapping(JSON.stringify({ mappings: { SHOP: { repo: null, routes: [route] } } }));
    expect(stored).toMatchObject({ bindings: [], withheld: [{ binding: { jiraProject: 'SHOP' } }] });
  });
});
