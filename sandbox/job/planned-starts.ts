export interface ScaleState {
  /** Messages of the queue, invisible ones included, as the queue's approximate count gives them. */
  queueLength: number;
  /** Messages one execution is meant for. */
  messagesPerExecution: number;
  maxExecutions: number;
  running: number;
}

/**
 * How many executions one scaler poll starts: KEDA's default strategy for jobs, with `queueLengthStrategy` `all`
 * (kedacore/keda, pkg/scaling/executor/scale_jobs.go).
 */
export function plannedStarts({ queueLength, messagesPerExecution, maxExecutions, running }: ScaleState): number {
  const wanted = Math.min(maxExecutions, Math.ceil(queueLength / messagesPerExecution));
  return Math.max(0, wanted - running);
}
