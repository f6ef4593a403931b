import { expect, it } from 'vitest';
import type { RunFacts } from '../../../shared/domain/runs/run.ts';
import type { ModelPrices } from '../../../shared/domain/runs/run-cost.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import type { AgentReport, AgentRequest } from '../../agent/agent.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import { recordSessions } from './record-sessions.ts';

const usage = { modelCalls: 2, inputTokens: 100, outputTokens: 10 };
const request = (values: Partial<AgentRequest<unknown>> = {}) =>
  ({ instructions: 'Be brief.', prompt: 'Round up.', ...values }) as AgentRequest<unknown>; // what the double needs

async function run(
  requests: AgentRequest<unknown>[],
  { fail = false, prices }: { fail?: boolean; prices?: ModelPrices } = {},
): Promise<RunFacts> {
  const context = aRunContext();
  const agent = recordSessions(
    async <Result>() => {
      if (fail) throw new AgentFailure('agent-no-result', { usage, transcript: '' });
      return { usage } as AgentReport<Result>; // nothing else is read
    },
    context,
    () => ({ model: 'of-the-deployment', ...(prices ? { prices } : {}) }),
  );
  for (const each of requests) await agent(each, new AbortController().signal).catch(() => undefined);
  return context.listFacts();
}

it('notes the model, the prompt and what all sessions used up together', async () => {
  const facts = await run([request({ model: 'of-the-binding' }), request({ model: 'of-the-binding' })]);
  expect(facts).toEqual({
    model: 'of-the-binding',
    promptHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    usage: { modelCalls: 4, inputTokens: 200, outputTokens: 20 },
  });
});

it('knows the same prompt again, and another one for another', async () => {
  const [first, same, other] = await Promise.all([
    run([request()]),
    run([request()]),
    run([request({ prompt: 'Round down.' })]),
  ]);
  expect(first?.promptHash).toBe(same?.promptHash);
  expect(first?.promptHash).not.toBe(other?.promptHash);
  expect(first?.model).toBe('of-the-deployment');
});

it('keeps what a failed session used up', async () => {
  expect(await run([request()], { fail: true })).toMatchObject({ usage });
});

it('keeps what the sessions cost, by the price of the model each asked, also of one that failed', async () => {
  const prices = { currency: 'EUR', models: new Map([['of-the-deployment', { input: 1000, output: 10_000 }]]) };
  expect(await run([request()], { prices, fail: true })).toMatchObject({ cost: { amount: 0.2, currency: 'EUR' } });
  expect(await run([request({ model: 'unknown' })], { prices })).toMatchObject({
    cost: { amount: 0, currency: 'EUR', incomplete: true },
  });
  expect(await run([request()])).not.toHaveProperty('cost');
});
