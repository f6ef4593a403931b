import { expect, it } from 'vitest';
import { toStorageError } from '../../shared/adapters/storage/account/storage-error.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { describeFailure } from './describe-error.ts';

const notSignedIn = Object.assign(new Error('EnvironmentCredential is unavailable'), {
  name: 'AggregateAuthenticationError',
});

it.each([
  { name: 'storage', error: toStorageError(notSignedIn) },
  { name: 'a vault', error: new TaskError('key-vault-unavailable', { cause: notSignedIn }) },
])('says how to sign in where $name could not be asked', ({ error }) => {
  expect(error).toBeInstanceOf(TaskError);
  expect(describeFailure(error as TaskError)).toMatch(/ did not answer\. (.*\. )?Run `az login`, then try again\.$/);
});

it('says what to check where the service is away', () => {
  expect(describeFailure(new TaskError('storage-unavailable'))).toBe(
    'The storage account did not answer. Check AzureWebJobsStorage and whether this machine may reach the storage account.',
  );
});
