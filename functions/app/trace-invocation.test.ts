import { InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';

import { createTelemetry } from '../../shared/adapters/telemetry/create-telemetry.ts';
import { silentMetrics } from '../../shared/adapters/telemetry/metrics.ts';
import { idOnlySpans, type SpanStart } from '../../shared/adapters/telemetry/spans.ts';
import { currentTraceparent } from '../../shared/adapters/telemetry/trace-context.ts';
import { createRedactor } from '../../shared/kernel/redaction/redact.ts';
import { traceInvocation } from './trace-invocation.ts';

const TRACE = 'a'.repeat(32);
const HOST_SPAN = 'b'.repeat(16);

async function invoke(traceParent: string | undefined) {
  const started: SpanStart[] = [];
  const spans = {
    start(span: SpanStart) {
      started.push(span);
      return idOnlySpans.start(span);
    },
  };
  const shutdown = async () => {};
  const telemetry = createTelemetry({ spans, metrics: silentMetrics, redactor: createRedactor(), shutdown });
  const handler = traceInvocation('gitlab-webhook', (input: string) => `${input} ${currentTraceparent()}`, telemetry);
  const traceContext = traceParent === undefined ? {} : { traceContext: { traceParent } };
  const result = await handler('in', new InvocationContext({ invocationId: 'invocation-1', ...traceContext }));
  return { result, started };
}

it.each([
  { name: 'sampled', flags: '01' },
  { name: 'not sampled', flags: '00' },
])('continues the trace of the platform, which is $name, and names the invocation', async ({ flags }) => {
  const { result, started } = await invoke(`00-${TRACE}-${HOST_SPAN}-${flags}`);

  expect(result).toMatch(new RegExp(`^in 00-${TRACE}-[0-9a-f]{16}-01$`));
  expect(started).toEqual([
    {
      name: 'gitlab webhook',
      kind: 'server',
      attributes: { 'faas.invocation_id': 'invocation-1', 'faas.name': 'gitlab-webhook' },
      parent: { traceId: TRACE, spanId: HOST_SPAN, sampled: true },
    },
  ]);
});

it.each([{ traceParent: undefined }, { traceParent: 'no trace' }])(
  'starts a trace for $traceParent',
  async (context) => {
    const { result, started } = await invoke(context.traceParent);

    expect(result).toMatch(/^in 00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(started).toMatchObject([{ parent: undefined }]);
  },
);
