import { expect, it } from 'vitest';

import { aRunContext } from '../../../test/builders/run-context.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import { Refusal } from './refusal.ts';
import { createRepairRounds } from './repair-rounds.ts';

const RED = new Refusal('validation-failed', { detail: 'the end', evidence: 'token-1 and the end' });
const usage = { modelCalls: 1, inputTokens: 1, outputTokens: 1 };

function begin(rounds: number, ask: (message: string) => Promise<unknown> = async () => {}) {
  const context = aRunContext();
  const messages: string[] = [];
  const repairs = createRepairRounds({
    rounds,
    context,
    redact: (text) => text.replaceAll('token-1', '[secret]'),
    ask(message) {
      messages.push(message);
      return ask(message);
    },
  });
  return { repairs, messages, stages: context.stages };
}

it('records each round and hands on what was wrong, without what is secret', async () => {
  const { repairs, messages, stages } = begin(2);

  await repairs.repair(RED);

  expect(repairs.count()).toBe(1);
  expect(stages).toEqual([{ name: 'repair', fields: { round: 1, reason: 'validation-failed' } }]);
  expect(messages).toEqual([expect.stringContaining('[secret] and the end')]);
});

it('ends with the refusal and how often a repair was tried', async () => {
  const { repairs, stages } = begin(2);
  await repairs.repair(RED);
  await repairs.repair(RED, { unchanged: true });

  await expect(repairs.repair(RED)).rejects.toMatchObject({
    code: 'validation-failed',
    detail: 'The agent tried to repair it 2 times.\n\nthe end',
  });
  expect(stages).toHaveLength(2);
});

it('without rounds the refusal is what it was', async () => {
  const { repairs, messages } = begin(0);

  await expect(repairs.repair(RED)).rejects.toBe(RED);
  expect(messages).toEqual([]);
});

it.each(['agent-budget-exhausted', 'agent-timed-out', 'agent-no-result'] as const)(
  '%s in a round ends with the refusal, and the session is kept as its cause',
  async (code) => {
    const failure = new AgentFailure(code, { usage, transcript: 'said' });
    const { repairs } = begin(2, () => Promise.reject(failure));

    const repair = repairs.repair(RED);

    await expect(repair).rejects.toMatchObject({ code: 'validation-failed', cause: failure });
    await expect(repair).rejects.toThrow(/The agent tried to repair it once\. The agent .*\n\nthe end/);
  },
);

it.each(['model-unavailable', 'interrupted', 'agent-crashed'] as const)(
  '%s in a round is left to another attempt of the run',
  async (code) => {
    const failure = new AgentFailure(code, { usage, transcript: '' });
    const { repairs } = begin(2, () => Promise.reject(failure));

    await expect(repairs.repair(RED)).rejects.toBe(failure);
  },
);
