import * as z from 'zod';

/** What one bot may do without the rules for people. */
export const BotPolicy = z.strictObject({
  user: z.string().min(1, 'must not be empty').describe('GitLab username of the bot, without @.'),
  paths: z
    .array(z.string().min(1, 'must not be empty'))
    .min(1, 'needs at least one glob')
    .describe(
      'Globs from the top of the repository, so that `package.json` is that one and `**/package.json` all; the permission holds only when every changed path matches.',
    ),
  allow: z
    .array(z.enum(['no-ticket']))
    .default([])
    .describe('What the bot may do.'),
});
