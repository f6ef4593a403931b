/**
 * Why a failed pipeline is left to people: no job failed that had to pass, all that failed were started by people,
 * what failed was no script, the repairs in a row are enough, the failure is the one that was repaired, or the agent
 * found nothing to change.
 */
export type PipelineLeft = 'no-job' | 'manual-job' | 'not-by-the-code' | 'tried-twice' | 'same-failure' | 'no-change';
