import { describe, expect, it } from 'vitest';
import { anAuditReport, shaOf } from '../../../test/builders/audit-report.ts';
import { anAuditPlan, aReleaseAsServicesShowIt, createAuditServices } from '../../../test/builders/audit-services.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryFiles } from '../../../test/doubles/memory-files.ts';
import type { EarlierAudit } from '../../domain/audit/facts/earlier-audit.ts';
import { silentLog } from '../../kernel/log.ts';
import { createReadEarlierAudit } from './read-earlier-audit.ts';
import { replayAudit, runAudit } from './run-audit.ts';

const TAG = 'v2.4.0';
const TAGS = `gitlab GET projects/7/repository/tags/${TAG}`;

/** The release with its end at the merge, or at the commit before it. */
function answers(end: 'merge' | 'before', isTag: boolean) {
  const all = aReleaseAsServicesShowIt();
  const commits = all['gitlab GET projects/7/repository/commits'] as { id: string }[];
  const shown = end === 'merge' ? commits : commits.slice(1);
  return {
    ...all,
    [`gitlab GET projects/7/repository/commits/${TAG}`]: shown[0],
    'gitlab GET projects/7/repository/commits': shown,
    // Before the merge the commit was pushed, and is no merge request's yet.
    [`gitlab GET projects/7/repository/commits/${shaOf(2)}/merge_requests`]: [],
    ...(isTag ? { [TAGS]: { name: TAG, commit: { id: shown[0]?.id } } } : {}),
  };
}

function createFixture() {
  const files = createMemoryFiles();
  const clock = createManualClock(Date.UTC(2026, 10, 28, 12));
  const asked: string[] = [];
  const deps = { evidence: { files, place: 'evidence' }, toolVersion: '0.1.0', clock, log: silentLog };
  const [repository] = anAuditPlan().repositories;
  const plan = anAuditPlan({ repositories: repository ? [{ ...repository, to: TAG }] : [] });
  const rest = { ...deps, siteUrl: 'https://jira.example', writeWorkbook: async () => new Uint8Array() };
  const audit = async (
    given: ReturnType<typeof answers>,
    readEarlierAudit?: () => Promise<EarlierAudit | undefined>,
  ) => {
    asked.length = 0;
    const { report } = await runAudit(plan, { ...rest, fetch: createAuditServices(given, asked), readEarlierAudit });
    expect((await replayAudit({ fixVersion: '2.4.0' }, rest)).report).toEqual(report);
    expect(report.summary.calls).toEqual(report.summary.calls_floor);
    return report;
  };
  return { audit, asked };
}

const movedOf = ({ gaps }: Awaited<ReturnType<ReturnType<typeof createFixture>['audit']>>) =>
  gaps.filter(({ reason }) => reason === 'moved-ref').map(({ detail }) => detail);
const MOVED = `${TAG} named ${shaOf(2).slice(0, 8)} in the earlier audit and names ${shaOf(3).slice(0, 8)} now.`;

const kept: EarlierAudit = {
  auditedAt: '2026-11-27T12:00:00.000Z',
  ranges: [
    {
      repository: 'group/app',
      branch: TAG,
      fromRef: 'v2.3.0',
      fromSha: shaOf(1),
      toRef: TAG,
      toSha: shaOf(2),
    },
  ],
};

describe('the audit of the same version before this one', () => {
  it('shows a tag that moved, which makes the audit incomplete', async () => {
    const { audit } = createFixture();
    expect(movedOf(await audit(answers('before', true)))).toEqual([]);
    const report = await audit(answers('merge', true));
    expect(movedOf(report)).toEqual([MOVED]);
    expect(report.summary.result).toBe('incomplete');
    expect(movedOf(await audit(answers('merge', true)))).toEqual([]);
  });

  it('shows nothing of a branch that went forward, and asks what it is only then', async () => {
    const { audit, asked } = createFixture();
    await audit(answers('before', false));
    expect(asked).not.toContain(TAGS);
    expect(movedOf(await audit(answers('merge', false)))).toEqual([]);
    expect(asked).toContain(TAGS);
  });

  it('is the kept one where the evidence has none, and is evidence from then on', async () => {
    const { audit } = createFixture();
    const report = await audit(answers('merge', true), async () => kept);
    expect(movedOf(report)).toEqual([MOVED]);
    expect(report.sources).toContainEqual(expect.objectContaining({ service: 'other', url: 'audit:2.4.0' }));
  });
});

describe('createReadEarlierAudit', () => {
  const summary = {
    ...anAuditReport().summary,
    auditedAt: kept.auditedAt,
    ranges: kept.ranges.map((one) => ({ ...one, commits: 1 })),
  };
  const archive = (...ids: string[]) => ({
    list: async () => ids.map((auditId) => ({ fixVersion: '2.4.0', auditId, archivedAt: 0 })),
    find: async ({ auditId }: { auditId: string }) => (auditId === 'old' ? '{}' : JSON.stringify(summary)),
  });

  it.each<[string, string[], EarlierAudit | undefined]>([
    ['the newest but the one that is made', ['own', 'run-1', 'old'], kept],
    ['none when there is no other', ['own'], undefined],
    ['none when another version of the program wrote it', ['own', 'old', 'run-1'], undefined],
  ])('reads %s', async (_, ids, expected) => {
    expect(await createReadEarlierAudit(archive(...ids), '2.4.0', 'own')()).toEqual(expected);
  });
});
