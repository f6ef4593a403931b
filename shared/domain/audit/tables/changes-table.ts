import { isKnown } from '../facts/known.ts';
import type { AuditReport } from '../report/audit-report.ts';
import type { ReportAgent, ReportApproval, ReportChange } from '../report/change.ts';
import type { ReportFacets } from './facets.ts';
import { linked } from './row-addresses.ts';
import { type Cell, rowsOf, type Table } from './table.ts';

const NOT_KNOWN = 'not known';

/**
 * One row a merge request or direct push: the complete population, with ticket, author, approver, tests and deployment.
 */
export function changesTable(report: AuditReport, facets: ReportFacets): Table {
  return {
    id: 'changes',
    title: 'Changes',
    caption:
      'Each row is one merge request, or one commit without a merge request: the complete population of the range.',
    columns: [
      { key: 'change', title: 'Change', width: 30, kind: 'text' },
      { key: 'title', title: 'Title', width: 60, kind: 'text' },
      { key: 'tickets', title: 'Tickets', width: 20, kind: 'text' },
      { key: 'author', title: 'Author', width: 20, kind: 'text' },
      { key: 'agent', title: 'Written by the agent', width: 24, kind: 'text' },
      { key: 'requester', title: 'Requested by', width: 20, kind: 'text' },
      { key: 'run', title: 'Agent run', width: 24, kind: 'text' },
      { key: 'model', title: 'Model', width: 18, kind: 'text' },
      { key: 'approved', title: 'Approved', width: 14, kind: 'text' },
      { key: 'approvals', title: 'Approvals', width: 50, kind: 'text', wraps: true },
      { key: 'merged', title: 'Merged by', width: 18, kind: 'text' },
      { key: 'mergedAt', title: 'Merged at', width: 22, kind: 'time' },
      { key: 'pipeline', title: 'Pipeline', width: 26, kind: 'text' },
      { key: 'deployments', title: 'Deployments', width: 44, kind: 'text', wraps: true },
      { key: 'reverted', title: 'Reverted', width: 10, kind: 'text' },
      { key: 'commits', title: 'Commits', width: 10, kind: 'number' },
      { key: 'repository', title: 'Repository', width: 24, kind: 'text' },
      { key: 'inScope', title: 'Judged', width: 10, kind: 'text' },
      { key: 'findings', title: 'Findings', width: 10, kind: 'number' },
      { key: 'criteria', title: 'Acceptance criteria', width: 40, kind: 'text', wraps: true },
    ],
    rows: rowsOf(
      report.changes,
      (change) => ({
        id: change.id,
        cells: [
          linked(change.id, change.url),
          change.title,
          change.keys,
          change.author,
          ...describeAgent(change),
          describeApproved(change),
          isKnown(change.approvals) ? change.approvals.map(describeApproval) : NOT_KNOWN,
          isKnown(change.mergedBy) ? (change.mergedBy ?? '') : NOT_KNOWN,
          change.mergedAt ?? '',
          linked(change.pipeline.result.replaceAll('-', ' '), change.pipeline.url),
          isKnown(change.deployments)
            ? change.deployments.map(({ environment, at, by }) => `${environment} ${at} by ${by}`)
            : NOT_KNOWN,
          change.reverted,
          change.commits.length,
          change.repository,
          change.inScope ? 'yes' : 'no, outside the paths of the binding',
          change.findings.length,
          describeCriteria(change),
        ],
        sources: change.sources,
      }),
      facets.ofChange,
    ),
  };
}

function describeApproved({ kind, approved }: ReportChange): string {
  if (kind === 'direct-push') return 'no merge request';
  if (!isKnown(approved)) return NOT_KNOWN;
  return approved ? 'yes' : 'no';
}

function describeApproval({ by, at, verdict }: ReportApproval): string {
  const when = isKnown(at) ? ` ${at}` : '';
  return verdict === 'counts' ? `${by}${when}` : `${by}${when} (does not count: ${verdict.replaceAll('-', ' ')})`;
}

const KNOWN_FROM: Readonly<Record<ReportAgent['knownFrom'], string>> = {
  ledger: 'yes, by the run ledger',
  trailer: 'yes, by its commits',
  'ledger-and-trailer': 'yes, by ledger and commits',
  author: 'yes, by its author',
};

/** By the agent's review; empty where it has marked none. */
function describeCriteria({ criteria }: ReportChange): string {
  if (!criteria) return '';
  const { met, partly, notMet, notAnswered, leftOut = 0, head, sha } = criteria;
  const counts = [
    `${met} met`,
    ...(partly > 0 ? [`${partly} partly`] : []),
    ...(notMet > 0 ? [`${notMet} not met`] : []),
    ...(notAnswered > 0 ? [`${notAnswered} without a mark`] : []),
    ...(leftOut > 0 ? [`${leftOut} not looked at`] : []),
  ];
  return head === 'merged' ? counts.join(', ') : `${counts.join(', ')}, at ${sha.slice(0, 8)} before the merged commit`;
}

/**
 * How it is known and what people let pass, who asked, the runs and their models; four empty cells for a change by
 * people.
 */
function describeAgent({ agent }: ReportChange): readonly [Cell, Cell, Cell, Cell] {
  if (!agent) return ['', '', '', ''];
  const { knownFrom, requesters, runIds, models, allowed = [] } = agent;
  const letPass = allowed.map((one) => `; let pass: ${one}`).join('');
  return [
    `${KNOWN_FROM[knownFrom]}${letPass}`,
    isKnown(requesters) ? requesters : NOT_KNOWN,
    runIds.length === 0 ? NOT_KNOWN : runIds,
    isKnown(models) ? models : NOT_KNOWN,
  ];
}
