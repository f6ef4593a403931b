import { expect, it } from 'vitest';

import { locateBinding } from './locate-binding.ts';

it('is the place where a binding names its Jira project, wherever that stands in it', () => {
  const text = 'bindings:\n  - repo: a/b\n    jira_project: PROJ\n  - {jira_project: OPS, repo: c/d}\n';

  expect([locateBinding(text, 0), locateBinding(text, 1)]).toEqual([
    { line: 3, column: 19 },
    { line: 4, column: 20 },
  ]);
});
