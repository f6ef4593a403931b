import { describe, expect, it } from 'vitest';
import { TaskError } from '../../../kernel/errors.ts';
import { describeStorageError, toStorageError } from './storage-error.ts';

/** An error with what the clients of Azure add to one. */
function anError(fields: object): Error {
  return Object.assign(new Error('x'), fields);
}

describe('the status and code of an error', () => {
  it.each([
    {
      name: 'of a queue or blob',
      fields: { statusCode: 404, code: 'BlobNotFound' },
      status: 404,
      code: 'BlobNotFound',
    },
    {
      name: 'of a table',
      fields: { statusCode: 409, details: { odataError: { code: 'EntityAlreadyExists' } } },
      status: 409,
      code: 'EntityAlreadyExists',
    },
    {
      name: 'of a table whose client knows it already',
      fields: { statusCode: 409, code: 'A', details: { odataError: { code: 'B' } } },
      status: 409,
      code: 'A',
    },
    { name: 'of a connection', fields: { code: 'ECONNRESET' }, status: undefined, code: 'ECONNRESET' },
    { name: 'that is of another kind', fields: { statusCode: '404', code: 7, details: 'x' } },
    { name: 'with details of another kind', fields: { statusCode: 500, details: { other: 1 } }, status: 500 },
    { name: 'without any', fields: {} },
  ])('are read from one $name', ({ fields, status, code }) => {
    expect(describeStorageError(anError(fields))).toEqual({ status, code });
  });

  it.each([undefined, null, 'x', { statusCode: 404, code: 'x' }])('are none of what is no error: %j', (thrown) => {
    expect(describeStorageError(thrown)).toStrictEqual({ status: undefined, code: undefined });
  });
});

describe('a failed call', () => {
  it.each([
    { fields: { statusCode: 500 } },
    { fields: { statusCode: 503, code: 'ServerBusy' } },
    { fields: { statusCode: 408 } },
    { fields: { statusCode: 429 } },
    { fields: { statusCode: 409, code: 'QueueBeingDeleted' } },
    { fields: { statusCode: 409, details: { odataError: { code: 'TableBeingDeleted' } } } },
    { fields: { code: 'ECONNREFUSED' } },
    { fields: { name: 'AbortError' } },
    { fields: { name: 'TimeoutError' } },
  ])('may succeed later: $fields', ({ fields }) => {
    const cause = anError(fields);
    const error = toStorageError(cause);
    expect(error).toMatchObject({ code: 'storage-unavailable', cause });
    expect((error as TaskError).detail).toBeUndefined();
  });

  it.each([
    { fields: { statusCode: 499, code: 'Odd' }, detail: '499 Odd' },
    { fields: { statusCode: 403, code: 'AuthorizationFailure' }, detail: '403 AuthorizationFailure' },
    { fields: { statusCode: 404, details: { odataError: { code: 'TableNotFound' } } }, detail: '404 TableNotFound' },
    { fields: { statusCode: 400 }, detail: '400' },
  ])('is a refusal that says why: $detail', ({ fields, detail }) => {
    const cause = anError(fields);
    expect(toStorageError(cause)).toMatchObject({ code: 'storage-refused', detail, cause });
  });

  it('of a process that is not signed in says so', () => {
    const cause = anError({ name: 'CredentialUnavailableError', statusCode: 400 });
    expect(toStorageError(cause)).toMatchObject({
      code: 'storage-unavailable',
      detail: 'This process could not sign in to Azure.',
      cause,
    });
  });

  it.each([
    new Error('a bug'),
    Object.assign(new TypeError('a bug'), { statusCode: 404 }),
    Object.assign(new RangeError('a bug'), { statusCode: 404 }),
    Object.assign(new TaskError('run-unknown'), { statusCode: 404 }),
    'text',
    { name: 'AbortError' },
  ])('of our own is no answer of storage: %s', (error) => {
    expect(toStorageError(error)).toBe(error);
  });
});
