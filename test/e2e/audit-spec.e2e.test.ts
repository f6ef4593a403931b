import path from 'node:path';
import { expect, it } from 'vitest';
import { createReleasePlan } from '../../sandbox/audit/release-plan.ts';
import { startRelease } from '../../sandbox/audit/start-release.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { EvidenceRecord } from '../../shared/services/audit/evidence/record.ts';
import { runAudit } from '../../shared/services/audit/run-audit.ts';
import { createMemoryFiles } from '../doubles/memory-files.ts';
import { createSpecChecker } from '../spec-check.ts';
import { specsFolder } from '../specs/specs-folder.ts';

it('asks and is answered as the official specifications say', async () => {
  const gitlab = await createSpecChecker(path.join(specsFolder, 'gitlab/openapi.json'));
  const jira = await createSpecChecker(path.join(specsFolder, 'jira/openapi.json'));
  await using release = await startRelease();
  const files = createMemoryFiles();
  await runAudit(
    createReleasePlan({ repositories: createReleasePlan().repositories.map((one) => ({ ...one, from: null })) }),
    {
      evidence: { files, place: 'evidence' },
      fetch: release.fetch,
      siteUrl: release.siteUrl,
      clock: release.clock,
      log: silentLog,
      toolVersion: '0.1.0',
      writeWorkbook: async () => new Uint8Array(),
    },
  );

  const problems: string[] = [];
  for (const { method, url, headers, body } of release.gitlab.requests.entries) {
    if (isLeftOut(url)) continue;
    problems.push(...gitlab.checkRequest({ method, url, headers, ...(body === '' ? {} : { body: JSON.parse(body) }) }));
  }
  for (const { method, url, headers, body } of release.jira.requests) {
    problems.push(...jira.checkRequest({ method, url, headers, ...(body === undefined ? {} : { body }) }));
  }
  let judged = 0;
  for (const text of [...files.contents].flatMap(([name, content]) => (name.startsWith('records/') ? [content] : []))) {
    const record = EvidenceRecord.parse(JSON.parse(text));
    if (record.kind !== 'answer' || record.failure !== null || isLeftOut(record.url)) continue;
    judged += 1;
    const body: unknown = JSON.parse(files.contents.get(`objects/${record.sha256}.json`) ?? '');
    const headers = { 'content-type': 'application/json' };
    const answer = { method: record.method, url: record.url, status: 200, headers, body };
    problems.push(...(record.service === 'gitlab' ? gitlab : jira).checkAnswer(answer));
  }
  expect([...new Set(problems)].filter((problem) => !MISTAKES.test(problem))).toEqual([]);
  expect(judged).toBeGreaterThan(30);
});

/**
 * Mistakes of the specifications: lists of people documented as one of them, and null for an absent value of a change.
 */
const MISTAKES = /(assignees|reviewers|approved_by) must be object,null|items\.\d+\.(from|to)(String)? must be string/;

/** Not in the excerpt of the specification that we have, or not in OpenAPI at all. */
function isLeftOut(url: string): boolean {
  return /\/(deployments|events)\?|\/api\/graphql/.test(url);
}
