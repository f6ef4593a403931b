import { expect, it } from 'vitest';

import { TaskError } from '../kernel/errors.ts';
import { describeStartError } from './describe-start-error.ts';

it('says which setting to check when storage does not answer', () => {
  expect(describeStartError(new TaskError('storage-unavailable'))).toBe(
    'The storage account did not answer. Check AzureWebJobsStorage and that the account can be reached from here. (storage-unavailable)',
  );
});

it('gives the detail of other named failures', () => {
  expect(describeStartError(new TaskError('credential-unknown', { detail: 'No credential "x".' }))).toContain(
    'No credential "x".',
  );
});

it('passes the list of problems of settings and map', () => {
  expect(describeStartError(new Error('The settings cannot be used:\nA'))).toBe('The settings cannot be used:\nA');
});
