import { HttpRequest, InvocationContext } from '@azure/functions';
import { beforeEach, expect, it, vi } from 'vitest';

import { SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { ReloadResult } from '../../shared/services/projects/live-mapping.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { createConfigReload } from './config-reload.ts';

const SECRET = 'admin-secret-of-a-test';
const CREDENTIAL = 'a-credential-that-looks-like-a-word';
const DIFF = { added: ['OPS'], removed: [], changed: [{ jiraProject: 'PROJ', fields: ['target_branch'] }] };

const clock = createSteppedClock(0);
beforeEach(() => {
  clock.time = 0;
});

function anEndpoint(...results: (ReloadResult | Error)[]) {
  const reload = vi.fn(async () => {
    const result = results.shift() ?? { diff: { added: [], removed: [], changed: [] }, generation: 9 };
    if (result instanceof Error) throw result;
    return result;
  });
  const handler = createConfigReload({
    mapping: { reload },
    adminSecret: new Secret(SECRET),
    redact: (text) => text.replaceAll(CREDENTIAL, '***'),
    clock,
    log: silentLog,
  });
  return { reload, post: (options?: PostOptions) => post(handler, options) };
}

interface PostOptions {
  secret?: string | undefined;
  body?: string;
  query?: Record<string, string>;
}

async function post(handler: ReturnType<typeof createConfigReload>, { body, query = {}, ...rest }: PostOptions = {}) {
  const secret = 'secret' in rest ? rest.secret : SECRET;
  const request = new HttpRequest({
    method: 'POST',
    url: 'http://localhost/api/config/reload',
    query,
    headers: secret === undefined ? {} : { 'x-cmap-admin-secret': secret },
    ...(body === undefined ? {} : { body: { string: body } }),
  });
  return handler(request, new InvocationContext());
}

it('answers what the new map adds, removes and changes', async () => {
  const { post } = anEndpoint({ diff: DIFF, generation: 3 });

  expect(await post()).toEqual({ status: 200, jsonBody: { generation: 3, ...DIFF } });
});

it.each([
  { name: 'no secret', options: { secret: undefined }, status: 401 },
  { name: 'another secret', options: { secret: `${SECRET}x` }, status: 401 },
  { name: 'another secret and a body', options: { secret: 'x', body: '{}' }, status: 401 },
  { name: 'a body', options: { body: '{"mappings":{}}' }, status: 400 },
  { name: 'an unknown dry-run', options: { query: { 'dry-run': 'maybe' } }, status: 400 },
])('refuses $name before anything is read', async ({ options, status }) => {
  const { post, reload } = anEndpoint();

  expect(await post(options)).toMatchObject({ status });
  expect(reload).not.toHaveBeenCalled();
});

it('refuses every request where no secret is configured', async () => {
  const reload = vi.fn();
  const handler = createConfigReload({ mapping: { reload }, redact: String, clock, log: silentLog });

  expect(await post(handler, { secret: '' })).toMatchObject({ status: 401 });
  expect(await post(handler)).toMatchObject({ status: 401 });
});

it('takes an empty body for none', async () => {
  expect(await anEndpoint().post({ body: '' })).toMatchObject({ status: 200 });
});

it('lists every problem of a bad map, and a corrected one need not wait', async () => {
  const problems = [
    { where: 'mappings.PROJ', message: 'repo is missing' },
    { where: 'mappings.OPS', message: 'No credential "x"' },
  ];
  const { post } = anEndpoint({ problems }, { diff: DIFF, generation: 1 });

  expect(await post()).toMatchObject({ status: 422, jsonBody: { problems } });
  expect(await post()).toMatchObject({ status: 200 });
});

it('names no credential of the deployment that was written into a field', async () => {
  const message = `${CREDENTIAL} is no credential_ref`;
  const { post } = anEndpoint({ problems: [{ where: `mappings.PROJ.${CREDENTIAL}`, message }] });

  expect(await post()).toMatchObject({
    status: 422,
    jsonBody: { problems: [{ where: 'mappings.PROJ.***', message: '*** is no credential_ref' }] },
  });
});

it('waits ten seconds between two reloads and says how long', async () => {
  const { post, reload } = anEndpoint();
  await post();
  clock.time = 2500;

  expect(await post()).toMatchObject({ status: 429, headers: { 'retry-after': '8' } });
  clock.time = 10_000;
  expect(await post()).toMatchObject({ status: 200 });
  expect(reload).toHaveBeenCalledTimes(2);
});

it('lets one of two reloads at once through', async () => {
  const { post } = anEndpoint();

  const statuses = (await Promise.all([post(), post()])).map((response) => response?.status);

  expect(statuses.toSorted()).toEqual([200, 429]);
});

it('only says what would change in a dry run, which costs no waiting', async () => {
  const { post, reload } = anEndpoint({ diff: DIFF, generation: 2 });

  expect(await post({ query: { 'dry-run': '1' } })).toEqual({
    status: 200,
    jsonBody: { dryRun: true, generation: 2, ...DIFF },
  });
  expect(reload).toHaveBeenCalledWith({ dryRun: true });
  expect(await post()).toMatchObject({ status: 200 });
});

it('answers 503 when storage is down, and may be asked again at once', async () => {
  const { post } = anEndpoint(new TaskError('storage-unavailable'));

  expect(await post()).toMatchObject({ status: 503, jsonBody: { error: 'storage-unavailable' } });
  expect(await post()).toMatchObject({ status: 200 });
});

it('slows down a sender that guesses, and never one that has the secret', async () => {
  const { post, reload } = anEndpoint();
  const answers = [];
  for (let count = 0; count < 40; count += 1) answers.push(await post({ secret: `guess ${count}` }));
  const statuses = answers.map((answer) => (answer && 'status' in answer ? answer.status : undefined));
  expect(statuses).toEqual([...Array.from({ length: 20 }, () => 401), ...Array.from({ length: 20 }, () => 429)]);
  expect(answers.at(-1)).toMatchObject({ headers: { 'retry-after': '2' } });
  expect(reload).not.toHaveBeenCalled();

  expect(await post()).toMatchObject({ status: 200 });
  clock.time += 2 * SECOND;
  expect(await post({ secret: 'guess' })).toMatchObject({ status: 401 });
});
