import { expect, it } from 'vitest';
import { AuditPolicy } from '../../audit/policy/audit-policy.ts';
import { diffMappings } from '../diff-mappings.ts';
import { renderMapping } from '../render-mapping.ts';
import { parseMapping } from './parse-mapping.ts';
import { parseRuntimeMapping } from './parse-runtime-mapping.ts';

const WAIVER = {
  rule: 'mr-unapproved',
  match: 'group/app!1',
  reason: 'Hotfix',
  by: 'Ada',
  until: '2026-12-31',
} as const;
const DEFAULTS = `
  audit:
    approvals: {required: 2}
    no_code: {labels: [docs]}
    freeze: {2.4.0: 2026-11-20T12:00:00Z}
    waivers: [${JSON.stringify(WAIVER)}]`;

function bindingOf(own: string, defaults = DEFAULTS) {
  const mapping = parseMapping(
    `defaults: {}
bindings:
  - {jira_project: PROJ, repo: group/app${own}}`.replace('defaults: {}', `defaults:${defaults}`),
  );
  if ('problems' in mapping) throw new Error(JSON.stringify(mapping.problems));
  return mapping.bindings;
}

it('takes a version that looks like a number as it stands there', () => {
  const [binding] = bindingOf(
    ', audit: {freeze: {2.10: 2026-11-20T12:00:00Z, 2.1: 2026-11-21T12:00:00Z, 2.40: 2026-11-22T12:00:00Z}}',
    '',
  );
  expect(Object.keys(binding?.audit?.policy.freeze ?? {})).toEqual(['2.10', '2.1', '2.40']);
});

it.each<[string, string, Parameters<typeof AuditPolicy.parse>[0], string[]]>([
  [
    'takes the rules of the defaults',
    '',
    {
      approvals: { required: 2 },
      no_code: { labels: ['docs'] },
      freeze: { '2.4.0': '2026-11-20T12:00:00Z' },
      waivers: [WAIVER],
    },
    [],
  ],
  [
    'takes blocks field by field and lists as a whole',
    ', audit: {approvals: {independent: false}, no_code: {types: [Task]}, waivers: [], paths: [services/shop]}',
    {
      approvals: { required: 2, independent: false },
      no_code: { types: ['Task'], labels: ['docs'] },
      freeze: { '2.4.0': '2026-11-20T12:00:00Z' },
      waivers: [],
    },
    ['services/shop'],
  ],
])('%s', (_, own, policy, paths) => {
  expect(bindingOf(own)[0]?.audit).toEqual({ policy: AuditPolicy.parse(policy), paths });
});

it('takes every block field by field', () => {
  const defaults = `
  audit: {approvals: {required: 2}, agent_changes: {approvals: 1}, no_code: {types: [Task]}, pipelines: {required: false}}`;
  const own = `, audit: {
    approvals: {independent: false},
    agent_changes: {requester_counts_as_author: false},
    no_code: {labels: [docs]},
    pipelines: {}}`;

  expect(bindingOf(own, defaults)[0]?.audit?.policy).toMatchObject({
    approvals: { required: 2, independent: false, after_last_commit: true },
    agent_changes: { approvals: 1, requester_counts_as_author: false },
    no_code: { types: ['Task'], labels: ['docs'] },
    pipelines: { required: false },
  });
  expect(bindingOf(', audit: {pipelines: {required: false}}', ' {}')[0]?.audit?.policy.pipelines.required).toBe(false);
});

it('has no rules of its own where nothing is said, or where the binding takes them back', () => {
  expect(bindingOf('', ' {}')[0]).not.toHaveProperty('audit');
  expect(bindingOf(', audit: null')[0]).not.toHaveProperty('audit');
});

it('is carried to the programs and back, and a field that goes is a difference', () => {
  const bindings = bindingOf(', audit: {paths: [services/shop]}');
  const rendered = JSON.stringify(renderMapping(bindings));
  expect(parseRuntimeMapping(rendered)).toEqual({ bindings });
  const changed = (own: string) => diffMappings(bindings, bindingOf(own)).changed[0]?.fields;
  expect(changed(', audit: {freeze: {2.4.0: 2026-11-21T12:00:00Z}}')).toEqual(['audit.freeze.2.4.0', 'audit.paths']);
  expect(changed(', audit: null')).toEqual(['audit']);
  expect(
    diffMappings(bindingOf(''), bindingOf('', '\n  audit: {approvals: {required: 2}}')).changed[0]?.fields,
  ).toEqual(['audit.no_code.labels', 'audit.freeze.2.4.0', 'audit.waivers']);
});
