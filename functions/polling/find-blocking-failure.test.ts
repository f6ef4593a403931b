import { expect, it } from 'vitest';

import { type ErrorCode, TaskError } from '../../shared/kernel/errors.ts';
import { findBlockingFailure } from './find-blocking-failure.ts';

const seldom = () => false;
const often = () => true;

it.each<{ code: ErrorCode; blocks: boolean; blocksAfterMany: boolean }>([
  { code: 'storage-unavailable', blocks: true, blocksAfterMany: true },
  { code: 'storage-refused', blocks: true, blocksAfterMany: true },
  { code: 'gitlab-unavailable', blocks: true, blocksAfterMany: false },
  { code: 'gitlab-rate-limited', blocks: true, blocksAfterMany: true },
  { code: 'jira-rate-limited', blocks: true, blocksAfterMany: true },
  { code: 'jira-sign-in-failed', blocks: true, blocksAfterMany: true },
  { code: 'key-vault-unavailable', blocks: true, blocksAfterMany: true },
  { code: 'unexpected', blocks: true, blocksAfterMany: false },
  { code: 'gitlab-unauthorized', blocks: true, blocksAfterMany: true },
  { code: 'jira-unauthorized', blocks: true, blocksAfterMany: true },
  { code: 'jira-sign-in-refused', blocks: true, blocksAfterMany: true },
  { code: 'key-vault-forbidden', blocks: true, blocksAfterMany: true },
  { code: 'credential-unknown', blocks: true, blocksAfterMany: true },
  { code: 'gitlab-not-found', blocks: false, blocksAfterMany: false },
  { code: 'jira-forbidden', blocks: false, blocksAfterMany: false },
])('an item that fails with $code keeps the poller: $blocks, and after many failures: $blocksAfterMany', (row) => {
  const failure = new TaskError(row.code);
  expect(findBlockingFailure(failure, seldom)).toBe(row.blocks ? failure : undefined);
  expect(findBlockingFailure(failure, often)).toBe(row.blocksAfterMany ? failure : undefined);
});

it('keeps the poller for a bug, with the bug as its cause, until the item is given up', () => {
  const bug = new RangeError('bug');
  expect(findBlockingFailure(bug, seldom)).toMatchObject({ code: 'unexpected', cause: bug });
  expect(findBlockingFailure(bug, often)).toBeUndefined();
});

it('counts no failure of storage or a credential, no rate limit, and none that is final, against the item', () => {
  let counted = 0;
  const count = () => {
    counted += 1;
    return false;
  };
  findBlockingFailure(new TaskError('storage-unavailable'), count);
  findBlockingFailure(new TaskError('gitlab-unauthorized'), count);
  findBlockingFailure(new TaskError('gitlab-rate-limited'), count);
  findBlockingFailure(new TaskError('gitlab-not-found'), count);
  expect(counted).toBe(0);
  findBlockingFailure(new TaskError('gitlab-unavailable'), count);
  expect(counted).toBe(1);
});
