import { describe, expect, it } from 'vitest';

import { aBinding } from '../../../test/builders/bindings.ts';
import { createBindings } from './bindings.ts';
import { diffMappings } from './diff-mappings.ts';
import { requiredCredentials, requiredEventSecrets, requiredRunnerSecrets } from './required-credentials.ts';
import { findSharedRepositories } from './shared-repositories.ts';
import type { BindingSource } from './source/mapping-source.ts';

function bindingOf(jira_project: string, source: Partial<BindingSource> = {}) {
  return aBinding({ jira_project, repo: `group/${jira_project.toLowerCase()}`, ...source });
}

describe('createBindings', () => {
  const list = [bindingOf('PROJ', { repo: 'Group/App' }), bindingOf('OPS', { repo: 'group/app' }), bindingOf('WEB')];

  it.each([
    ['PROJ', 'PROJ'],
    ['proj', 'PROJ'],
    ['NONE', undefined],
  ])('finds Jira project %s', (key, expected) => {
    expect(createBindings(list).byJira(key)?.jiraProject).toBe(expected);
  });

  it.each([
    ['group/web', 'WEB'],
    ['GROUP/WEB', 'WEB'],
    ['group/app', 'PROJ'],
    ['group/none', undefined],
  ])('finds repository %s; the first binding speaks for a shared one', (repo, expected) => {
    expect(createBindings(list).byRepo(repo)?.jiraProject).toBe(expected);
  });

  it('keeps the order', () => {
    expect(createBindings(list).list).toBe(list);
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

  it('lists what was added and removed by name, and a trigger that changes as a whole', () => {
    const was = [bindingOf('C1'), bindingOf('A1'), bindingOf('SAME', { trigger: 'Ready' })];
    const is = [bindingOf('SAME', { trigger: 'Go' }), bindingOf('D1'), bindingOf('B1')];

    expect(diffMappings(was, is)).toEqual({
      added: ['B1', 'D1'],
      removed: ['A1', 'C1'],
      changed: [{ jiraProject: 'SAME', fields: ['trigger'] }],
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

  it('lists the others by name, in any order of the mapping', () => {
    const refs = ['c', 'a', 'default', 'd', 'b'];
    const bindings = refs.map((credential_ref, index) => bindingOf(`P${index}`, { credential_ref }));

    expect(requiredCredentials(bindings).map(({ ref }) => ref)).toEqual(['default', 'a', 'b', 'c', 'd']);
  });
});

describe('requiredEventSecrets', () => {
  it('are the URL of each webhook, and what signs where a program reads the events', () => {
    const bindings = [
      bindingOf('A1', { events: { url_ref: 'Team-A' } }),
      bindingOf('B1', { events: { url_ref: 'team_b', format: 'slack' } }),
      bindingOf('C1', { events: { url_ref: 'team_a', format: 'teams' } }),
      bindingOf('D1'),
    ];

    expect(requiredEventSecrets(bindings)).toEqual([
      {
        ref: 'team_a',
        environmentName: 'EVENTS_URL__TEAM_A',
        keyVaultName: 'events-url--team-a',
        usedBy: ['A1', 'C1'],
      },
      { ref: 'team_b', environmentName: 'EVENTS_URL__TEAM_B', keyVaultName: 'events-url--team-b', usedBy: ['B1'] },
      {
        ref: 'team_a',
        environmentName: 'EVENTS_SECRET__TEAM_A',
        keyVaultName: 'events-secret--team-a',
        usedBy: ['A1'],
      },
    ]);
  });
});

describe('requiredRunnerSecrets', () => {
  it('are those the variables name, each once for a binding, and no plain value', () => {
    const npm = { secret_ref: 'npm_read' };
    const bindings = [
      bindingOf('A1', { validate_env: { CI: 'true', NPM_TOKEN: npm, NODE_AUTH_TOKEN: npm } }),
      bindingOf('B1', { validate_env: { NPM_TOKEN: npm, PIP: { secret_ref: 'default' } } }),
      bindingOf('C1'),
    ];

    expect(requiredRunnerSecrets(bindings)).toEqual([
      { ref: 'default', environmentName: 'VALIDATE_SECRET', keyVaultName: 'validate-secret', usedBy: ['B1'] },
      {
        ref: 'npm_read',
        environmentName: 'VALIDATE_SECRET__NPM_READ',
        keyVaultName: 'validate-secret--npm-read',
        usedBy: ['A1', 'B1'],
      },
    ]);
  });
});

describe('findSharedRepositories', () => {
  it('names each repository of several projects, in any case, with the project that speaks for it', () => {
    const bindings = [
      bindingOf('A1', { repo: 'group/alone' }),
      bindingOf('B1', { repo: 'group/App' }),
      bindingOf('C1', { repo: 'group/two' }),
      bindingOf('D1', { repo: 'GROUP/app' }),
      bindingOf('E1', { repo: 'group/two' }),
      bindingOf('F1', { repo: 'group/app' }),
    ];

    expect(findSharedRepositories(bindings)).toEqual([
      { repo: 'group/App', speaker: 'B1', others: ['D1', 'F1'] },
      { repo: 'group/two', speaker: 'C1', others: ['E1'] },
    ]);
  });
});
