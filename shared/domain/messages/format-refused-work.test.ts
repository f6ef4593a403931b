import { describe, expect, it } from 'vitest';
import { formatAllowSteps } from './format-refused-work.ts';

const CI = { path: '.gitlab-ci.yml', rule: 'protected-path', content: 'file 2222' };
const place = { kind: 'patch', name: 'cmap-run-1.patch' } as const;

describe('formatAllowSteps', () => {
  it('names no line to write where the work cannot be read', () => {
    expect(formatAllowSteps([CI], { place })).toEqual([expect.stringContaining('`/copilot allow .gitlab-ci.yml`')]);
    expect(formatAllowSteps([CI], { place: { kind: 'nowhere' } })).toEqual([]);
  });

  it('names no file that any rule refuses for good', () => {
    const secret = { path: CI.path, rule: 'secret', never: true as const };
    expect(formatAllowSteps([CI, secret], { place })).toEqual([]);
    const [line = ''] = formatAllowSteps([CI, secret, { path: 'Makefile', rule: 'protected-path' }], { place });
    expect(line).toContain('`/copilot allow Makefile`');
    expect(line).toContain('What else is refused stays refused');
  });

  it('says that a file is not what was let pass before', () => {
    const allowed = [{ ...CI, content: 'file 1111' }];
    const [told = '', line = ''] = formatAllowSteps([CI], { place, allowed });
    expect(told).toContain('`.gitlab-ci.yml` differs from what a maintainer let pass');
    expect(line).toContain('/copilot allow');
    expect(formatAllowSteps([CI], { place, allowed: [CI] })).toHaveLength(1);
  });
});
