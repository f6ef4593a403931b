import type { Gap } from '../facts/gap.ts';
import type { RepositoryModel } from '../model/repository-model.ts';
import { repositoryGaps } from '../release/find-gaps.ts';
import type { JudgedRepository } from '../release/judge-repository.ts';
import type { JudgedChange } from '../release/judged-change.ts';
import type { ReleaseFrame } from '../release/release-frame.ts';
import type { AuditReport } from '../report/audit-report.ts';
import type { Finding } from '../report/finding.ts';
import type { ReportRange } from '../report/summary.ts';
import { checkApprovals } from '../rules/approval-rules.ts';
import { checkChange } from '../rules/change-rules.ts';
import { checkCriteria } from '../rules/criteria-rules.ts';
import { checkDeployments } from '../rules/deployment-rules.ts';
import { checkPipeline } from '../rules/pipeline-rules.ts';
import { checkReverts } from '../rules/revert-rules.ts';
import { checkTickets } from '../rules/ticket-rules.ts';
import { reportChange } from './report-changes.ts';
import { reportCommits } from './report-commits.ts';

/** The part of a repository in a report. It does not refer to the facts, which can go once it is made. */
export interface RepositoryReport extends Pick<AuditReport, 'changes' | 'commits' | 'links'> {
  repository: AuditReport['repositories'][number];
  ranges: ReportRange[];
  /** Without waivers. */
  findings: Finding[];
  gaps: Gap[];
}

/** The rows, findings and gaps of a repository. */
export function reportRepository(judged: JudgedRepository, frame: ReleaseFrame): RepositoryReport {
  const { model, changes, links } = judged;
  const { facts } = model;
  const { fixVersion, environment } = frame.facts.request;
  return {
    repository: {
      repository: facts.repository,
      projectId: facts.projectId,
      url: facts.url,
      formerPaths: [...facts.formerPaths].sort(),
      paths: facts.paths,
      mergeMethod: facts.mergeMethod,
    },
    ranges: rangesOf(model),
    changes: changes.map(reportChange),
    commits: reportCommits(judged),
    links: links.map((link) => link.row),
    findings: [
      ...changes.filter((one) => one.change.inScope).flatMap((one) => checkOne(one, fixVersion)),
      ...checkReverts(model),
      ...checkDeployments(changes, environment),
    ],
    gaps: repositoryGaps(judged, frame),
  };
}

function checkOne(judged: JudgedChange, fixVersion: string): Finding[] {
  return [
    ...checkChange(judged),
    ...checkTickets(judged, fixVersion),
    ...checkApprovals(judged),
    ...checkPipeline(judged),
    ...checkCriteria(judged),
  ];
}

function rangesOf({ facts, attribution }: RepositoryModel): ReportRange[] {
  return facts.ranges.map(({ branch, from, to }) => ({
    repository: facts.repository,
    branch,
    fromRef: from === 'root' ? 'root' : from.ref,
    fromSha: from === 'root' ? null : from.sha,
    toRef: to.ref,
    toSha: to.sha,
    commits: attribution.commits.filter((commit) => commit.branches.includes(branch)).length,
  }));
}
