import { expect, it } from 'vitest';
import { TaskError } from '../../kernel/errors.ts';
import { explainConnection, HttpStatusError, statusOf, toTaskError, wasNeverSent } from './http-failure.ts';

it('finds the status behind an error, where there is one', () => {
  const failure = new HttpStatusError('GET', 'user', 418);
  expect(statusOf(toTaskError('gitlab', failure))).toBe(418);
  expect(statusOf(new TaskError('gitlab-unavailable', { cause: new Error('reset') }))).toBeUndefined();
});

it.each([
  { status: 400, code: 'refused' },
  { status: 401, code: 'unauthorized' },
  { status: 403, code: 'forbidden' },
  { status: 404, code: 'not-found' },
  { status: 405, code: 'refused' },
  { status: 408, code: 'unavailable' },
  { status: 410, code: 'refused' },
  { status: 429, code: 'rate-limited' },
  { status: 500, code: 'unavailable' },
])('$status is $code of either service', ({ status, code }) => {
  const failure = new HttpStatusError('GET', 'x', status);
  expect(toTaskError('gitlab', failure).code).toBe(`gitlab-${code}`);
  expect(toTaskError('jira', failure).code).toBe(`jira-${code}`);
});

it('only a request that found no connection was never sent', () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  expect(wasNeverSent(new TypeError('fetch failed', { cause: refused }))).toBe(true);
  expect(wasNeverSent(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))).toBe(false);
  expect(wasNeverSent(undefined)).toBe(false);
});

it('says what to do about a certificate that is not trusted, and nothing of what may pass', () => {
  const failed = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
  expect(explainConnection(failed('SELF_SIGNED_CERT_IN_CHAIN'))).toContain('NODE_EXTRA_CA_CERTS');
  expect(explainConnection(failed('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'))).toContain('NODE_EXTRA_CA_CERTS');
  expect(explainConnection(failed('ECONNRESET'))).toBeUndefined();
});
