import { describe, expect, it } from 'vitest';

import { aBinding } from '../../../test/builders/bindings.ts';
import { createBindings } from './bindings.ts';
import { diffMappings } from './diff-mappings.ts';
import { requiredCredentials } from './required-credentials.ts';
import type { BindingSource } from './source/mapping-source.ts';

function bindingOf(jira_project: string, source: Partial<BindingSource> = {}) {
  return aBinding({ jira_project, repo: `group/${jira_project.toLowerCase()}`, ...source });
}

describe('createBindings', () => {
  const list = [bindingOf('PROJ', { repo: 'Group/App' }), bindingOf('OPS', { repo: 'group/app' }), bindingOf('WEB')];
  const bindings = createBindings(list);

  it.each([
    ['PROJ', 'PROJ'],
    ['proj', 'PROJ'],
    ['NONE', undefined],
  ])('finds Jira project %s', (key, expected) => {
    expect(bindings.byJira(key)?.jiraProject).toBe(expected);
  });

  it.each([
    ['group/web', 'WEB'],
    ['GROUP/WEB', 'WEB'],
    ['group/app', 'PROJ'],
    ['group/none', undefined],
  ])('finds repository %s; the first binding speaks for a shared one', (repo, expected) => {
    expect(bindings.byRepo(repo)?.jiraProject).toBe(expected);
  });

  it('keeps the order', () => {
    expect(bindings.list).toBe(list);
  });
});

describe('diffMappings', () => {
  it('names what was added, removed and changed, field by field', () => {
    const before = [bindingOf('SAME'), bindingOf('GONE'), bindingOf('PROJ', { reviewer: 'ada' }), bindingOf('OPS')];
    const after = [
      bindingOf('NEW'),
      bindingOf('OPS', {
        trigger: { label: 'ai' },
        review: { on_push: false },
        budget: { max_turns: 5, runs_per_day: 2 },
      }),
      bindingOf('PROJ', { target_branch: 'develop', merge_request: { labels: ['ai'] } }),
      bindingOf('SAME'),
    ];

    expect(diffMappings(before, after)).toEqual({
      added: ['NEW'],
      removed: ['GONE'],
      changed: [
        { jiraProject: 'OPS', fields: ['trigger', 'review.on_push', 'budget.max_turns', 'budget.runs_per_day'] },
        { jiraProject: 'PROJ', fields: ['target_branch', 'reviewer', 'merge_request.labels'] },
      ],
    });
  });

  it('finds nothing in the same bindings in another order', () => {
    const [one, other] = [bindingOf('ONE'), bindingOf('OTHER')];

    expect(diffMappings([one, other], [other, one])).toEqual({ added: [], removed: [], changed: [] });
  });
});

describe('requiredCredentials', () => {
  it('lists each once, default first, with both names', () => {
    const bindings = [
      bindingOf('A1', { credential_ref: 'platform_team' }),
      bindingOf('B1'),
      bindingOf('C1', { credential_ref: 'Platform_Team' }),
    ];

    expect(requiredCredentials(bindings)).toEqual([
      { ref: 'default', environmentName: 'GITLAB_TOKEN', keyVaultName: 'gitlab-token', usedBy: ['B1'] },
      {
        ref: 'platform_team',
        environmentName: 'GITLAB_TOKEN__PLATFORM_TEAM',
        keyVaultName: 'gitlab-token--platform-team',
        usedBy: ['A1', 'C1'],
      },
    ]);
  });

  it('asks for no default credential that no binding uses', () => {
    expect(requiredCredentials([bindingOf('A1', { credential_ref: 'x' })]).map(({ ref }) => ref)).toEqual(['x']);
  });
});
