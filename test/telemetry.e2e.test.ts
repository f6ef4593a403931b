import { execFile } from 'node:child_process';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { type RunningServer, startServer } from '../sandbox/http/start-server.ts';

const Attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) });
const Traces = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(Attribute) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(z.object({ name: z.string(), traceId: z.string(), parentSpanId: z.string().optional() })),
        }),
      ),
    }),
  ),
});
const Metrics = z.object({
  resourceMetrics: z.array(
    z.object({ scopeMetrics: z.array(z.object({ metrics: z.array(z.object({ name: z.string() })) })) }),
  ),
});

interface Delivery {
  path: string | undefined;
  apiKey: string | string[] | undefined;
  contentType: string | undefined;
  body: unknown;
}

let collector: RunningServer;
let endpoint: string;
let deliveries: Delivery[];
let status: number;

beforeEach(async () => {
  deliveries = [];
  status = 200;
  collector = await startServer(async (request, response) => {
    const { 'content-type': contentType, 'api-key': apiKey } = request.headers;
    deliveries.push({ path: request.url, apiKey, contentType, body: await json(request) });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  endpoint = collector.url;
});

afterEach(() => collector.close());

/** A process with telemetry: one span inside another, one metric, then the end. Its lines are its log. */
async function runProgram(environment: Record<string, string>) {
  const program = `
    import { Secret } from './shared/kernel/secret.ts';
    import { systemClock } from './shared/kernel/clock.ts';
    import { createJsonLog } from './shared/adapters/telemetry/json-log.ts';
    import { createRedactor } from './shared/kernel/redaction/redact.ts';
    import { startTelemetry } from './shared/adapters/telemetry/start-telemetry.ts';
    const redactor = createRedactor();
    redactor.add('canary-token');
    const log = createJsonLog({ write: (line) => console.log(line), clock: systemClock, redactor, level: 'info' });
    const headers = process.env.HEADERS ? new Secret(process.env.HEADERS) : undefined;
    // One export of each kind, at the end, however long this process or the collector takes.
    const limits = { exportTimeoutMs: 600_000, metricIntervalMs: 600_000 };
    const options = { serviceName: 'cmap-test', endpoint: process.env.ENDPOINT, headers, log, redactor };
    const telemetry = await startTelemetry({ ...options, ...limits });
    await telemetry.runWithTraceparent('00-${'1'.repeat(32)}-${'2'.repeat(16)}-01', { name: 'perform' }, () =>
      telemetry.withSpan('clone', { url: 'https://canary-token/' }, async () => log.info('inside')));
    telemetry.metrics.codingFinished({ binding: 'PROJ', outcome: 'done' }, 1000);
    await telemetry.shutdown();
    const { default: Module } = await import('node:module');
    log.info('loaded', { openTelemetry: Object.keys(Module._cache).some((file) => file.includes('@opentelemetry')) });
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module-typescript', '--eval', program],
    {
      cwd: path.resolve(import.meta.dirname, '..'),
      env: { PATH: process.env['PATH'] ?? '', ...environment },
    },
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

it('delivers spans and metrics to a collector, with its headers and without secrets', async () => {
  const lines = await runProgram({ ENDPOINT: `${endpoint}/`, HEADERS: 'api-key=of-the-collector' });

  const traces = deliveries.filter(({ path: url }) => url === '/v1/traces');
  const metrics = deliveries.filter(({ path: url }) => url === '/v1/metrics');
  const resources = traces.flatMap(({ body }) => Traces.parse(body).resourceSpans);
  const spans = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  expect(spans.map(({ name, traceId }) => `${name} ${traceId}`).toSorted()).toEqual([
    `clone ${'1'.repeat(32)}`,
    `perform ${'1'.repeat(32)}`,
  ]);
  expect(spans.find(({ name }) => name === 'perform')?.parentSpanId).toBe('2'.repeat(16));
  expect(resources[0]?.resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'cmap-test' },
  });
  const names = metrics.flatMap(({ body }) =>
    Metrics.parse(body).resourceMetrics.flatMap((one) => one.scopeMetrics.flatMap((scope) => scope.metrics)),
  );
  expect(names.map(({ name }) => name)).toEqual(['cmap.codings.total', 'cmap.coding.duration']);
  expect(new Set(deliveries.map(({ apiKey, contentType }) => `${contentType} ${apiKey}`))).toEqual(
    new Set(['application/json of-the-collector']),
  );
  expect(JSON.stringify(deliveries)).not.toContain('canary-token');
  expect(lines[0]).toMatchObject({ event: 'inside', traceId: '1'.repeat(32) });
});

it('exports nothing and loads nothing of OpenTelemetry without an endpoint', async () => {
  const lines = await runProgram({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });

  expect(deliveries).toEqual([]);
  expect(lines.at(-1)).toMatchObject({ event: 'loaded', openTelemetry: false });
});

it('says so in the log when the collector refuses, and ends all the same', async () => {
  status = 400;

  const lines = await runProgram({ ENDPOINT: endpoint });

  const warnings = lines.filter(({ event }) => event === 'telemetry not exported');
  expect(warnings.map(({ signal }) => signal).toSorted()).toEqual(['metrics', 'traces']);
  expect(lines.at(-1)).toMatchObject({ event: 'loaded', openTelemetry: true });
});
