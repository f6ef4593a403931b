import type { FailedTest, Job } from '../../../shared/domain/ports/pipelines.ts';
import { MAX_LOG_CHARACTERS } from '../../../shared/domain/prompts/pipeline-prompt.ts';
import { fingerprintFailure } from '../../../shared/domain/tasks/fingerprint-failure.ts';
import { cleanText } from '../../../shared/kernel/text/clean-text.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';

/** What failed in a pipeline, without credentials. */
export interface Failure {
  /** Those whose logs are given to the agent. */
  jobs: { name: string; stage: string; log: string }[];
  otherJobs: string[];
  tests: FailedTest[];
  /** Which failure it is: the same one again has the same. */
  fingerprint: string;
}

const MAX_LOGS = 4;
/** Longer than a secret can be: what is masked must not begin in the middle of one. */
const LONGEST_SECRET_BYTES = 32 * 1024;
/** A character may take four bytes, and marks of colours are taken out. */
const TAIL_BYTES = 4 * MAX_LOG_CHARACTERS + LONGEST_SECRET_BYTES;

/**
 * Reads the ends of the logs of failed jobs and the tests that failed. Anything may stand there: credentials are masked
 * before the text is cut, so that no half of one is left.
 * @throws {TaskError} `gitlab-*`
 */
export async function readFailure(
  { gitlab, deps, mergeRequest }: Pick<MergeRequestRun, 'gitlab' | 'deps' | 'mergeRequest'>,
  pipelineId: number,
  failed: readonly Job[],
): Promise<Failure> {
  const { projectId } = mergeRequest;
  const shown = failed.slice(0, MAX_LOGS);
  const logs: string[] = [];
  for (const { id } of shown) {
    const text = await gitlab.readJobLog(projectId, id, { tailBytes: TAIL_BYTES });
    logs.push(deps.redact(cleanLog(text)).slice(-MAX_LOG_CHARACTERS));
  }
  const found = await gitlab.listFailedTests(projectId, pipelineId);
  const tests = found.map(({ suite, name, output }) => ({
    suite: deps.redact(suite),
    name: deps.redact(name),
    output: deps.redact(cleanLog(output)),
  }));
  const read = shown.map((job, index) => ({ job, log: logs[index] ?? '' }));
  return {
    jobs: read.map(({ job, log }) => ({ name: deps.redact(job.name), stage: deps.redact(job.stage), log })),
    otherJobs: failed.slice(MAX_LOGS).map(({ name }) => deps.redact(name)),
    tests,
    fingerprint: fingerprintFailure(read, tests),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const COLOUR = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
/** How GitLab marks a part of a log that can be folded. */
const SECTION = /section_(?:start|end):\d+:[\w.-]+(?:\[[^\]]*\])?/g;

/** A log as a person reads it: of a line that was written over, only what stands there in the end. */
function cleanLog(text: string): string {
  const lines = text.replace(COLOUR, '').replace(SECTION, '').replaceAll('\r\n', '\n').split('\n');
  return cleanText(lines.map((line) => line.slice(line.trimEnd().lastIndexOf('\r') + 1)).join('\n')).trim();
}
