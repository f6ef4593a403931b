import { offerSkills } from '../../../shared/domain/prompts/offer-skills.ts';
import { buildReviewInstructions } from '../../../shared/domain/prompts/review-instructions.ts';
import { buildReviewPrompt, type ReviewPromptInput } from '../../../shared/domain/prompts/review-prompt.ts';
import { buildReviewResultTool } from '../../../shared/domain/review/finding.ts';
import { parseReviewProse } from '../../../shared/domain/review/parse-review-prose.ts';
import { mapTexts } from '../../../shared/kernel/text/map-texts.ts';
import type { AgentLimits, RunAgent } from '../../agent/agent.ts';
import { AgentFailure } from '../../agent/agent-failure.ts';
import { listMessages } from '../../agent/list-messages.ts';
import { sessionBase } from '../limits/session-base.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import type { ReviewBasis } from './gather-review.ts';
import type { ReviewReport, ReviewSession } from './review-session.ts';

/** What one session of a review reads. */
export interface ReviewQuestion extends Pick<ReviewPromptInput, 'files' | 'threads' | 'part'> {
  runAgent: RunAgent;
  /** Its part of the time and the tokens of the run, where there are other sessions. */
  limits?: Pick<AgentLimits, 'wallClockMs' | 'maxTokens'>;
}

/**
 * Runs one session that may only look. A review that was written down instead of handed in counts too, even when not
 * every item of it is readable.
 * @throws {AgentFailure}
 */
export async function askForReview(
  { run, material, workspace }: Pick<ReviewSession, 'run' | 'material' | 'workspace'>,
  { input, images, criteria }: ReviewBasis,
  { runAgent, limits, ...reading }: ReviewQuestion,
  signal: AbortSignal,
): Promise<ReviewReport> {
  const { binding, context, deps } = run;
  const base = sessionBase('review', run, workspace);
  const { repositoryInstructions, ...offered } = offerSkills(material.instructions, binding);
  const part = reading.part ? { part: reading.part.number, parts: reading.part.of } : {};
  await context.stage('agent-started', { range: material.range.kind, files: reading.files.length, ...part });
  const report = await catchWritten(deps, async () =>
    runAgent(
      {
        access: 'read',
        instructions: buildReviewInstructions({ repositoryInstructions, teamInstructions: binding.instructions }),
        ...offered,
        prompt: buildReviewPrompt({ ...input, ...reading }),
        ...(images ? { images } : {}),
        resultTool: buildReviewResultTool(criteria),
        ...base,
        limits: { ...base.limits, ...limits },
      },
      signal,
    ),
  );
  const { transcript, ...found } = report;
  await deps.saveTranscript(context.run, transcript);
  await context.stage('agent-finished', { ...found.usage, findings: found.result.findings.length, ...part });
  return found;
}

type Transcribed = ReviewReport & { transcript: string };

async function catchWritten(
  deps: Pick<RunnerDeps, 'log' | 'maskWritten'>,
  ask: () => Promise<Transcribed>,
): Promise<Transcribed> {
  try {
    const { result, usage, transcript } = await ask();
    return { result, usage, transcript };
  } catch (error) {
    const report = error instanceof AgentFailure ? findWrittenReview(error, deps) : undefined;
    if (!report) throw error;
    return report;
  }
}

function findWrittenReview(
  { code, usage, transcript }: AgentFailure,
  { log, maskWritten }: Pick<RunnerDeps, 'log' | 'maskWritten'>,
): Transcribed | undefined {
  if (code !== 'agent-no-result') return undefined;
  for (const message of listMessages(transcript).toReversed()) {
    const prose = parseReviewProse(message);
    if (!prose) continue;
    log.warn('review read from prose', { skipped: prose.skipped });
    const { skipped: unreadable, skippedFindings: unreadableFindings } = prose;
    return { result: mapTexts(prose.result, maskWritten), usage, transcript, unreadable, unreadableFindings };
  }
  return undefined;
}
