import { expect, it } from 'vitest';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { TaskError } from './errors.ts';
import { tolerate } from './tolerate.ts';

const refused = new TaskError('gitlab-forbidden');

it('logs a refusal and nothing else', async () => {
  const log = createMemoryLog();
  const event = { log, event: 'link not set', fields: { issueKey: 'A-1' } };

  expect(await tolerate(() => Promise.reject(refused), event)).toBe(false);
  expect(await tolerate(async () => 'done', event)).toBe(true);
  expect(log.lines).toEqual([{ level: 'warn', event: 'link not set', fields: { issueKey: 'A-1', error: refused } }]);
});

it.each([
  { what: 'what may pass by itself', error: new TaskError('gitlab-unavailable') },
  { what: 'a token that Jira refused', error: new TaskError('jira-unauthorized') },
  { what: 'a token that GitLab refused', error: new TaskError('gitlab-unauthorized') },
  { what: 'an app that Atlassian refused to sign in', error: new TaskError('jira-sign-in-refused') },
  { what: 'a bug', error: new TypeError('canary') },
  { what: 'what its caller counts as none', error: refused, isTolerable: () => false },
])('throws $what', async ({ error, ...options }) => {
  const log = createMemoryLog();
  await expect(tolerate(() => Promise.reject(error), { log, event: 'link not set', ...options })).rejects.toBe(error);
  expect(log.lines).toEqual([]);
});
