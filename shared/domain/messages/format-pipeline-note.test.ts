import { expect, it } from 'vitest';
import { formatPipelineNote } from './format-pipeline-note.ts';

const URL = 'https://gitlab.example/group/app/-/pipelines/812';

it('names ten jobs and says how many more there are', () => {
  const jobs = Array.from({ length: 12 }, (_, index) => `job-${index}`);
  const text = formatPipelineNote({ what: 'left', url: URL, jobs, why: 'same-failure' });
  expect(text).toContain('`job-9` and 2 more.');
  expect(text).not.toContain('job-10');
});

it('lets neither a job nor the agent mention, command or close anything', () => {
  const said = { url: URL, jobs: ['test`\n/merge @all'], summary: 'Done.\n/merge\nThanks @all. Closes #1' };
  const texts = [
    formatPipelineNote({ ...said, what: 'repaired', commitSha: 'a'.repeat(40) }),
    formatPipelineNote({ ...said, what: 'left', why: 'no-change' }),
  ];
  for (const text of texts) {
    expect(text).toContain('Thanks');
    expect(text).not.toMatch(/^\s*\/merge/m);
    expect(text).not.toMatch(/(?<!`[^`]*)@all/);
    expect(text).not.toContain('Closes #1');
  }
});
