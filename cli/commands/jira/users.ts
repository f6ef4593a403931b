import * as z from 'zod';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';

export const JiraUsersOptions = z.object({ name: z.string(), json: z.boolean().default(false) });
export type JiraUsersOptions = z.infer<typeof JiraUsersOptions>;

/** Finds the account ids the mapping needs for `reviewer` and `trigger: { assignee }`. */
export async function jiraUsers(
  { name, json }: JiraUsersOptions,
  io: CliIO,
  tools: Pick<Tools, 'jira'> = createTools(io),
): Promise<number> {
  const users = await (await tools.jira()).findUsers(name);
  const ok = users.length > 0;
  if (!ok) {
    io.warn(
      `cmap: Jira shows no user ${JSON.stringify(name)}; the account needs the permission "Browse users and groups"`,
    );
  }
  const rows = users.map(({ accountId, displayName, accountType = '' }) => [accountId, displayName, accountType]);
  const text = () => (ok ? formatTable(['ACCOUNT ID', 'NAME', 'TYPE'], rows, io) : '');
  return answer({ json, document: { users }, text, ok }, io);
}
