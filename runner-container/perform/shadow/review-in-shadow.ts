import { formatShadowReview } from '../../../shared/domain/messages/format-shadow-review.ts';
import type { KeptShadow } from '../../../shared/domain/runs/kept-shadow.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import type { ReviewTask } from '../../../shared/domain/runs/task.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import { type WithheldNote, withholdGitLab } from './withhold-gitlab.ts';

/**
 * Reviews to be judged: `work` has a GitLab that changes nothing, and what it would have written on the merge request
 * is kept with the run.
 */
export async function reviewInShadow(
  run: MergeRequestRun<ReviewTask>,
  work: (run: MergeRequestRun<ReviewTask>) => Promise<Outcome>,
): Promise<Outcome> {
  const { binding, gitlab, context, deps } = run;
  if (binding.mode !== 'live') context.note({ mode: binding.mode });
  const notes: WithheldNote[] = [];
  const outcome = await work({ ...run, gitlab: withholdGitLab(gitlab, (note) => notes.push(note)) });
  if (outcome.kind !== 'done' || outcome.result.what !== 'reviewed') return outcome;
  const result = { ...outcome.result, what: 'shadow-review' };
  const kept: KeptShadow = { version: 1, markdown: formatShadowReview(notes), result };
  await deps.files?.keep(context.run, 'shadow.json', JSON.stringify(kept));
  return { kind: 'done', result };
}
