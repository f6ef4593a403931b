import { defineTool, type Tool } from '@github/copilot-sdk';
import * as z from 'zod';

import type { AgentRequest } from './agent.ts';

/** Where an accepted result is put. */
export interface ResultSink<Result> {
  accepted: { value: Result } | undefined;
}

/**
 * The tool whose call ends the session. Neither the SDK nor the runtime checks arguments against the schema, so the
 * handler does, and answers the model with what is wrong.
 */
export function createResultTool<Result>(
  { name, description, schema }: AgentRequest<Result>['resultTool'],
  sink: ResultSink<Result>,
): Tool<unknown> {
  return defineTool<unknown>(name, {
    description,
    parameters: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
    skipPermission: true,
    defer: 'never',
    isTerminal: true,
    handler(input: unknown) {
      const parsed = schema.safeParse(input);
      if (!parsed.success) {
        const problems = z.prettifyError(parsed.error);
        const text = `The arguments are not valid:\n${problems}\nCorrect them and call ${name} again.`;
        return { resultType: 'failure', error: 'invalid arguments', textResultForLlm: text };
      }
      sink.accepted = { value: parsed.data };
      return { resultType: 'success', textResultForLlm: 'Accepted.' };
    },
  });
}
