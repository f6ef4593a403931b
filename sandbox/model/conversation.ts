import * as z from 'zod';

import { REPAIR_HEADING } from '../../shared/domain/prompts/repair-prompt.ts';

const Content = z.union([
  z.string(),
  z.array(z.object({ text: z.string().optional() })).transform((parts) => parts.map(({ text }) => text ?? '').join('')),
  z.null().transform(() => ''),
]);

/** The parts of a chat completion request that a scripted model looks at. */
export const ChatRequest = z
  .object({
    model: z.string(),
    stream: z.boolean().default(false),
    messages: z.array(z.object({ role: z.string(), content: Content.default('') })),
    tools: z.array(z.object({ function: z.object({ name: z.string() }).optional() })).default([]),
  })
  .transform(({ model, stream, messages, tools }) => ({
    model,
    stream,
    messages,
    tools: tools.flatMap((tool) => (tool.function ? [tool.function.name] : [])),
  }));
export type ChatRequest = z.infer<typeof ChatRequest>;

/** Everything said so far, in one text. */
export function conversationText({ messages }: ChatRequest): string {
  return messages.map(({ content }) => content).join('\n');
}

/** How many answers the model has given in this conversation. */
export function countAnswers({ messages }: ChatRequest): number {
  return messages.filter(({ role }) => role === 'assistant').length;
}

/** How often the model was told that its change was not accepted, and what was said since the last time. */
export function takeRepairs(request: ChatRequest): { repairs: number; since: ChatRequest } {
  const isRepair = ({ role, content }: ChatRequest['messages'][number]) =>
    role === 'user' && content.includes(REPAIR_HEADING);
  const last = request.messages.findLastIndex(isRepair);
  return {
    repairs: request.messages.filter(isRepair).length,
    since: { ...request, messages: request.messages.slice(last + 1) },
  };
}

export function lastToolResult({ messages }: ChatRequest): string {
  return messages.findLast(({ role }) => role === 'tool')?.content ?? '';
}

/** The working directory that the runtime named to the model. */
export function workTreeOf({ messages }: ChatRequest): string {
  const system = messages.find(({ role }) => role === 'system' || role === 'developer')?.content ?? '';
  return /[Cc]urrent working directory:\s*(\S+)/.exec(system)?.[1] ?? '';
}
