import { expect, it } from 'vitest';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { withRemoteLinks } from './with-remote-links.ts';

const details = { subtasks: [], links: [], components: [], fixVersions: [], fields: [] };
const issue = anIssue({ details });
const wiki = { title: 'Rounding', url: 'https://wiki.example/7' };
const { signal } = new AbortController();

function read(listRemoteLinks: Jira['listRemoteLinks'], aborted = signal) {
  const log = createMemoryLog();
  return { result: withRemoteLinks(issue, { jira: { listRemoteLinks }, log }, aborted), log };
}

it('adds the pages that are linked, and not the merge requests of the agent', async () => {
  const own = { globalId: 'cmap-merge-request=https://gitlab.example/a/-/merge_requests/1', title: 'Merge request !1' };
  expect((await read(async () => [own, wiki]).result).details).toEqual({ ...details, remoteLinks: [wiki] });
});

it('leaves the issue as it is where there are none', async () => {
  expect(await read(async () => []).result).toBe(issue);
});

it.each(['jira-forbidden', 'jira-not-found', 'jira-unavailable', 'jira-rate-limited'] as const)(
  'goes on without them after %s',
  async (code) => {
    const { result, log } = read(() => Promise.reject(new TaskError(code)));
    expect(await result).toBe(issue);
    expect(log.lines.map(({ event }) => event)).toEqual(['remote links not read']);
  },
);

it('asks nothing of an issue that was read without its details', async () => {
  const bare = anIssue();
  const jira = { listRemoteLinks: () => Promise.reject(new Error('asked')) };
  expect(await withRemoteLinks(bare, { jira, log: createMemoryLog() }, signal)).toBe(bare);
});

it('ends when the run does, and hides no mistake of ours', async () => {
  const ended = AbortSignal.abort(new Error('lease lost'));
  await expect(read(() => Promise.reject(ended.reason), ended).result).rejects.toThrow('lease lost');
  await expect(read(() => Promise.reject(new TypeError('ours'))).result).rejects.toThrow('ours');
});
