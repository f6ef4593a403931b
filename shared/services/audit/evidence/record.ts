import * as z from 'zod';
import { EarlierAudit } from '../../../domain/audit/facts/earlier-audit.ts';
import { AuditPlan } from '../plan/audit-plan.ts';

const Chained = {
  /** Place in the chain, from 1. */
  number: z.int().positive(),
  /** SHA-256 of the text of the record before; null for the first. */
  previous: z.string().nullable(),
  at: z.iso.datetime(),
};

/** An audit began; what follows until its end belongs to it. */
const Begin = z.strictObject({
  kind: z.literal('begin'),
  ...Chained,
  plan: AuditPlan,
  /** Address of Jira in links for people. */
  siteUrl: z.string(),
});

/** One answer of a service. The answer itself stands in `objects/<sha256>.json`. */
const Answer = z.strictObject({
  kind: z.literal('answer'),
  ...Chained,
  /** Identifies the question: SHA-256 of service, method, path, query and body. */
  key: z.string(),
  service: z.enum(['gitlab', 'jira', 'git', 'ledger', 'archive']),
  method: z.enum(['GET', 'POST']),
  url: z.string(),
  sha256: z.string(),
  settled: z.boolean(),
  /**
   * Code of the failure when the service refused; then the object holds code and detail. Not taken for an answer by a
   * resumed audit.
   */
  failure: z.string().nullable(),
  next: z
    .strictObject({
      path: z.string(),
      query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    })
    .nullable(),
});

/** The audit ended with this report. The next one of the version compares its ranges with these. */
const End = z.strictObject({
  kind: z.literal('end'),
  ...Chained,
  reportSha256: z.string(),
  ranges: EarlierAudit.shape.ranges.optional(),
});

/** One link of the chain of evidence: `records/000001.json` and so on, written once and never changed. */
export const EvidenceRecord = z.discriminatedUnion('kind', [Begin, Answer, End]);
export type EvidenceRecord = z.infer<typeof EvidenceRecord>;
export type AnswerRecord = z.infer<typeof Answer>;
export type BeginRecord = z.infer<typeof Begin>;

export const recordPath = (number: number): string => `records/${String(number).padStart(6, '0')}.json`;
export const objectPath = (sha256: string): string => `objects/${sha256}.json`;
