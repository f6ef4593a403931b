import * as z from 'zod';
import { parseJson } from '../../kernel/parse-json.ts';
import { UsageSchema } from './run-schema.ts';

/**
 * What the session of a coding run was given, as it is kept beside its transcript and masked as that is. What cannot be
 * kept is named: attachments of the ticket, and secrets.
 */
export const RunInputs = z.object({
  version: z.literal(1),
  runId: z.string(),
  issueKey: z.string(),
  /** Of the issue; the subject of a commit. */
  summary: z.string(),
  jiraProject: z.string(),
  projectId: z.number(),
  /** The commit the session began from, and the target branch as it was. */
  baseSha: z.string(),
  targetSha: z.string(),
  instructions: z.string(),
  prompt: z.string(),
  /** Those it was offered; absent for none. */
  skills: z
    .array(z.object({ name: z.string().regex(/^[a-z\d-]{1,64}$/), description: z.string(), text: z.string() }))
    .optional(),
  /** Where the prompt says that these files are. */
  contextDirectory: z.string(),
  files: z.array(z.object({ name: z.string().regex(/^[\w.-]{1,200}$/), content: z.string() })),
  /** Names of attachments that the session had and that are not kept. */
  attachments: z.array(z.string()),
  criteria: z.object({
    listed: z.array(z.object({ number: z.number(), text: z.string() })),
    leftOut: z.number(),
  }),
  model: z.string().optional(),
  /** The binding, in the words of the mapping. */
  map: z.record(z.string(), z.unknown()),
});
export type RunInputs = z.infer<typeof RunInputs>;

/** `undefined` for what is none, or of a version that this one does not know. */
export function parseRunInputs(text: string): RunInputs | undefined {
  return RunInputs.safeParse(parseJson(text)).data;
}

/** What a replay is asked to do. */
export const TrialRequest = z.object({
  inputs: RunInputs,
  cloneUrl: z.string(),
  model: z.string().optional(),
  /** In place of those of the run. */
  instructions: z.string().optional(),
});
export type TrialRequest = z.infer<typeof TrialRequest>;

/** How a trial ended; nothing of it has left the machine but calls to the model. */
export const TrialResult = z.object({
  outcome: z.enum(['change', 'nothing', 'refused', 'failed']),
  summary: z.string(),
  /** What it asked in place of a change. */
  question: z.string().optional(),
  /** Why it was refused or failed. */
  code: z.string().optional(),
  patch: z.string(),
  /** What is to be known about the patch. */
  remarks: z.array(z.string()),
  files: z.number(),
  checks: z.array(z.string()),
  model: z.string().optional(),
  usage: UsageSchema(),
  durationMs: z.number(),
});
export type TrialResult = z.infer<typeof TrialResult>;
