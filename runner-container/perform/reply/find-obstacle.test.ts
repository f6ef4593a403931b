import { describe, expect, it } from 'vitest';

import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { aBinding, aReviewBinding } from '../../../test/builders/bindings.ts';
import { only } from '../../../test/doubles/only.ts';
import { aMergeRequest, PERSON } from '../../../test/fixtures/discussions.ts';
import { findObstacle } from './find-obstacle.ts';

const branch = { name: 'feature/cache', sha: 'a'.repeat(40), isProtected: false };

describe('what keeps the agent from pushing for a person', () => {
  it.each<{
    name: string;
    level: number;
    found?: Partial<typeof branch> | 'none';
    fork?: boolean;
    binding?: Binding;
    obstacle: string | undefined;
  }>([
    { name: 'a developer', level: 30, obstacle: undefined },
    { name: 'a reporter', level: 20, obstacle: 'no-permission' },
    { name: 'a person without membership', level: 0, obstacle: 'no-permission' },
    { name: 'a developer at a protected branch', level: 30, found: { isProtected: true }, obstacle: 'no-permission' },
    { name: 'a maintainer at a protected branch', level: 40, found: { isProtected: true }, obstacle: undefined },
    { name: 'an owner at a deleted branch', level: 50, found: 'none', obstacle: 'branch-deleted' },
    { name: 'an owner at a fork', level: 50, fork: true, obstacle: 'fork' },
    { name: 'a stranger at a fork', level: 0, fork: true, obstacle: 'no-permission' },
    { name: 'an owner without a Jira project', level: 50, binding: aReviewBinding(), obstacle: 'reviews-only' },
    { name: 'a reporter without one', level: 20, binding: aReviewBinding(), obstacle: 'no-permission' },
  ])('$name', async ({ level, found = {}, fork = false, binding = aBinding(), obstacle }) => {
    const gitlab = only<GitLab>({
      getAccessLevel: async () => level,
      findBranch: async () => (found === 'none' ? undefined : { ...branch, ...found }),
    });
    const mergeRequest = aMergeRequest(fork ? { sourceProjectId: 8 } : {});
    expect(await findObstacle({ gitlab, mergeRequest, binding }, PERSON)).toBe(obstacle);
  });
});
