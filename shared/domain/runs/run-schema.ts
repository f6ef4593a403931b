import * as z from 'zod';

import { lazily } from '../../kernel/lazily.ts';

/** A run as it is stored, in rows and in the archive: what both are read with. */

export const RunStateSchema = z.enum([
  'planned',
  'queued',
  'running',
  'parked',
  'done',
  'failed',
  'superseded',
  'cancelled',
]);

export const UsageSchema = lazily(() =>
  z.object({ modelCalls: z.number(), inputTokens: z.number(), outputTokens: z.number() }),
);

export const RunResultSchema = lazily(() =>
  z.object({
    what: z.string(),
    branch: z.string().optional(),
    commitSha: z.string().optional(),
    mergeRequestIid: z.number().optional(),
    mergeRequestUrl: z.string().optional(),
    summary: z.string().optional(),
    failure: z.string().optional(),
    plan: z.string().optional(),
    criteria: z
      .object({
        met: z.number(),
        partly: z.number(),
        'not-met': z.number(),
        'not-answered': z.number(),
        leftOut: z.number().optional(),
      })
      .optional(),
    issueKey: z.string().optional(),
    headSha: z.string().optional(),
    usage: UsageSchema().optional(),
  }),
);

export const RunFactsSchema = lazily(() =>
  z.object({
    agentId: z.string().optional(),
    model: z.string().optional(),
    modelLabels: z.array(z.string()).optional(),
    mapGeneration: z.number().optional(),
    mode: z.enum(['shadow', 'shadow-board']).optional(),
    baseSha: z.string().optional(),
    keptBranch: z.object({ projectId: z.number(), name: z.string(), sha: z.string() }).optional(),
    allowed: z
      .object({
        by: z.string(),
        maintainer: z.string(),
        files: z.array(z.object({ path: z.string(), rule: z.string() })),
      })
      .optional(),
    labels: z.array(z.string()).optional(),
    promptHash: z.string().optional(),
    usage: UsageSchema().optional(),
    cost: z.object({ amount: z.number(), currency: z.string(), incomplete: z.literal(true).optional() }).optional(),
  }),
);
