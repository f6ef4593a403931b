import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { createRedactor } from '../../kernel/redaction/redact.ts';
import { createTelemetry } from './create-telemetry.ts';
import { silentMetrics } from './metrics.ts';
import { createOtelMetrics } from './otel-metrics.ts';
import { createOtelSpans } from './otel-spans.ts';
import { parseOtlpHeaders } from './otlp-headers.ts';
import { reportFailedExports } from './report-failed-exports.ts';
import { startTelemetry } from './start-telemetry.ts';
import { currentTrace, currentTraceparent } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentSpanId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${parentSpanId}-01`;

function arrange() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const redactor = createRedactor();
  redactor.add('canary-token');
  const telemetry = createTelemetry({
    spans: createOtelSpans(provider.getTracer('test')),
    metrics: silentMetrics,
    redactor,
    shutdown: async () => {},
  });
  return { telemetry, spans: () => exporter.getFinishedSpans() };
}

describe('spans', () => {
  it('continue the trace of the event and nest', async () => {
    const { telemetry, spans } = arrange();

    const inside = await telemetry.runWithTraceparent(
      traceparent,
      { name: 'perform', attributes: { runId: 'r1' } },
      async () =>
        telemetry.withSpan('clone', { files: 3, branch: undefined }, async (span) => {
          span.setAttributes({ bytes: 12 });
          return currentTraceparent();
        }),
    );

    const [clone, perform] = spans();
    expect(perform).toMatchObject({
      name: 'perform',
      kind: 4,
      parentSpanContext: { traceId, spanId: parentSpanId },
      attributes: { runId: 'r1' },
    });
    expect(clone).toMatchObject({ name: 'clone', kind: 0, attributes: { files: 3, bytes: 12 } });
    expect(clone?.parentSpanContext?.spanId).toBe(perform?.spanContext().spanId);
    expect(inside).toBe(`00-${traceId}-${clone?.spanContext().spanId}-01`);
    expect(currentTrace()).toBeUndefined();
  });

  it('of a later attempt have a trace of their own that links to the event', async () => {
    const { telemetry, spans } = arrange();

    await telemetry.runWithTraceparent(traceparent, { name: 'perform', attempt: 2 }, async () => {});

    const [span] = spans();
    expect(span?.spanContext().traceId).not.toBe(traceId);
    expect(span?.links).toMatchObject([{ context: { traceId, spanId: parentSpanId } }]);
  });

  it.each([undefined, 'nonsense'])('start a new trace for the traceparent %s', async (text) => {
    const { telemetry, spans } = arrange();

    await telemetry.runWithTraceparent(text, { name: 'perform', kind: 'server' }, async () => {});

    expect(spans()).toMatchObject([{ kind: 1, parentSpanContext: undefined, links: [] }]);
  });

  it('are closed by a throw, which passes on, with its code and without secrets', async () => {
    const { telemetry, spans } = arrange();
    const error = new TaskError('push-rejected', { detail: 'canary-token' });

    await expect(
      telemetry.withSpan('push', { url: 'https://canary-token/' }, async (span) => {
        span.setAttributes({ output: 'canary-token' });
        throw error;
      }),
    ).rejects.toBe(error);

    const [span] = spans();
    expect(span).toMatchObject({
      status: { code: 2, message: 'push-rejected: [secret]' },
      attributes: { 'error.type': 'push-rejected', url: 'https://[secret]/', output: '[secret]' },
    });
  });

  it('do not mix in work that runs at the same time', async () => {
    const { telemetry } = arrange();
    const traceIds = await Promise.all(
      [1, 2, 3].map((number) =>
        telemetry.runWithTraceparent(undefined, { name: `run ${number}` }, async () => {
          const before = currentTrace()?.traceId;
          await new Promise((resolve) => setImmediate(resolve));
          expect(currentTrace()?.traceId).toBe(before);
          return before;
        }),
      ),
    );

    expect(new Set(traceIds).size).toBe(3);
  });
});

it('gives ids without an endpoint, so that log lines can be joined, and nothing else', async () => {
  const telemetry = await startTelemetry({ serviceName: 'test', log: silentLog, redactor: createRedactor() });

  const seen = await telemetry.runWithTraceparent(traceparent, { name: 'perform' }, () =>
    telemetry.withSpan('step', {}, async () => currentTrace()),
  );

  expect(seen).toMatchObject({ traceId, sampled: true });
  expect(seen?.spanId).toMatch(/^(?!b7ad6b7169203331)[0-9a-f]{16}$/);
  expect(telemetry.metrics).toBe(silentMetrics);
  await telemetry.shutdown();
});

it('records every metric under their fixed names, in seconds, with their labels', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  const metrics = createOtelMetrics(provider.getMeter('test'));

  metrics.reviewFinished({ binding: 'PROJ', outcome: 'done' }, 1500);
  metrics.codingFinished({ binding: 'PROJ', outcome: 'give-up', code: 'push-rejected' }, 60_000);
  metrics.webhookReceived({ source: 'gitlab', result: 'admitted' });
  metrics.webhookFailed({ source: 'jira', reason: 'unauthorized' });
  metrics.replyFinished({ binding: 'PROJ', outcome: 'done' }, 2500);
  metrics.updateFinished({ binding: 'PROJ', outcome: 'done' }, 3500);
  metrics.agentSessionFinished({ kind: 'coding', outcome: 'done' }, 30_000);
  await provider.forceFlush();

  const recorded = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const shown = recorded.map(({ descriptor, dataPoints: [point] }) => {
    const value: unknown = point?.value;
    const amount = typeof value === 'object' && value && 'sum' in value ? value.sum : value;
    return [descriptor.name, descriptor.unit, amount, point?.attributes];
  });
  expect(shown.toSorted()).toEqual([
    ['cmap.agent.session.duration', 's', 30, { kind: 'coding', outcome: 'done' }],
    ['cmap.coding.duration', 's', 60, { binding: 'PROJ', outcome: 'give-up', code: 'push-rejected' }],
    ['cmap.codings.total', '', 1, { binding: 'PROJ', outcome: 'give-up', code: 'push-rejected' }],
    ['cmap.replies.total', '', 1, { binding: 'PROJ', outcome: 'done' }],
    ['cmap.reply.duration', 's', 2.5, { binding: 'PROJ', outcome: 'done' }],
    ['cmap.review.duration', 's', 1.5, { binding: 'PROJ', outcome: 'done' }],
    ['cmap.reviews.total', '', 1, { binding: 'PROJ', outcome: 'done' }],
    ['cmap.update.duration', 's', 3.5, { binding: 'PROJ', outcome: 'done' }],
    ['cmap.updates.total', '', 1, { binding: 'PROJ', outcome: 'done' }],
    ['cmap.webhook.errors', '', 1, { source: 'jira', reason: 'unauthorized' }],
    ['cmap.webhooks.received', '', 1, { source: 'gitlab', result: 'admitted' }],
  ]);
  await provider.shutdown();
});

it('warns when an export fails and still answers the exporter', () => {
  const log = createMemoryLog();
  const failing = {
    export: (_batch: string, done: (result: { code: number; error?: Error }) => void) =>
      done({ code: 1, error: new Error('refused') }),
  };
  const answers: number[] = [];

  reportFailedExports(failing, 'traces', log).export('batch', ({ code }) => answers.push(code));

  expect(answers).toEqual([1]);
  expect(log.lines).toMatchObject([{ level: 'warn', event: 'telemetry not exported', fields: { signal: 'traces' } }]);
});

it.each([
  { text: 'api-key=abc', headers: { 'api-key': 'abc' } },
  { text: ' A=1 , b=x%20y=z ,', headers: { a: '1', b: 'x y=z' } },
  { text: 'a', headers: undefined },
  { text: 'a=', headers: undefined },
  { text: '=b', headers: undefined },
  { text: 'a=%zz', headers: undefined },
  { text: 'a=b%0D%0Ac: d', headers: undefined },
])('reads the headers "$text"', ({ text, headers }) => {
  expect(parseOtlpHeaders(text)).toEqual(headers);
});
