import type { ChatRequest } from './conversation.ts';
import type { Scenario, Step } from './scenario.ts';

/** An answer before it takes its wire form. */
export interface Answer {
  text: string;
  calls: { id: string; tool: string; arguments: string }[];
}

export function toAnswer(step: Exclude<Step, { misbehave: string }>, callId: (index: number) => string): Answer {
  if ('babble' in step) {
    const text = step.babble.repeat(Math.ceil(step.characters / step.babble.length)).slice(0, step.characters);
    return { text, calls: [] };
  }
  const calls = 'calls' in step ? step.calls : 'call' in step ? [step.call] : [];
  return {
    text: step.say ?? '',
    calls: calls.map(({ tool, arguments: input }, index) => ({
      id: callId(index),
      tool,
      // A string is sent as it is, so that a scenario can send broken JSON.
      arguments: typeof input === 'string' ? input : JSON.stringify(input),
    })),
  };
}

/** The body of an answer that is not streamed. */
export function toCompletion(answer: Answer, request: ChatRequest, usage: Scenario['usage']): unknown {
  return {
    ...header(request),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: answer.text || null,
          ...(answer.calls.length > 0 && { tool_calls: answer.calls.map(toToolCall) }),
        },
        finish_reason: finishReason(answer),
      },
    ],
    usage: toUsage(usage),
  };
}

/** The data of each event of a streamed answer, the closing `[DONE]` left to the sender. */
export function toChunks(answer: Answer, request: ChatRequest, usage: Scenario['usage']): unknown[] {
  const chunk = (delta: object, finish: string | null = null) => ({
    ...header(request),
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const pieces = answer.text.match(/[\s\S]{1,4000}/g) ?? [];
  return [
    chunk({ role: 'assistant', content: '' }),
    ...pieces.map((content) => chunk({ content })),
    ...answer.calls.map((call, index) => chunk({ tool_calls: [{ index, ...toToolCall(call) }] })),
    chunk({}, finishReason(answer)),
    { ...header(request), object: 'chat.completion.chunk', choices: [], usage: toUsage(usage) },
  ];
}

function header({ model }: ChatRequest): { id: string; created: number; model: string } {
  return { id: 'chatcmpl-scripted', created: 1_700_000_000, model };
}

function toToolCall({ id, tool, arguments: input }: Answer['calls'][number]) {
  return { id, type: 'function', function: { name: tool, arguments: input } };
}

function finishReason({ calls }: Answer): string {
  return calls.length > 0 ? 'tool_calls' : 'stop';
}

function toUsage({ input, output }: Scenario['usage']) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}
