import { describe, expect, it } from 'vitest';

import { aBinding } from '../../../test/builders/bindings.ts';
import { toRuntimeBinding } from './runtime-mapping.ts';
import type { BindingSource } from './source/mapping-source.ts';

const write = (source: Partial<BindingSource> = {}) => toRuntimeBinding(aBinding(source));

describe('toRuntimeBinding', () => {
  it('writes every field in the words of the mapping', () => {
    // Each value differs from what is built in, so that none can stand in the place of another.
    const source: Partial<BindingSource> = {
      target_branch: 'develop',
      credential_ref: 'team_a',
      trigger: { label: 'ai' },
      askers: { groups: ['developers'], roles: ['Maintainers'] },
      statuses: {
        in_progress: 'Doing',
        in_review: 'Checking',
        done: 'Closed',
        stopped: 'Waiting',
        needs_answer: 'Asked',
      },
      reviewer: 'account-1',
      stopped_label: 'ai-stopped',
      needs_answer_label: 'ai-asks',
      plan: 'ask',
      plan_label: 'ai-plan',
      merge_request: { labels: ['ai-made'], assignee: 'ada', reviewers: ['bob'] },
      validate: 'npm test',
      validate_env: { CI: 'true', NPM_TOKEN: { secret_ref: 'npm_read' } },
      image: 'python',
      repair_rounds: 1,
      merge_target: 'off',
      repair_pipelines: 'off',
      protected_paths: ['infra/**'],
      limits: { max_files: 1, max_file_kb: 2, max_binary_kb: 3, max_change_kb: 4, max_deleted_percent: 5 },
      commit: { subject: 'fix: {summary}', sign_off: true },
      review: {
        enabled: false,
        on_push: false,
        paths: ['src/**'],
        skip_labels: ['no-review'],
        skip_title_words: ['WIP'],
        skip_branches: ['release/*'],
        resolution: 'resolve',
        min_severity: 'major',
        status: 'on',
      },
      ticket_fields: ['Environment'],
      attachments: { max_files: 3, max_file_kb: 100 },
      acceptance_criteria_field: 'Criteria',
      instructions: { all: 'a', coding: 'b', review: 'c', reply: 'd' },
      model: { coding: 'm1', review: 'm2', reply: 'm3' },
      budget: {
        max_turns: 6,
        max_tokens: 7,
        max_minutes: 8,
        runs_per_day: 9,
        tokens_per_day: 10,
        runs_per_month: 11,
        tokens_per_month: 12,
        cost_per_month: 13.5,
      },
      branch_prefix: 'ai/',
      max_concurrent_runs: 11,
      events: { url_ref: 'team_b', format: 'slack', on: ['run.started'] },
      notices_issue: 'OPS-1',
    };
    const { audit, ...written } = write({ ...source, audit: { paths: ['services/**'] } });

    expect(written).toEqual({ repo: 'group/app', ...source });
    expect(audit).toMatchObject({ paths: ['services/**'], approvals: { required: 1 } });
  });

  it.each<{ name: string; model: BindingSource['model']; written: unknown }>([
    { name: 'as one name where all work has it, as older versions read it', model: 'a', written: 'a' },
    {
      name: 'by kind where the answers have another',
      model: { coding: 'a', review: 'a', reply: 'b' },
      written: { coding: 'a', review: 'a', reply: 'b' },
    },
    {
      name: 'by kind where the code has another',
      model: { coding: 'b', review: 'a', reply: 'a' },
      written: { coding: 'b', review: 'a', reply: 'a' },
    },
    {
      name: 'by kind where one is left to the deployment',
      model: { coding: 'a', reply: 'a' },
      written: { coding: 'a', review: null, reply: 'a' },
    },
    { name: 'as none where there is none', model: undefined, written: null },
  ])('writes the model $name', ({ model, written }) => {
    expect(write({ model }).model).toEqual(written);
  });

  it.each<[BindingSource['trigger'], unknown]>([
    ['Ready', { status: 'Ready' }],
    [{ assignee: 'account-1' }, { assignee: 'account-1' }],
    [{ label: 'ai' }, { label: 'ai' }],
  ])('writes the trigger %j', (trigger, written) => {
    expect(write({ trigger }).trigger).toEqual(written);
  });

  it('writes null for each kind of work that has no instructions', () => {
    expect(write({ instructions: { review: 'Be brief.' } }).instructions).toEqual({
      all: null,
      coding: null,
      review: 'Be brief.',
      reply: null,
    });
    expect(write().instructions).toBeNull();
  });
});

describe('conventions of a house', () => {
  const source: Partial<BindingSource> = {
    type_words: { Bug: 'fix', Story: 'feat', other: 'chore' },
    branch_prefix: '{type}/',
    merge_request: {
      title: '{type}: {key} {summary}',
      description: { template: 'Default' },
      labels: [],
      assignee: null,
      reviewers: { users: ['ada'], codeowners: true, jira: 'reporter', max: 2 },
      ready: 'when-green',
      squash: true,
    },
    commit: {
      subject: '{type}: {summary}',
      sign_off: true,
      co_authors: ['Ada <ada@example.com>'],
      signing_key_ref: 'platform',
    },
  };

  it('are written in the words of the mapping', () => {
    expect(write(source)).toMatchObject(source);
    expect(aBinding(write(source) as Partial<BindingSource>).mergeRequest).toEqual(aBinding(source).mergeRequest);
    expect(write({ merge_request: { description: '{change}' } }).merge_request.description).toBe('{change}');
  });

  it('are not written where a binding has none, because releases before them refuse them', () => {
    const { merge_request, ...rest } = write();
    expect(merge_request).toEqual({ labels: [], assignee: null, reviewers: [] });
    expect(rest).not.toHaveProperty('type_words');
    expect(rest.commit).toEqual({ subject: '{key}: {summary}', sign_off: false });
    expect(write({ merge_request: { ready: 'by-people', reviewers: ['ada'] } }).merge_request).toEqual({
      labels: [],
      assignee: null,
      reviewers: ['ada'],
    });
  });
});
