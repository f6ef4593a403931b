import { HttpRequest, InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import { parseRuntimeMapping } from '../../shared/domain/mapping/source/parse-runtime-mapping.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import type { MappingView } from '../../shared/services/projects/live-mapping.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createAdmit } from '../ingest/create-admit.ts';
import { createAuditTimer } from './audit-timer.ts';
import { createRequestAudit } from './request-audit.ts';

const SECRET = 'admin-secret-of-a-test';

function anEndpoint() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const parsed = parseRuntimeMapping(JSON.stringify({ mappings: { PROJ: { repo: 'group/app' } } }));
  if ('problems' in parsed) throw new Error('the map of this test must be valid');
  const common = { clock, log: silentLog, traceparent: () => undefined };
  const admit = createAdmit('request', { ...storage, ...common });
  const view = { bindings: createBindings(parsed.bindings) } as MappingView; // the only part that is read
  const handler = createRequestAudit({
    ...common,
    admit,
    mapping: { current: async () => view },
    adminSecret: new Secret(SECRET),
  });
  const post = async (body: unknown, headers: Record<string, string> = {}) =>
    handler(
      new HttpRequest({
        method: 'POST',
        url: 'http://localhost/api/audits',
        headers: { 'x-cmap-admin-secret': SECRET, ...headers },
        body: { string: typeof body === 'string' ? body : JSON.stringify(body) },
      }),
      new InvocationContext(),
    );
  return { clock, storage, post, admit, common };
}

it('answers 202 with the run that was queued', async () => {
  const { post, storage } = anEndpoint();

  const answer = await post({ fixVersion: '2.4.0', projects: ['PROJ'], scope: { train: 'november' } });

  expect(answer).toMatchObject({ status: 202, jsonBody: { runId: expect.stringMatching(/^run-/) } });
  const [run] = await storage.ledger.listOpen();
  expect(run).toMatchObject({
    state: 'queued',
    task: { kind: 'audit', fixVersion: '2.4.0', labels: { train: 'november' } },
  });
  expect(await storage.queue.lease({ visibilityTimeoutSeconds: 30 })).toMatchObject({ runId: run?.runId });
});

it('answers the same run within the minute, and for the same Idempotency-Key later', async () => {
  const { post, clock } = anEndpoint();
  const body = { fixVersion: '2.4.0' };

  const first = await post(body);
  expect(await post(body)).toMatchObject({
    status: 202,
    jsonBody: { ...(first as { jsonBody: object }).jsonBody, duplicate: true },
  });

  const keyed = await post(body, { 'idempotency-key': 'pipeline-7' });
  await clock.advance(60 * 60_000);
  expect(await post(body, { 'idempotency-key': 'pipeline-7' })).toMatchObject({
    jsonBody: { ...(keyed as { jsonBody: object }).jsonBody, duplicate: true },
  });
  expect(await post(body)).not.toHaveProperty('jsonBody.duplicate');
});

describe('refuses with one sentence', () => {
  const FIELDS = 'fixVersion, projects, repositories, from, to, environment, scope';

  it.each([
    { name: 'no secret', headers: { 'x-cmap-admin-secret': '' }, status: 401, error: /x-cmap-admin-secret/ },
    { name: 'text that is no JSON', body: 'fixVersion=2.4.0', status: 400, error: /must be JSON such as/ },
    { name: 'a list', body: [], status: 400, error: new RegExp(`must be an object with ${FIELDS}`) },
    { name: 'no version', body: {}, status: 400, error: /^fixVersion: / },
    { name: 'an empty version', body: { fixVersion: ' ' }, status: 400, error: 'fixVersion: must not be empty' },
    {
      name: 'a misspelt field',
      body: { fixVersion: '2.4.0', project: 'PROJ' },
      status: 400,
      error: `an audit has no field project; it takes ${FIELDS}`,
    },
    {
      name: 'a project that is no key',
      body: { fixVersion: '2.4.0', projects: ['my project'] },
      status: 400,
      error: 'projects.0: must be keys of Jira projects such as PROJ',
    },
    {
      name: 'a key of the sender that is too long',
      headers: { 'idempotency-key': 'k'.repeat(256) },
      status: 400,
      error: /idempotency-key/,
    },
    { name: 'a body that is too large', body: { fixVersion: 'v'.repeat(20_000) }, status: 413, error: /16384 bytes/ },
    {
      name: 'a project that is not mapped',
      body: { fixVersion: '2.4.0', projects: ['OPS'] },
      status: 422,
      error: 'The map has no binding of OPS; it has PROJ.',
    },
    {
      name: 'a repository that is not mapped',
      body: { fixVersion: '2.4.0', repositories: ['group/other'] },
      status: 422,
      error: 'No binding of the audited projects has the repository group/other.',
    },
  ])('$name', async ({ body = { fixVersion: '2.4.0' }, headers = {}, status, error }) => {
    const { post, storage } = anEndpoint();

    const answer = await post(body, headers);

    expect(answer).toMatchObject({
      status,
      jsonBody: { error: typeof error === 'string' ? error : expect.stringMatching(error) },
    });
    expect(await storage.ledger.listOpen()).toEqual([]);
  });
});

it('begins one audit for each version by timer, once for each tick', async () => {
  const { admit, common, storage, clock } = anEndpoint();
  const timer = createAuditTimer({ ...common, admit, versions: ['2.4.0', '2.5.0'] });
  const tick = () => timer({} as Parameters<typeof timer>[0], new InvocationContext()); // nothing reads the tick

  await tick();
  await tick();
  expect((await storage.ledger.listOpen()).map(({ task }) => task.scope).sort()).toEqual([
    'audit~2.4.0',
    'audit~2.5.0',
  ]);
  await clock.advance(24 * 60 * 60_000);
  await tick();
  expect(await storage.ledger.listOpen()).toHaveLength(4);
});
