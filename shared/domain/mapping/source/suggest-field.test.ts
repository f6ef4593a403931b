import { describe, expect, it } from 'vitest';

import { findNear, suggestField } from './suggest-field.ts';

describe('findNear', () => {
  it.each([
    { word: 'al', near: 'all', far: 'a' },
    { word: 'reop', near: 'repo', far: 'rxxx' },
    { word: 'reviver', near: 'reviewer', far: 'rivvver' },
    { word: 'max_minut', near: 'max_minutes', far: 'mx_mn' },
    { word: 'target_bra', near: 'target_branch', far: 'target_b' },
  ])('takes $word for $near, and no word that is further away', ({ word, near, far }) => {
    const others = ['validate', near, 'ticket_fields'];

    expect(findNear(word, others)).toBe(near);
    expect(findNear(far, others)).toBeUndefined();
  });

  it('finds nothing among no words', () => {
    expect(findNear('x', [])).toBeUndefined();
  });
});

describe('suggestField', () => {
  it('lists no more names than fit a line or two', () => {
    const sentence = suggestField('zzzzzz', 'bindings');
    expect(sentence).toMatch(/^known here: jira_project, repo, .* and \d+ more \(docs\/configuration\.md\)$/);
    expect(sentence.length).toBeLessThan(160);
  });

  it.each([
    ['Target-Branch', 'bindings', 'did you mean target_branch?'],
    ['status', 'bindings', 'did you mean statuses or trigger.status or review.status?'],
    ['labels', 'bindings', 'it belongs under merge_request or no_code'],
    ['repo', 'defaults', 'it belongs to a binding'],
    ['owner', 'review', 'it belongs to the top of the file'],
    ['zzzzzz', 'statuses', 'known here: in_progress, in_review, done, stopped, needs_answer'],
    ['zzzzzz', 'validate_env', 'remove it'],
    ['trigger_label', 'bindings', 'write trigger: { label: ... }'],
    ['Trigger-Status', 'defaults', 'write trigger: { status: ... }'],
    ['status_in_progress', 'bindings', 'write statuses: { in_progress: ... }'],
    ['statuses_done', 'bindings', 'write statuses: { done: ... }'],
    ['budget_max_turns', 'bindings', 'write budget: { max_turns: ... }'],
    [
      'trigger_label',
      'review',
      'known here: enabled, on_push, paths, skip_labels, skip_title_words, skip_branches, resolution, min_severity and 7 more (docs/configuration.md)',
    ],
    // A word of another block is not suggested as one inside this block.
    ['on_push', 'budget', 'it belongs under review'],
  ])('says of %s in %s: %s', (key, block, sentence) => {
    expect(suggestField(key, block)).toBe(sentence);
  });
});
