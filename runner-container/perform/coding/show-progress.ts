import { describeDuration } from '../../../shared/domain/messages/describe-duration.ts';
import { formatProgress, type ProgressReport } from '../../../shared/domain/messages/format-run-report.ts';
import type { RunStage } from '../../../shared/domain/runs/run.ts';
import { SECOND } from '../../../shared/kernel/clock.ts';
import { waitAtMost } from '../../../shared/kernel/waits.ts';
import { editOwnComment } from '../../../shared/services/notifications/report-comment.ts';
import type { RunContext } from '../run/run-context.ts';
import type { CodingRun } from './coding-run.ts';

/** What a run has said at its start, and where. */
export interface Announced {
  progress: ProgressReport;
  /** What follows it. */
  more: string[];
  commentId: string;
  at: number;
}

/** Of a Jira that is slow or asks to wait: the work goes on. */
const MAX_WAIT_MS = 5 * SECOND;

type StageFields = NonNullable<Parameters<RunContext['stage']>[1]>;

/** The stages a person waits through. The others take no time, or are told by the result. */
const SAID: Partial<Record<RunStage, (fields: StageFields) => string>> = {
  'agent-started': () => 'The agent began with the change',
  'agent-finished': () => 'The agent handed in its work',
  repair: ({ round }) => `The checks before the push refused it, and the agent began to correct it (round ${round})`,
  conflict: () => 'It conflicts with commits of others',
  pushing: () => 'It passed the checks before the push',
};

/**
 * The same run; its comment on the ticket is edited at each stage people wait through, with the time it has taken since
 * the run began. One request a stage, to the comment that is known. It is a courtesy: what fails of it is logged and
 * stops nothing, and the result is written to the same comment afterwards.
 */
export function showProgress(coding: CodingRun, announced: Announced, signal: AbortSignal): CodingRun {
  const { context, deps, issue } = coding;
  const steps: string[] = [];
  const edit = async (stop: AbortSignal) => {
    const { commentId, progress, more } = announced;
    const markdown = [formatProgress({ ...progress, steps }), ...more].join('\n\n');
    const report = { issueKey: issue.key, purpose: 'report', runId: context.run.runId, markdown };
    await editOwnComment(deps.jira, commentId, { ...report, agentId: deps.settings.agentId }, stop);
  };
  return {
    ...coding,
    context: {
      ...context,
      async stage(name, fields = {}) {
        await context.stage(name, fields);
        const said = SAID[name]?.(fields);
        if (said === undefined) return;
        steps.push(`${said} after ${describeDuration(deps.clock.now() - announced.at)}.`);
        // Given up, not left behind: it must not come after the result.
        const late = new AbortController();
        const shown = edit(AbortSignal.any([signal, late.signal])).then(
          () => ({}),
          // Also of an abort of the run, which the next step finds.
          (error: unknown) => ({ error }),
        );
        const ended = (await waitAtMost(MAX_WAIT_MS, shown, deps.clock)) ?? { error: 'too late' };
        late.abort();
        if ('error' in ended) context.log.info('progress not shown', { stage: name, error: ended.error });
      },
    },
  };
}
