import * as z from 'zod';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';

export const JiraStatusesOptions = z.object({ project: z.string(), json: z.boolean().default(false) });
export type JiraStatusesOptions = z.infer<typeof JiraStatusesOptions>;

/** Lists the status names of a Jira project, as `trigger` and `statuses` in the mapping need them. */
export async function jiraStatuses(
  { project, json }: JiraStatusesOptions,
  io: CliIO,
  tools: Pick<Tools, 'jira'> = createTools(io),
): Promise<number> {
  const key = project.toUpperCase();
  const statuses = await (await tools.jira()).listStatuses(key);
  const rows = statuses.map(({ name, category, id }) => [name, CATEGORIES[category] ?? category, id]);
  const text = () => formatTable(['STATUS', 'CATEGORY', 'ID'], rows, io);
  return answer({ json, document: { project: key, statuses }, text }, io);
}

/** Jira's keys in the words its screens use. */
const CATEGORIES: Readonly<Record<string, string>> = { new: 'to do', indeterminate: 'in progress', done: 'done' };
