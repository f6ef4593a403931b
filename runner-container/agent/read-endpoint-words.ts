import * as z from 'zod';
import { cleanText } from '../../shared/kernel/text/clean-text.ts';
import { fitText } from '../../shared/kernel/text/fit-text.ts';
import { oneLine } from '../../shared/kernel/text/one-line.ts';

const MAX_BYTES = 16_384;
const MAX_CHARACTERS = 300;

/** As OpenAI, Azure OpenAI and the servers that follow them answer; some write a bare `message` or `detail`. */
const answerSchema = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
]);

/**
 * What a model endpoint says of a request it refuses, on one line of at most 300 characters: only it knows whether the
 * model has another name, a filter found something or the prompt was too long. `undefined` where it says nothing a
 * person can read. Endpoints repeat what they were sent, so it is masked, and before it is cut. Never throws.
 */
export async function readEndpointWords(
  response: Response,
  redact: (text: string) => string,
): Promise<string | undefined> {
  const text = await readStart(response);
  const said = parseAnswer(text) ?? (/^\s*</.test(text) ? '' : text);
  const words = fitText(redact(oneLine(cleanText(said))), MAX_CHARACTERS);
  return words === '' ? undefined : words;
}

function parseAnswer(text: string): string | undefined {
  try {
    // One that is JSON and has none of these fields is nothing a person reads.
    return answerSchema.safeParse(JSON.parse(text)).data ?? '';
  } catch {
    return undefined;
  }
}

async function readStart({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      bytes += chunk.byteLength;
      // Leaving the loop ends the download.
      if (bytes >= MAX_BYTES) break;
    }
  } catch {
    // A connection that breaks here refused nothing less.
  }
  return text;
}
