import { codeSpan } from '../../kernel/text/code-span.ts';
import { nameSome } from '../../kernel/text/list-some.ts';
import { sanitizeAgentText } from '../guard/sanitize-agent-text.ts';
import type { PipelineLeft } from '../runs/pipeline-left.ts';

/** What became of a failed pipeline. `summary` is the agent's. */
export type PipelineNote =
  | { what: 'repaired'; url: string; jobs: readonly string[]; commitSha: string; summary: string }
  | { what: 'left'; url: string; jobs: readonly string[]; why: PipelineLeft; summary?: string };

const MAX_NAMED = 10;

/** Says on a merge request what became of its failed pipeline. */
export function formatPipelineNote(note: PipelineNote): string {
  const jobs = note.jobs.length === 0 ? '' : ` Failed: ${nameJobs(note.jobs)}.`;
  const said = note.summary ? [sanitizeAgentText(note.summary, { maxChars: 2000 })] : [];
  if (note.what === 'repaired')
    return [
      `**The agent has pushed a repair for the failed [pipeline](${note.url}).**${jobs}`,
      ...said,
      `Pushed as ${note.commitSha}.`,
    ].join('\n\n');
  return [`**A person has to look at the failed [pipeline](${note.url}).**${jobs}`, REASONS[note.why], ...said].join(
    '\n\n',
  );
}

const REASONS: Record<PipelineLeft, string> = {
  'no-job':
    'No job of it failed that had to pass. What failed is its CI configuration, which only people change, or a pipeline of another project.',
  'manual-job':
    'All that failed were manual jobs. People start those, so the agent neither starts one again nor changes anything for it.',
  'not-by-the-code': 'Its jobs were not ended by their scripts, but by runners or settings.',
  'tried-twice': 'The agent has repaired this merge request twice in a row, and stops.',
  'same-failure': 'It fails as it did before the repair of the agent, which stops here.',
  'no-change': 'The agent has found nothing to change in the code.',
};

function nameJobs(jobs: readonly string[]): string {
  return nameSome(jobs.map(codeSpan), MAX_NAMED);
}
