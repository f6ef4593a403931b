import { describe, expect, it } from 'vitest';

import { BUILT_IN_DEFAULTS } from '../defaults.ts';
import { toRuntimeBinding } from '../runtime-mapping.ts';
import { valueAt } from '../value-at.ts';
import type { DefaultsSource } from './mapping-source.ts';
import { resolveBinding, resolveBindings } from './resolve-binding.ts';

const SOURCE = { jira_project: 'PROJ', repo: 'group/app' };

/** Two values for each field of a block, of which the first is not the built-in one. */
const BLOCKS: Record<string, Record<string, readonly [byDefault: unknown, own: unknown]>> = {
  statuses: {
    in_progress: ['Doing', 'In Progress'],
    in_review: ['Checking', 'In Review'],
    done: ['off', 'Done'],
    stopped: ['Waiting', 'Stopped'],
    needs_answer: ['Asked', 'Waiting for an answer'],
  },
  merge_request: {
    title: ['{summary} {key}', '{key} {summary}'],
    labels: [['ai'], []],
    assignee: ['ada', 'bob'],
    reviewers: [['bob'], []],
  },
  limits: {
    max_files: [1, 300],
    max_file_kb: [1, 1024],
    max_binary_kb: [1, 512],
    max_change_kb: [1, 10_240],
    max_deleted_percent: [1, 0],
  },
  attachments: { max_files: [1, 20], max_file_kb: [1, 512] },
  commit: { subject: ['{summary}', '{key}: {summary}'], sign_off: [true, false] },
  review: {
    enabled: [false, true],
    on_push: [false, true],
    paths: [['src/**'], ['docs/**']],
    skip_labels: [['wip'], ['no-ai']],
    skip_title_words: [['WIP'], ['Draft']],
    skip_branches: [['release/*'], ['hotfix/*']],
    resolution: ['resolve', 'off'],
    min_severity: ['minor', 'blocker'],
    status: ['on', 'off'],
  },
  budget: {
    max_turns: [1, 80],
    max_tokens: [1, 2_000_000],
    max_minutes: [1, 30],
    runs_per_day: [1, 2],
    tokens_per_day: [1, 2],
    runs_per_month: [1, 2],
    tokens_per_month: [1, 2],
    cost_per_month: [1.5, 2],
  },
};
/** The same for fields of a binding that stand in no block. */
const FIELDS: Record<string, readonly [byDefault: unknown, own: unknown]> = {
  target_branch: ['develop', 'main'],
  back_ports: ['release/{version}', 'v{version}'],
  credential_ref: ['team_a', 'default'],
  reviewer: ['a1', 'a2'],
  stopped_label: ['stopped', 'waiting'],
  needs_answer_label: ['asks', 'waits'],
  plan: ['ask', 'show'],
  plan_label: ['ai-plan', 'plan-first'],
  validate: ['npm test', 'true'],
  image: ['python', 'java'],
  repair_rounds: [1, 0],
  repair_pipelines: ['on', 'off'],
  merge_target: ['on', 'off'],
  protected_paths: [['infra/**'], []],
  ticket_fields: [['Environment'], []],
  acceptance_criteria_field: ['Criteria', 'Done when'],
  branch_prefix: ['ai/', 'agent/'],
  max_concurrent_runs: [1, 2],
  notices_issue: ['OPS-1', 'OPS-2'],
};

const toCamelCase = (name: string) => name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const resolve = (source: object, defaults: object) => resolveBinding({ ...SOURCE, ...source }, defaults);

describe.each(
  Object.entries(BLOCKS).flatMap(([block, fields]) =>
    Object.entries(fields).map(([field, values]) => ({ block, field, values })),
  ),
)('$block.$field', ({ block, field, values: [byDefault, own] }) => {
  const read = (source: object, defaults: object) =>
    valueAt(resolve(source, defaults), [toCamelCase(block), toCamelCase(field)]);

  it('is the one of the binding, else of the defaults, else the built-in one', () => {
    const defaults = { [block]: { [field]: byDefault } };
    expect(read({}, {})).toEqual(valueAt(BUILT_IN_DEFAULTS, [toCamelCase(block), toCamelCase(field)]));
    expect(read({}, defaults)).toEqual(byDefault);
    expect(read({ [block]: { [field]: own } }, defaults)).toEqual(own);
    expect(read({ [block]: {} }, defaults)).toEqual(byDefault);
  });
});

describe.each(Object.entries(FIELDS))('%s', (field, [byDefault, own]) => {
  const read = (source: object, defaults: object) => valueAt(resolve(source, defaults), [toCamelCase(field)]);

  it('is the one of the binding, else of the defaults, else the built-in one', () => {
    expect(read({}, {})).toEqual(valueAt(BUILT_IN_DEFAULTS, [toCamelCase(field)]));
    expect(read({}, { [field]: byDefault })).toEqual(byDefault);
    expect(read({ [field]: own }, { [field]: byDefault })).toEqual(own);
  });
});

it.each([
  'reviewer',
  'stopped_label',
  'needs_answer_label',
  'plan_label',
  'validate',
  'acceptance_criteria_field',
  'max_concurrent_runs',
  'notices_issue',
  'askers',
  'events',
])('null takes %s of the defaults back, and leaves nothing behind', (field) => {
  const fields = Object.entries(FIELDS).map(([name, [byDefault]]) => [name, byDefault]);
  const defaults = { askers: { groups: ['a'] }, events: { url_ref: 'a' }, ...Object.fromEntries(fields) };
  expect(resolve({}, defaults)).toHaveProperty(toCamelCase(field));
  expect(resolve({ [field]: null }, defaults)).not.toHaveProperty(toCamelCase(field));
  expect(resolve({}, {})).not.toHaveProperty(toCamelCase(field));
});

it.each([
  ['statuses', 'stopped'],
  ['statuses', 'needs_answer'],
  ['merge_request', 'assignee'],
  ['budget', 'runs_per_day'],
  ['budget', 'tokens_per_day'],
  ['budget', 'runs_per_month'],
  ['budget', 'tokens_per_month'],
  ['budget', 'cost_per_month'],
])('null takes %s.%s of the defaults back, and leaves nothing behind', (block, field) => {
  const resolved = (source: object) =>
    valueAt(resolve(source, { [block]: { [field]: BLOCKS[block]?.[field]?.[0] } }), [toCamelCase(block)]);
  expect(resolved({ [block]: { [field]: null } })).not.toHaveProperty(toCamelCase(field));
  expect(valueAt(resolve({}, {}), [toCamelCase(block)])).not.toHaveProperty(toCamelCase(field));
});

const FEW = { maxFiles: 1, maxFileKb: 2048 };
const MANY = { maxFiles: 5, maxFileKb: 2048 };

it.each<[own: DefaultsSource['attachments'], byDefault: DefaultsSource['attachments'], resolved: unknown]>([
  [undefined, undefined, MANY],
  ['off', { max_files: 1 }, 'off'],
  [false, 'on', 'off'],
  [undefined, 'off', 'off'],
  ['on', 'off', MANY],
  [true, false, MANY],
  ['on', { max_files: 1 }, FEW],
  [{ max_files: 1 }, 'off', FEW],
  [{}, 'off', MANY],
])('attachments: %j over the defaults %j is %j', (own, byDefault, resolved) => {
  const given = (attachments: DefaultsSource['attachments']) => (attachments === undefined ? {} : { attachments });
  expect(resolve(given(own), given(byDefault)).attachments).toEqual(resolved);
});

it.each<[DefaultsSource['review'], boolean]>([
  ['on', true],
  ['off', false],
  [true, true],
  [false, false],
])('review: %s switches reviews on or off and leaves the rest of the defaults', (review, enabled) => {
  const skipLabels = { skip_labels: ['wip'] };
  expect(resolve({ review }, { review: { enabled: !enabled, ...skipLabels } }).review).toMatchObject({
    enabled,
    skipLabels: ['wip'],
  });
  expect(resolve({ review: skipLabels }, { review }).review).toMatchObject({ enabled, skipLabels: ['wip'] });
});

describe('askers', () => {
  it('of the binding replace those of the defaults as a whole', () => {
    const defaults = { askers: { groups: ['developers'], roles: ['Maintainers'] } };
    expect(resolve({}, defaults).askers).toEqual(defaults.askers);
    expect(resolve({ askers: { roles: ['Developers'] } }, defaults).askers).toEqual({
      groups: [],
      roles: ['Developers'],
    });
    expect(resolve({ askers: { groups: ['ops'] } }, defaults).askers).toEqual({ groups: ['ops'], roles: [] });
  });
});

describe('events', () => {
  it('of the binding replace those of the defaults as a whole, with the built-in format and events', () => {
    const defaults = { events: { url_ref: 'Team-A', format: 'slack', on: ['run.started', 'run.started'] } };
    expect(resolve({}, defaults).events).toEqual({ urlRef: 'team_a', format: 'slack', on: ['run.started'] });
    expect(resolve({ events: { url_ref: 'team_b' } }, defaults).events).toEqual({
      urlRef: 'team_b',
      format: 'generic',
      on: ['run.finished', 'run.needs-you', 'credential.ending'],
    });
  });
});

describe('trigger', () => {
  it.each<[DefaultsSource['trigger'], unknown]>([
    [undefined, { kind: 'status', status: 'AI Ready' }],
    ['Go', { kind: 'status', status: 'Go' }],
    [{ status: 'Go' }, { kind: 'status', status: 'Go' }],
    [{ assignee: 'a1' }, { kind: 'assignee', accountId: 'a1' }],
    [{ label: 'ai' }, { kind: 'label', label: 'ai' }],
  ])('%j is %j, in the binding or the defaults', (trigger, resolved) => {
    expect(resolve({ trigger }, { trigger: 'Other' }).trigger).toEqual(
      trigger === undefined ? { kind: 'status', status: 'Other' } : resolved,
    );
    expect(resolve({}, { trigger }).trigger).toEqual(resolved);
  });
});

it.each(['off', 'Off', 'OFF'])('leaves the issue alone after a merge with done: %s', (done) => {
  expect(resolveBinding({ ...SOURCE, statuses: { done } }).statuses.done).toBe('off');
});

describe('model', () => {
  const resolve = (model: DefaultsSource['model'], defaults: DefaultsSource = {}) =>
    resolveBinding({ ...SOURCE, ...(model === undefined ? {} : { model }) }, defaults).model;

  it('is one for all work, or one for each kind; what is not named is the one of the deployment', () => {
    expect(resolve('a')).toEqual({ coding: 'a', review: 'a', reply: 'a' });
    expect(resolve({ coding: 'a', reply: null })).toEqual({ coding: 'a' });
    expect(resolve({})).toBeUndefined();
  });

  it('of the binding replaces the one of the defaults as a whole', () => {
    expect(resolve({ reply: 'b' }, { model: 'a' })).toEqual({ reply: 'b' });
    expect(resolve(null, { model: 'a' })).toBeUndefined();
    expect(resolve(undefined, { model: 'a' })).toEqual({ coding: 'a', review: 'a', reply: 'a' });
  });
});

describe('instructions', () => {
  const resolve = (instructions: DefaultsSource['instructions'], defaults: DefaultsSource['instructions']) =>
    resolveBinding({ ...SOURCE, instructions }, { instructions: defaults }).instructions;

  it('are those of the defaults, and then those of the binding', () => {
    expect(resolve({ all: 'own', review: 'own review' }, { all: 'company\n', coding: 'company coding' })).toEqual({
      all: 'company\n\nown',
      coding: 'company coding',
      review: 'own review',
    });
    expect(resolve(null, { reply: 'company' })).toEqual({ reply: 'company' });
    expect(resolve(undefined, undefined)).toBeUndefined();
    expect(resolve({ all: null }, {})).toBeUndefined();
  });
});

describe('validate_env', () => {
  const resolve = (validate_env: DefaultsSource['validate_env'], defaults?: DefaultsSource['validate_env']) =>
    resolveBinding({ ...SOURCE, validate_env }, defaults === undefined ? {} : { validate_env: defaults }).validateEnv;

  it('has texts and names of secrets, in one spelling', () => {
    expect(resolve({ CI: 'true', NPM: { secret_ref: 'Npm-Read' } })).toEqual({
      CI: 'true',
      NPM: { secretRef: 'npm_read' },
    });
  });

  it('of the binding replaces the one of the defaults as a whole', () => {
    expect(resolve(undefined, { CI: 'true' })).toEqual({ CI: 'true' });
    expect(resolve({ B: 'x' }, { CI: 'true' })).toEqual({ B: 'x' });
    expect(resolve(null, { CI: 'true' })).toBeUndefined();
  });
});

describe('mode', () => {
  it('is the one of the binding, else of the defaults, else live', () => {
    expect(resolve({}, {}).mode).toBe('live');
    expect(resolve({}, { mode: 'shadow' }).mode).toBe('shadow');
    expect(resolve({ mode: 'live' }, { mode: 'shadow' }).mode).toBe('live');
  });

  it('takes back in shadow, also for each route, what would reach a ticket or a branch', () => {
    const asked = {
      plan: 'ask',
      plan_label: 'ai-plan',
      merge_target: 'on',
      repair_pipelines: 'on',
      stopped_label: 'ai-stopped',
      needs_answer_label: 'ai-asks',
      statuses: { done: 'Closed', stopped: 'Waiting', needs_answer: 'Asked' },
      review: { status: 'on', min_severity: 'major' },
    } as const;
    const routes = [{ name: 'web', when: { label: 'web' }, repo: 'group/web' }];
    const bindings = resolveBindings({ ...SOURCE, ...asked, routes, mode: 'shadow-board' });
    expect(bindings).toHaveLength(2);
    for (const binding of bindings) {
      expect(binding).toMatchObject({
        mode: 'shadow-board',
        plan: 'show',
        planLabel: 'ai-plan',
        mergeTarget: 'off',
        repairPipelines: 'off',
        statuses: { inProgress: 'In Progress', inReview: 'In Review', done: 'off' },
        review: { status: 'off', minSeverity: 'major' },
      });
      expect(Object.keys({ ...binding, ...binding.statuses })).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(stopped|needsAnswer)/)]),
      );
    }
  });

  it('is written into the map only where it is not live, which releases before it refuse', () => {
    expect(toRuntimeBinding(resolve({}, {}))).not.toHaveProperty('mode');
    expect(toRuntimeBinding(resolve({ mode: 'shadow' }, {}))).toMatchObject({ mode: 'shadow' });
  });
});

it.each<{ source: Parameters<typeof resolveBinding>[0]['back_ports']; bound: object; rendered: unknown }>([
  { source: 'release/{version}', bound: { backPorts: 'release/{version}' }, rendered: 'release/{version}' },
  { source: { branch: 'v{version}' }, bound: { backPorts: 'v{version}' }, rendered: 'v{version}' },
  {
    source: { branch: 'v{version}', resolve_conflicts: true },
    bound: { backPorts: 'v{version}', resolveBackPorts: true },
    rendered: { branch: 'v{version}', resolve_conflicts: true },
  },
  { source: null, bound: {}, rendered: undefined },
])('has conflicts of back-ports resolved only where the map says so: $source', ({ source, bound, rendered }) => {
  const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app', back_ports: source });
  const { backPorts, resolveBackPorts } = binding;
  expect({ ...(backPorts && { backPorts }), ...(resolveBackPorts && { resolveBackPorts }) }).toEqual(bound);
  expect(toRuntimeBinding(binding).back_ports).toEqual(rendered);
});

describe('what the agent does about its own review, and says on the ticket of changes that are asked for', () => {
  const on = { review: { fix_own_findings: true }, merge_request: { tell_requested_changes: true } };
  const resolved = (own: object, defaults: object) => {
    const { review, mergeRequest } = resolve(own, defaults);
    return [review.fixOwnFindings, mergeRequest.tellRequestedChanges];
  };

  it('is off unless the binding or its defaults say so, and off in shadow', () => {
    expect(resolved({}, {})).toEqual([undefined, undefined]);
    expect(resolved(on, {})).toEqual([true, true]);
    expect(resolved({}, on)).toEqual([true, true]);
    expect(resolved({ review: { fix_own_findings: false } }, on)[0]).toBeUndefined();
    expect(resolved({ ...on, mode: 'shadow' }, {})).toEqual([undefined, undefined]);
  });

  it('is written into the map only where it is on, because releases before refuse it', () => {
    const written = toRuntimeBinding(resolve(on, {}));
    expect(written).toMatchObject(on);
    const { review, merge_request } = toRuntimeBinding(resolve({}, {}));
    expect(review).not.toHaveProperty('fix_own_findings');
    expect(merge_request).not.toHaveProperty('tell_requested_changes');
  });
});
