import * as z from 'zod';

/** The arguments of the `submit_reply` tool. */
export const ReplyResult = z.object({
  kind: z
    .enum(['answer', 'changed', 'accepted-no', 'question'])
    .describe(
      'answer: words only. changed: files were edited. accepted-no: you accept that it stays. question: you ask.',
    ),
  text: z.string().min(1).max(10_000).describe('The reply as people will read it. Markdown.'),
  commitSubject: z.string().max(200).nullish().describe('Only for changed: what the commit does, in the imperative.'),
});
export type ReplyResult = z.infer<typeof ReplyResult>;

export const REPLY_RESULT_TOOL = {
  name: 'submit_reply',
  description: 'Hand in the reply. Required; it ends the session.',
  schema: ReplyResult,
} as const;
