import type { JudgedChange } from '../release/judged-change.ts';
import type { Finding } from '../report/finding.ts';
import { createFinding } from './create-finding.ts';

/**
 * A pipeline that failed, or none that finished. A direct push is asked for its pipeline only when that failed: several
 * commits of one push share the pipeline of the last.
 */
export function checkPipeline({ change, policy, pipeline }: JudgedChange): Finding[] {
  const source = change.kind === 'merge-request' ? change.mergeRequest.facts.source : change.commit.source;
  const base = { subject: { kind: 'change', id: change.id }, sources: [source] } as const;
  switch (pipeline.result) {
    case 'failed':
      return [
        createFinding({
          ...base,
          rule: 'pipeline-failed',
          detail: `The pipeline of ${short(pipeline.sha)} ended as ${pipeline.status}.`,
          next: 'Run the pipeline of the merged commit again, or say in a waiver why the failure is acceptable.',
        }),
      ];
    case 'none':
    case 'skipped':
      if (change.kind !== 'merge-request' || !policy.pipelines.required) return [];
      return [
        createFinding({
          ...base,
          rule: 'pipeline-missing',
          detail: missing(pipeline),
          next: 'Run the pipeline of the merged commit.',
        }),
      ];
    case 'passed':
    case 'passed-with-allowed-failures':
    case 'another-sha':
    case 'not-known':
      return [];
  }
}

function missing({ result, status, sha }: JudgedChange['pipeline']): string {
  if (result === 'skipped') return `The pipeline of ${short(sha)} was skipped.`;
  return status === null ? 'No pipeline ran for it.' : `The pipeline of ${short(sha)} has not finished (${status}).`;
}

function short(sha: string | null): string {
  return sha?.slice(0, 8) ?? 'the merged commit';
}
