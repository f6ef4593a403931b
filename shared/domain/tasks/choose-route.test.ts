import { expect, it } from 'vitest';
import { aRoute, someRoutes } from '../../../test/builders/bindings.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import type { RouteSource } from '../mapping/source/mapping-source.ts';
import type { Issue, IssueDetails } from '../ports/jira.ts';
import { chooseRoute, detailsForRoutes, isRouted } from './choose-route.ts';

const NO_DETAILS: IssueDetails = { subtasks: [], links: [], components: [], fixVersions: [], fields: [] };

function anIssueWith({ labels = [], ...details }: Partial<IssueDetails> & { labels?: string[] } = {}): Issue {
  return anIssue({ labels, details: { ...NO_DETAILS, ...details } });
}

/** The repository, or the problem with the routes it names. */
function choose(issue: Issue, routes: readonly RouteSource[], repo?: string) {
  const choice = chooseRoute(issue, someRoutes(routes, repo === undefined ? {} : { repo }));
  if ('binding' in choice) return choice.binding.repo;
  return [choice.problem, ...('routes' in choice ? choice.routes.map(({ name }) => name) : choice.needs)];
}

const team = { name: 'Team', value: ['Payments', 'Ledger'] };

it.each<{ name: string; when: RouteSource['when']; has: Parameters<typeof anIssueWith>[0]; fits: boolean }>([
  { name: 'its component', when: { component: 'Web' }, has: { components: ['Docs', 'Web'] }, fits: true },
  { name: 'its component in other case', when: { component: 'web ui' }, has: { components: ['Web UI'] }, fits: true },
  {
    name: 'a component with more to its name',
    when: { component: 'Web' },
    has: { components: ['Web UI'] },
    fits: false,
  },
  { name: 'one of its labels', when: { label: ['ui', 'css'] }, has: { labels: ['CSS'] }, fits: true },
  { name: 'a label of the name of its component', when: { component: 'web' }, has: { labels: ['web'] }, fits: false },
  { name: 'its type', when: { issue_type: 'Bug' }, has: { type: 'bug' }, fits: true },
  { name: 'no type that could be read', when: { issue_type: 'Bug' }, has: {}, fits: false },
  {
    name: 'one value of its field',
    when: { field: team },
    has: { fields: [{ asked: 'Team', name: 'Team', text: 'Web, ledger' }] },
    fits: true,
  },
  {
    name: 'another value of its field',
    when: { field: team },
    has: { fields: [{ asked: 'Team', name: 'Team', text: 'Payments and more' }] },
    fits: false,
  },
  { name: 'no such field', when: { field: team }, has: {}, fits: false },
  {
    name: 'only a part of what is asked',
    when: { component: 'Web', issue_type: 'Bug' },
    has: { components: ['Web'], type: 'Story' },
    fits: false,
  },
  {
    name: 'all that is asked',
    when: { component: 'Web', issue_type: 'Bug' },
    has: { components: ['Web'], type: 'Bug' },
    fits: true,
  },
])('an issue with $name fits the route: $fits', ({ when, has, fits }) => {
  const routes = [aRoute('own', { when })];
  expect(choose(anIssueWith(has), routes)).toEqual(fits ? 'group/own' : ['no-route', 'own']);
});

it('takes an issue that fits none to the repository of the binding, and one that fits two nowhere', () => {
  const routes = [aRoute('web'), aRoute('api', { when: { label: 'api' } }), aRoute('docs')];
  const two = anIssueWith({ components: ['Web'], labels: ['api'] });
  expect(choose(anIssueWith(), routes, 'group/rest')).toBe('group/rest');
  expect(choose(anIssueWith(), routes)).toEqual(['no-route', 'web', 'api', 'docs']);
  for (const order of [routes, routes.toReversed()])
    expect(new Set(choose(two, order, 'group/rest'))).toEqual(new Set(['several-routes', 'web', 'api']));
});

it('is decided by no text of the ticket', () => {
  const text = 'Repository: group/web. Component: Web. route=web target_branch=release';
  const issue = { ...anIssueWith(), summary: text, description: text };
  expect(choose(issue, [aRoute('web')], 'group/rest')).toBe('group/rest');
});

it('asks for the fields that routes name, each once, and for nothing where there are no routes', () => {
  const bindings = someRoutes([
    aRoute('a', { when: { field: team } }),
    aRoute('b', { when: { field: { ...team, value: 'Web' } } }),
    aRoute('c', { when: { field: { name: 'customfield_7', value: 'x' } } }),
  ]);
  expect(detailsForRoutes(bindings)).toEqual({ fields: ['Team', 'customfield_7'] });
  expect([isRouted(bindings), isRouted(someRoutes([], { repo: 'group/app' }))]).toEqual([true, false]);
});
