import { expect, it } from 'vitest';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import type { Job } from '../../../shared/domain/ports/pipelines.ts';
import { MAX_LOG_CHARACTERS } from '../../../shared/domain/prompts/pipeline-prompt.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { only } from '../../../test/doubles/only.ts';
import { aMergeRequest } from '../../../test/fixtures/discussions.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { readFailure } from './read-failure.ts';

const SECRET = 'company-deploy-password-4711';

async function read(logs: string[], tests: { suite: string; name: string; output: string }[] = []) {
  const redactor = createRedactor();
  redactor.add(SECRET);
  const asked: number[] = [];
  const gitlab = only<GitLab>({
    async readJobLog(_project: number, id: number, { tailBytes }: { tailBytes: number }) {
      asked.push(id);
      return Buffer.from(logs[id] ?? '')
        .subarray(-tailBytes)
        .toString('utf8');
    },
    listFailedTests: async () => tests,
  });
  const deps = { redact: (text: string) => redactor.redact(text) } as unknown as RunnerDeps; // nothing else is read
  const jobs = logs.map(
    (_, id): Job => ({ id, name: `job ${id}`, stage: 'test', status: 'failed', allowFailure: false }),
  );
  return { asked, failure: await readFailure({ gitlab, deps, mergeRequest: aMergeRequest() }, 812, jobs) };
}

it('masks credentials before it cuts, so that no half of one is left', async () => {
  // So many characters of it would be left by a cut.
  for (const left of [8, 12, SECRET.length - 1]) {
    const log = `${'a'.repeat(5000)}${SECRET}${'b'.repeat(MAX_LOG_CHARACTERS - left)}`;
    const { failure } = await read([log], [{ suite: SECRET, name: SECRET, output: `with ${SECRET}` }]);
    const text = JSON.stringify(failure);
    for (const part of [SECRET, SECRET.slice(-8), SECRET.slice(0, 12)]) expect(text).not.toContain(part);
    expect(failure.jobs[0]?.log.length).toBeLessThanOrEqual(MAX_LOG_CHARACTERS);
  }
});

it('reads a log as a person does: without colours, folds and lines that were written over', async () => {
  const log =
    'section_start:1560896352:build[collapsed=true]\r\u001b[0KBuild\n10%\r20%\r\u001b[31mfailed\u001b[0m\r\nexit code 1\n';
  const { failure } = await read([log]);
  expect(failure.jobs[0]?.log).toBe('Build\nfailed\nexit code 1');
});

it('reads the logs of four jobs, however many failed, and names the others', async () => {
  const { asked, failure } = await read(Array.from({ length: 30 }, (_, index) => `log ${index}`));
  expect(asked).toHaveLength(4);
  expect(failure.jobs).toHaveLength(4);
  expect(failure.otherJobs).toHaveLength(26);
});
