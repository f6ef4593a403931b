import * as z from 'zod';

/** For a schema: the value of a field that holds JSON; text that is none is an issue of the field. */
export function parseJsonField(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message repeats the text, which may be long or private.
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
}
