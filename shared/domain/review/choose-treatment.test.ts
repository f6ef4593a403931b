import { describe, expect, it } from 'vitest';
import { AGENT, OTHER_BOT, PERSON } from '../../../test/fixtures/discussions.ts';
import type { BotRules } from '../mapping/binding.ts';
import { BUILT_IN_DEFAULTS } from '../mapping/defaults.ts';
import { chooseTreatment, type TreatedMergeRequest } from './choose-treatment.ts';

const RENOVATE = { id: 4, username: 'renovate-bot', name: '', bot: false };
const UPDATE = { kind: 'dependency-update', isSummaryOnly: false };
const SKIPPED_BOT = { kind: 'skip', reason: 'bot-author' };
const SKIPPED_UPDATE = { kind: 'skip', reason: 'dependency-update' };
const USUAL = { kind: 'usual' };

function treat(about: Partial<TreatedMergeRequest>, rules: Partial<BotRules> = {}, changedPaths?: readonly string[]) {
  const { bots } = BUILT_IN_DEFAULTS.review;
  const builtIn = {
    ...bots,
    authors: [],
    dependencyBranches: [...bots.dependencyBranches],
    dependencyLabels: [...bots.dependencyLabels],
  };
  const mergeRequest = { author: OTHER_BOT, sourceBranch: 'feature/x', labels: [], ...about };
  return chooseTreatment(
    mergeRequest,
    { ...builtIn, ...rules },
    { self: AGENT, ...(changedPaths ? { changedPaths } : {}) },
  );
}

describe('without rules of the binding', () => {
  it.each([
    ['of a bot is skipped', { author: OTHER_BOT }, SKIPPED_BOT],
    ['of Renovate is skipped as one of any bot', { author: RENOVATE }, SKIPPED_BOT],
    ['of a person is as usual', { author: PERSON }, USUAL],
    [
      'of a person on a branch like those of Renovate is as usual',
      { author: PERSON, sourceBranch: 'renovate/x' },
      USUAL,
    ],
    ['of the agent itself is as usual, although it is a bot', { author: AGENT }, USUAL],
  ])('a merge request %s', (_, about, treatment) => {
    expect(treat(about)).toEqual(treatment);
  });
});

describe('what is a dependency update', () => {
  const rules = { mergeRequests: 'review', dependencyUpdates: 'review' } as const;
  it.each<{
    name: string;
    about: Partial<TreatedMergeRequest>;
    paths?: string[];
    rules?: Partial<BotRules>;
    is: object;
  }>([
    { name: 'by its author', about: { author: RENOVATE }, is: UPDATE },
    { name: 'by its branch', about: { sourceBranch: 'dependabot/npm/left-pad-1.3.0' }, is: UPDATE },
    {
      name: 'by a branch of the binding',
      about: { sourceBranch: 'deps-x' },
      rules: { dependencyBranches: ['deps-*'] },
      is: UPDATE,
    },
    { name: 'by its label, in any case', about: { labels: ['Dependencies'] }, is: UPDATE },
    { name: 'by its files', about: {}, paths: ['web/package.json', 'web/package-lock.json', 'Dockerfile'], is: UPDATE },
    { name: 'not by some of its files', about: {}, paths: ['package.json', 'src/index.ts'], is: USUAL },
    { name: 'not by no files', about: {}, paths: [], is: USUAL },
    {
      name: 'of an account that only the binding calls a bot',
      about: { author: { ...PERSON, username: 'Mirror-7' }, sourceBranch: 'renovate/x' },
      rules: { authors: ['mirror-*'] },
      is: UPDATE,
    },
    { name: 'not yet, while its files are not known', about: {}, is: { kind: 'undecided' } },
    { name: 'never of a person', about: { author: PERSON }, paths: ['package.json'], is: USUAL },
    {
      name: 'not of an author whose name a delivery does not know',
      about: { author: { ...PERSON, username: '' } },
      rules: { authors: ['*'] },
      is: USUAL,
    },
  ])('$name', ({ about, paths, rules: more = {}, is }) => {
    expect(treat(about, { ...rules, ...more }, paths)).toEqual(is);
  });
});

describe('what is done', () => {
  it.each<[BotRules['mergeRequests'], BotRules['dependencyUpdates'], object, object]>([
    ['review', 'skip', USUAL, SKIPPED_UPDATE],
    ['skip', 'review', SKIPPED_BOT, UPDATE],
    ['skip', 'summary', SKIPPED_BOT, { kind: 'dependency-update', isSummaryOnly: true }],
    ['review', 'review', USUAL, UPDATE],
  ])('with bots: %s and dependency_updates: %s', (mergeRequests, dependencyUpdates, ofBot, ofUpdate) => {
    const rules = { mergeRequests, dependencyUpdates };
    expect(treat({}, rules, ['src/index.ts'])).toEqual(ofBot);
    expect(treat({ author: RENOVATE }, rules)).toEqual(ofUpdate);
  });
});
