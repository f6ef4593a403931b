import type { TrialResult } from '../../../shared/domain/runs/run-inputs.ts';
import type { CliIO } from '../../io/io.ts';
import { formatTable } from '../../output/format-table.ts';
import { formatSpan } from '../../output/format-time.ts';
import type { ReplayedRun } from './replayed-run.ts';

/** Both, in two columns, and their patches one after the other. */
export function describeReplay(before: ReplayedRun, after: TrialResult, io: CliIO): string[] {
  const { usage } = after;
  const rows = [
    ['outcome', before.outcome, after.code === undefined ? after.outcome : `${after.outcome}: ${after.code}`],
    ['model', before.model ?? '-', after.model ?? '-'],
    ['files', String(before.files ?? '-'), String(after.files)],
    ['checks', String(before.checks ?? '-'), String(after.checks.length)],
    ['tokens', String(before.inputTokens + before.outputTokens), String(usage.inputTokens + usage.outputTokens)],
    ['time', before.durationMs === null ? '-' : formatSpan(before.durationMs), formatSpan(after.durationMs)],
  ];
  return [
    formatTable(['', before.runId, 'REPLAY'], rows, io),
    '',
    after.summary,
    ...after.checks.map((check) => `- ${check}`),
    ...after.remarks.map((remark) => `- ${remark}`),
    '',
    ...describePatches(before.patch, after.patch),
  ];
}

function describePatches(before: string | null, after: string): string[] {
  if (before === after) return ['Both patches are the same:', '', after];
  return [
    '== Patch of the run',
    before === null ? '(none is kept)' : before,
    '== Patch of the replay',
    after === '' ? '(nothing was changed)' : after,
  ];
}
