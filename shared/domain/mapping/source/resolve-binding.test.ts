import { describe, expect, it } from 'vitest';

import { BUILT_IN_DEFAULTS } from '../defaults.ts';
import type { DefaultsSource } from './mapping-source.ts';
import { resolveBinding } from './resolve-binding.ts';

const SOURCE = { jira_project: 'PROJ', repo: 'group/app' };

/** A value for each field of `review` that is not the built-in one, and another one. */
const REVIEW = {
  enabled: { values: [false, true], field: 'enabled' },
  on_push: { values: [false, true], field: 'onPush' },
  paths: { values: [['src/**'], ['docs/**']], field: 'paths' },
  skip_labels: { values: [['wip'], ['no-ai']], field: 'skipLabels' },
  skip_title_words: { values: [['WIP'], ['Draft']], field: 'skipTitleWords' },
  skip_branches: { values: [['release/*'], ['hotfix/*']], field: 'skipBranches' },
  resolution: { values: ['resolve', 'off'], field: 'resolution' },
  min_severity: { values: ['minor', 'blocker'], field: 'minSeverity' },
  status: { values: ['on', 'off'], field: 'status' },
} as const satisfies Record<string, { values: readonly unknown[]; field: keyof typeof BUILT_IN_DEFAULTS.review }>;

describe.each(Object.entries(REVIEW))('review.%s', (name, { values: [byDefault, own], field }) => {
  const block = (value: unknown) => ({ review: { [name]: value } }) as DefaultsSource; // a table of all its fields

  it('is the one of the binding, else of the defaults, else the built-in one', () => {
    const resolve = (source: DefaultsSource, defaults: DefaultsSource) =>
      resolveBinding({ ...SOURCE, ...source }, defaults).review[field];
    expect(resolve({}, {})).toEqual(BUILT_IN_DEFAULTS.review[field]);
    expect(resolve({}, block(byDefault))).toEqual(byDefault);
    expect(resolve(block(own), block(byDefault))).toEqual(own);
    expect(resolve({ review: {} }, block(byDefault))).toEqual(byDefault);
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
