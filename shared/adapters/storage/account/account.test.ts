import { expect, it } from 'vitest';
import { assertPrefix, buildEndpoint } from './account.ts';

const credential = { getToken: async () => null };

it('a service is reached by the name of its account, or by the URL that was given', () => {
  const endpoints = { queue: 'https://q.test', table: 'https://t.test', blob: 'https://b.test' };
  expect(buildEndpoint({ accountName: 'acme', credential }, 'queue')).toBe('https://acme.queue.core.windows.net');
  expect(buildEndpoint({ accountName: 'acme', credential }, 'blob')).toBe('https://acme.blob.core.windows.net');
  expect(buildEndpoint({ endpoints, credential }, 'table')).toBe('https://t.test');
});

it.each(['', 'a', 't1x', 'a1234567890123456789'])('the prefix "%s" may begin a name', (prefix) => {
  expect(() => assertPrefix(prefix)).not.toThrow();
});

it.each(['1a', 'A', 'a-b', 'a_', ' a', 'a ', 'a12345678901234567890'])('the prefix "%s" may not', (prefix) => {
  expect(() => assertPrefix(prefix)).toThrow(
    new RangeError('A storage name prefix has at most 20 lower case letters and digits and begins with a letter'),
  );
});
