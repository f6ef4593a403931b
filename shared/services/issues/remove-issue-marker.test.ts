import { expect, it } from 'vitest';

import { anIssue } from '../../../test/builders/jira.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { removeIssueMarker } from './remove-issue-marker.ts';

async function remove(marker: unknown, refusal?: TaskError): Promise<string[]> {
  const removed: string[] = [];
  const jira = {
    async deleteProperty(key: string, property: string) {
      if (refusal) throw refusal;
      removed.push(`${key} ${property}`);
    },
  };
  await removeIssueMarker(anIssue({ marker }), 'run-1', { jira, log: silentLog });
  return removed;
}

const ours = { run: 'run-1', agentId: 'cmap', expiresAt: 1 };

it.each([
  { name: 'of the run', marker: ours, removed: ['PROJ-12 cmap.claim'] },
  { name: 'of another run', marker: { ...ours, run: 'run-2' }, removed: [] },
  { name: 'that is none', marker: 'run-1', removed: [] },
  { name: 'that is not there', marker: undefined, removed: [] },
])('a marker $name: $removed', async ({ marker, removed }) => {
  expect(await remove(marker)).toEqual(removed);
});

it('costs nothing where the account may not write properties, and is tried again when Jira does not answer', async () => {
  expect(await remove(ours, new TaskError('jira-forbidden'))).toEqual([]);
  await expect(remove(ours, new TaskError('jira-unavailable'))).rejects.toMatchObject({ code: 'jira-unavailable' });
});
