import { shortHash } from '../../kernel/sha256.ts';
import type { FailedTest, Job } from '../ports/pipelines.ts';

/** The last lines of a log say how it ended. */
const LINES = 30;

/**
 * Which failure of a pipeline this is: the jobs, and the tests that failed; without test reports, how the logs end.
 * Numbers in a log are no part of it, because times, ports and ids differ each time.
 */
export function fingerprintFailure(
  jobs: readonly { job: Pick<Job, 'name'>; log: string }[],
  tests: readonly Pick<FailedTest, 'suite' | 'name'>[],
): string {
  const names = jobs.map(({ job }) => job.name).toSorted();
  const failed = tests.map(({ suite, name }) => `${suite}\n${name}`).toSorted();
  const logs = failed.length > 0 ? [] : jobs.map(({ log }) => endOf(log)).toSorted();
  return shortHash(JSON.stringify([names, failed, logs]));
}

function endOf(log: string): string {
  const lines = log.split('\n').map((line) => line.replace(/[0-9a-f]*\d[0-9a-f]*/gi, '#').trim());
  return lines
    .filter((line) => line !== '')
    .slice(-LINES)
    .join('\n');
}
