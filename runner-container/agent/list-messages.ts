import * as z from 'zod';

const Message = z.object({ type: z.literal('message'), text: z.string().min(1) });

/** What the model said in a session, oldest first, from its transcript. Long messages are cut there. */
export function listMessages(transcript: string): string[] {
  return transcript.split('\n').flatMap((line) => {
    const entry = line === '' ? undefined : Message.safeParse(JSON.parse(line)).data;
    return entry ? [entry.text] : [];
  });
}
