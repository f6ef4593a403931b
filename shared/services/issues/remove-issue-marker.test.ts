import { expect, it } from 'vitest';

import { anIssue } from '../../../test/builders/jira.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { removeIssueMarker } from './remove-issue-marker.ts';

async function remove(claim: unknown, refusal?: TaskError): Promise<string[]> {
  const removed: string[] = [];
  const jira = {
    async deleteProperty(key: string, property: string) {
      if (refusal) throw refusal;
      removed.push(`${key} ${property}`);
    },
  };
  await removeIssueMarker(anIssue({ claim }), 'run-1', { jira, log: silentLog });
  return removed;
}

const marker = { run: 'run-1', agentId: 'cmap', expiresAt: 1 };

it.each([
  { name: 'of the run', claim: marker, removed: ['PROJ-12 cmap.claim'] },
  { name: 'of another run', claim: { ...marker, run: 'run-2' }, removed: [] },
  { name: 'that is none', claim: 'run-1', removed: [] },
  { name: 'that is not there', claim: undefined, removed: [] },
])('a marker $name: $removed', async ({ claim, removed }) => {
  expect(await remove(claim)).toEqual(removed);
});

it('costs nothing where the account may not write properties, and is tried again when Jira does not answer', async () => {
  expect(await remove(marker, new TaskError('jira-forbidden'))).toEqual([]);
  await expect(remove(marker, new TaskError('jira-unavailable'))).rejects.toMatchObject({ code: 'jira-unavailable' });
});
