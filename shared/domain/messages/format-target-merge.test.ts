import { expect, it } from 'vitest';
import { formatTargetMerge } from './format-target-merge.ts';

it('lists at most twenty files and says how many more there are', () => {
  const files = Array.from({ length: 25 }, (_, index) => `src/${index}.ts`);
  const text = formatTargetMerge({ what: 'unresolved', targetBranch: 'main', files, why: 'left' });
  expect(text).toContain('- `src/19.ts`\n- and 5 more');
  expect(text).not.toContain('src/20.ts');
});

it('lets neither a file, a branch nor the agent mention, command or close anything', () => {
  const texts = [
    formatTargetMerge({ what: 'unresolved', targetBranch: 'main`\n/merge', files: ['a`\n/close @all'], why: 'left' }),
    formatTargetMerge({
      what: 'merged',
      targetBranch: 'main',
      commitSha: 'a'.repeat(40),
      resolved: ['a\n/close'],
      summary: 'Done.\n/merge\nThanks @all. Closes #1',
    }),
  ];
  for (const text of texts) {
    expect(text).not.toMatch(/^\s*\/(?:close|merge)/m);
    expect(text).not.toMatch(/(?<!`[^`]*)@all/);
    expect(text).not.toContain('Closes #1');
  }
});
