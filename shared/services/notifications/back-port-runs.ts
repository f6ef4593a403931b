import { escapeText } from '../../adapters/jira/adf/escape-markdown.ts';
import { describeFailure } from '../../domain/messages/describe-failure.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { Run } from '../../domain/runs/run.ts';
import { mergeRequestScope } from '../../domain/tasks/build-task.ts';
import { cleanText } from '../../kernel/text/clean-text.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import { listEarlierRuns } from '../ledger/list-earlier-runs.ts';

/** A merge request that was merged is worked on seldom; those of before are older. */
const RUNS_LOOKED_AT = 50;

/** A run that takes a merged change over to a branch. */
export type BackPortRun = Run & { branch: string };

/**
 * The runs that have taken a merged change over to release branches, newest first, and when those of the merge request
 * that cannot be read were created.
 * @throws {TaskError} `storage-*`
 */
export async function listBackPortRuns(
  { projectId, iid }: { projectId: number; iid: number },
  { ledger }: { ledger: Pick<RunLedger, 'listRecent'> },
): Promise<{ runs: BackPortRun[]; unreadable: number[] }> {
  const { runs, unreadable } = await listEarlierRuns(mergeRequestScope(projectId, iid), RUNS_LOOKED_AT, ledger);
  return { runs: runs.flatMap(toBackPortRun), unreadable };
}

function toBackPortRun(run: Run): BackPortRun[] {
  const { task } = run;
  return task.kind === 'update' && task.cause.kind === 'back-port' ? [{ ...run, branch: task.cause.branch }] : [];
}

/** Why such a run, which is final and has opened nothing that is there, left its branch to people; safe in Markdown. */
export function describeLeftBackPort(run: Run): string {
  return escapeText(fitText(oneLine(cleanText(findReason(run))), MAX_LENGTH));
}

/** The beginning says what it is about; the record of the run has the rest. */
const MAX_LENGTH = 500;

function findReason({ state, code = 'unexpected', detail = '', result }: Run): string {
  switch (state) {
    case 'failed': {
      const { sentence, detail: more = '' } = describeFailure({ code, detail });
      return `the run failed. ${sentence} ${more}`;
    }
    case 'cancelled':
      return 'the run was cancelled.';
    case 'superseded':
      return SUPERSEDED[detail] ?? 'the run ended because something it depends on had changed.';
    default:
      return result?.summary ?? 'what the run has opened is gone.';
  }
}

const SUPERSEDED: Record<string, string> = {
  'back-ports-off': 'the project map has the agent resolve no such conflicts any more.',
  shadow: 'the binding is in shadow by now, where nothing is pushed.',
  'issue-gone': 'the ticket could not be found.',
  'not-merged': 'GitLab did not say that the merge request is merged.',
};
