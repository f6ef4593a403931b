import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aCommit,
  aMergeRequest,
  anIssue,
  aRange,
  aRepository,
  at,
  sha,
  someFacts,
} from '../../../test/builders/audit.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { auditRelease } from './audit-release.ts';
import type { AuditFacts } from './facts/audit-facts.ts';
import { AuditFacts as AuditFactsSchema } from './facts/audit-facts.ts';
import type { CommitFacts } from './facts/commit.ts';
import type { MergeRequestFacts } from './facts/merge-request.ts';
import type { RepositoryFacts } from './facts/repository.ts';
import { AuditPolicy } from './policy/audit-policy.ts';
import { auditJsonSchema, auditSummaryJsonSchema } from './report/audit-json-schema.ts';
import { AuditReport } from './report/audit-report.ts';

const SUBJECTS = ['PROJ-1: x', 'PROJ-2 PROJ-3', 'no key', 'Revert "PROJ-1: x"', 'Revert "Revert "PROJ-1: x""', 'OPS-4'];

/** A history of any shape: each commit has up to three earlier parents, or one from before the range. */
const histories = fc
  .array(
    fc.record({
      parents: fc.uniqueArray(fc.nat(30), { minLength: 0, maxLength: 3 }),
      subject: fc.constantFrom(...SUBJECTS),
      reverts: fc.option(fc.nat(30)),
      picks: fc.option(fc.nat(30)),
      branches: fc.subarray(['main', 'release'], { minLength: 1 }),
      minutes: fc.nat(500),
    }),
    { maxLength: 30 },
  )
  .map((nodes) =>
    nodes.map((node, index): CommitFacts => {
      const names = node.parents.map((parent) => (parent < index ? `${parent}` : 'before'));
      const body = [
        node.reverts === null ? '' : `This reverts commit ${sha(`${node.reverts}`)}.`,
        node.picks === null ? '' : `(cherry picked from commit ${sha(`${node.picks}`)})`,
      ].join('\n');
      const { subject, branches } = node;
      return aCommit(`${index}`, {
        parents: [...new Set(names)],
        subject,
        body,
        branches,
        committedAt: at(node.minutes),
      });
    }),
  );

const anySha = fc.option(fc.nat(34).map((index) => sha(`${index}`)));
const mergeRequests = fc.array(
  fc.record({
    mergeCommitSha: anySha,
    squashCommitSha: anySha,
    sha: anySha,
    commitCount: fc.oneof(fc.constant('not-known' as const), fc.nat(5)),
    state: fc.constantFrom('merged', 'opened', 'closed'),
    title: fc.constantFrom(...SUBJECTS),
    targetBranch: fc.constantFrom('main', 'release', 'other'),
  }),
  { maxLength: 12 },
);

const releases = fc
  .record({
    commits: histories,
    requests: mergeRequests,
    asked: fc.array(
      fc.record({ index: fc.nat(34), iids: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 2 }) }),
      { maxLength: 30 },
    ),
    tips: fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }),
  })
  .map(({ commits, requests, asked, tips }): AuditFacts => {
    const repository: RepositoryFacts = aRepository('0', {
      commits,
      ranges: tips.map((tip, index) => aRange(`${tip}`, index === 0 ? 'main' : 'release')),
      mergeRequests: requests.map((one, index): MergeRequestFacts => aMergeRequest(index + 1, one)),
      askedCommits: asked.map(({ index, iids }) => ({ sha: sha(`${index}`), mergeRequestIids: iids, source: 'asked' })),
    });
    return someFacts({ repositories: [repository], issues: [1, 2, 3].map((number) => anIssue(`PROJ-${number}`)) });
  });

const policy = AuditPolicy.parse({});
const RUNS = { numRuns: 200 };
const PATIENT = 60_000;

describe('auditRelease, for histories and merge requests of any shape', () => {
  it(
    'has every commit of the range once, in exactly one change',
    () => {
      fc.assert(
        fc.property(releases, (facts) => {
          const report = auditRelease(facts, policy);
          const listed = [
            ...new Set(facts.repositories.flatMap((one) => one.commits.map((commit) => commit.sha))),
          ].sort();
          expect(report.commits.map((commit) => commit.sha).sort()).toEqual(listed);
          expect(report.changes.flatMap((change) => change.commits).sort()).toEqual(listed);
          for (const commit of report.commits)
            expect(report.changes.find((change) => change.id === commit.change)?.commits).toContain(commit.sha);
        }),
        RUNS,
      );
    },
    PATIENT,
  );

  it(
    'never covers more stories than need code, and never gives two rows one id',
    () => {
      fc.assert(
        fc.property(releases, (facts) => {
          const { summary, findings, changes, links } = auditRelease(facts, policy);
          expect(summary.coverage.withNetCode).toBeLessThanOrEqual(summary.coverage.needCode);
          for (const ids of [
            findings.map((one) => one.id),
            changes.map((one) => one.id),
            links.map((one) => `${one.key} ${one.change}`),
          ])
            expect(new Set(ids).size).toBe(ids.length);
        }),
        RUNS,
      );
    },
    PATIENT,
  );

  it(
    'gives the same bytes for the same facts in another order',
    () => {
      fc.assert(
        fc.property(releases, (facts) => {
          const reversed: AuditFacts = {
            ...facts,
            issues: [...facts.issues].reverse(),
            repositories: facts.repositories.map((one) => ({
              ...one,
              commits: [...one.commits].reverse(),
              mergeRequests: [...one.mergeRequests].reverse(),
              askedCommits: [...one.askedCommits].reverse(),
            })),
          };
          expect(canonicalJson(auditRelease(reversed, policy))).toBe(canonicalJson(auditRelease(facts, policy)));
        }),
        RUNS,
      );
    },
    PATIENT,
  );

  it(
    'fits the published schemas and its own',
    () => {
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      const validate = ajv.compile(auditJsonSchema());
      const validateSummary = ajv.compile(auditSummaryJsonSchema());
      fc.assert(
        fc.property(releases, (facts) => {
          expect(AuditFactsSchema.parse(facts)).toEqual(facts);
          const report = auditRelease(facts, policy);
          const written: unknown = JSON.parse(canonicalJson(report));
          expect(AuditReport.parse(written)).toEqual(written);
          expect(validate(written), JSON.stringify(validate.errors)).toBe(true);
          expect(validateSummary(report.summary), JSON.stringify(validateSummary.errors)).toBe(true);
        }),
        { numRuns: 50 },
      );
    },
    PATIENT,
  );
});
