/** A pipeline as GitLab lists it. */
export interface Pipeline {
  id: number;
  sha: string;
  /** A branch, `refs/merge-requests/3/head`, or for a merged result `refs/merge-requests/3/merge`. */
  ref: string;
  /** GitLab's word: `failed`, `running`, `manual`, ... */
  status: string;
  /** What started it: `push`, `merge_request_event`, `parent_pipeline`, ... */
  source: string;
}

/** A job of a pipeline: the last one of its name, unless those that were retried are asked for, too. */
export interface Job {
  id: number;
  name: string;
  stage: string;
  /** GitLab's word: `failed`, `success`, `running`, ... */
  status: string;
  allowFailure: boolean;
  /** Whether a person starts it (`when: manual`); absent where that was not asked or GitLab does not say. */
  manual?: boolean;
  /** GitLab's word, such as `script_failure` or `runner_system_failure`; absent where it does not say. */
  failureReason?: string;
}

/** A test that failed, by the reports the jobs left. Written by the code under test. */
export interface FailedTest {
  suite: string;
  name: string;
  output: string;
}

/** The pipelines of a project. */
export interface Pipelines {
  /** Those that failed, were changed at or after `updatedAfter` (ms), and were not started by another one. */
  listFailedPipelines(projectId: number, options: { updatedAfter: number }): Promise<Pipeline[]>;
  /** The same of those that passed. */
  listPassedPipelines(projectId: number, options: { updatedAfter: number }): Promise<Pipeline[]>;
  findPipeline(projectId: number, pipelineId: number): Promise<Pipeline | undefined>;
  listJobs(projectId: number, pipelineId: number): Promise<Job[]>;
  /** Those that a person starts (`when: manual`), started ones too; `undefined` where GitLab does not say. */
  findManualJobs(projectId: number, pipelineId: number): Promise<ReadonlySet<number> | undefined>;
  /** Ids of the pipelines that jobs of this one started in the same project and that failed. */
  listFailedChildren(projectId: number, pipelineId: number): Promise<number[]>;
  /** Starts a job once more, in the same pipeline. Needs the role Developer. */
  retryJob(projectId: number, jobId: number): Promise<void>;
  /** The end of what a job wrote; empty where GitLab has nothing of it any more. */
  readJobLog(projectId: number, jobId: number, options: { tailBytes: number }): Promise<string>;
  /** Tests that failed, as far as jobs left reports; empty without any. At most 50. */
  listFailedTests(projectId: number, pipelineId: number): Promise<FailedTest[]>;
}
