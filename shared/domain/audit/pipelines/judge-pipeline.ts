import type { AuditChange } from '../changes/audit-change.ts';
import { isKnown, type Known, NOT_KNOWN } from '../facts/known.ts';
import type { PipelineFacts } from '../facts/pipeline.ts';
import type { PIPELINE_RESULTS, ReportPipeline } from '../report/change.ts';

export type PipelineResult = (typeof PIPELINE_RESULTS)[number];

/** The newest pipeline of each commit; made once for a repository. */
export type PipelineIndex = Known<ReadonlyMap<string, PipelineFacts>>;

export function indexPipelines(pipelines: Known<readonly PipelineFacts[]>): PipelineIndex {
  if (!isKnown(pipelines)) return NOT_KNOWN;
  const newest = new Map<string, PipelineFacts>();
  for (const pipeline of pipelines)
    if (pipeline.id >= (newest.get(pipeline.sha)?.id ?? 0)) newest.set(pipeline.sha, pipeline);
  return newest;
}

/**
 * The pipeline of the commit a change was merged as. One of the branch wins over the merge request's own, which may
 * have run on another commit (a merged-results pipeline, or the source branch before the squash).
 */
export function judgePipeline(change: AuditChange, pipelines: PipelineIndex): ReportPipeline {
  const onBranch = isKnown(pipelines) ? pipelines.get(change.mergedSha) : undefined;
  if (onBranch) return describe(resultOf(onBranch), onBranch);
  const head: Known<PipelineFacts | null> =
    change.kind === 'merge-request' ? change.mergeRequest.facts.headPipeline : null;
  if (!isKnown(head)) return describe(NOT_KNOWN);
  if (head) return describe(head.sha === change.mergedSha ? resultOf(head) : onAnotherSha(head), head);
  return describe(isKnown(pipelines) ? 'none' : NOT_KNOWN);
}

/**
 * A failure counts on any commit, and a pipeline that did not finish proves nothing; only a success is "another SHA".
 */
function onAnotherSha(pipeline: PipelineFacts): PipelineResult {
  return pipeline.status === 'success' ? 'another-sha' : resultOf(pipeline);
}

function resultOf(pipeline: PipelineFacts): PipelineResult {
  switch (pipeline.status) {
    case 'success':
      return pipeline.allowedFailures === true ? 'passed-with-allowed-failures' : 'passed';
    case 'failed':
    case 'canceled':
    case 'canceling':
      return 'failed';
    case 'skipped':
      return 'skipped';
    case 'manual':
    case 'created':
    case 'waiting_for_resource':
    case 'preparing':
    case 'pending':
    case 'running':
    case 'scheduled':
      return 'none';
  }
}

function describe(result: PipelineResult, pipeline?: PipelineFacts): ReportPipeline {
  return { result, status: pipeline?.status ?? null, sha: pipeline?.sha ?? null, url: pipeline?.url ?? null };
}
