import * as z from 'zod';
import { buildReviewInstructions } from '../../../shared/domain/prompts/review-instructions.ts';
import { buildReviewPrompt } from '../../../shared/domain/prompts/review-prompt.ts';
import { ReviewResult } from '../../../shared/domain/review/finding.ts';
import { UsageSchema } from '../../../shared/domain/runs/run-schema.ts';
import { parseJson } from '../../../shared/kernel/parse-json.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import { withoutUndefined } from '../../../shared/kernel/without-undefined.ts';
import type { ReviewQuestion } from './ask-for-review.ts';
import type { ReviewBasis } from './gather-review.ts';
import type { ReviewReport, ReviewSession } from './review-session.ts';

const KeptPart = z.object({
  /** Of all that the session of the part was told. */
  key: z.string(),
  report: z
    .object({
      result: ReviewResult,
      usage: UsageSchema(),
      unreadable: z.number().optional(),
      unreadableFindings: z.number().optional(),
    })
    .transform(withoutUndefined),
});
type KeptPart = z.infer<typeof KeptPart>;

/** What sessions of a review have said, for an attempt that goes on where one before it has ended. */
export interface KeptParts {
  find(key: string): ReviewReport | undefined;
  /** Never fails the review: what is not kept is read again. */
  keep(key: string, report: ReviewReport): Promise<void>;
}

/**
 * What earlier attempts of this run have kept. Where the deployment keeps no files of runs there is nothing, and the
 * same where storage does not answer: a review that reads all of it again is a good one.
 */
export async function readKeptParts({
  context: { run, log },
  deps: { files },
}: Pick<ReviewSession['run'], 'context' | 'deps'>): Promise<KeptParts> {
  const unread = (error: unknown) => {
    log.warn('parts of a review not read', { error });
    return undefined;
  };
  const text = await files?.findNewest(run, 'review-parts.json').catch(unread);
  const known = text === undefined ? undefined : z.array(KeptPart).safeParse(parseJson(text)).data;
  const kept: KeptPart[] = known ?? [];
  return {
    find: (key) => kept.find((part) => part.key === key)?.report,
    async keep(key, { result, usage, unreadable, unreadableFindings }) {
      kept.push({ key, report: withoutUndefined({ result, usage, unreadable, unreadableFindings }) });
      const unkept = (error: unknown) => log.warn('part of a review not kept', { error });
      await files?.keep(run, 'review-parts.json', JSON.stringify(kept)).catch(unkept);
    },
  };
}

/**
 * Equal where a session would be told the same of its part: rules, head, map of the change, diffs and what the parts
 * before have found, in the words of this release. What people say on the merge request meanwhile changes nothing of
 * it, nor does the directory of the attempt.
 */
export function keyOfPart(
  { run, material, workspace }: Pick<ReviewSession, 'run' | 'material' | 'workspace'>,
  { input, criteria }: ReviewBasis,
  { files, part }: Pick<ReviewQuestion, 'files' | 'part'>,
): string {
  const { conversation: _, ...told } = input;
  const instructions = buildReviewInstructions({
    repositoryInstructions: material.instructions,
    teamInstructions: run.binding.instructions,
  });
  const prompt = buildReviewPrompt({ ...told, files, threads: [], ...(part ? { part } : {}) });
  const text = JSON.stringify([instructions, prompt, criteria.listed]);
  return sha256(text.replaceAll(workspace.root, ''));
}
