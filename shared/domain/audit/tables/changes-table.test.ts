import { expect, it } from 'vitest';
import {
  aCommit,
  aMergeRequest,
  anIssue,
  aPerson,
  aRepository,
  sha,
  someFacts,
} from '../../../../test/builders/audit.ts';
import { auditRelease } from '../audit-release.ts';
import type { AgentRunFacts } from '../facts/agent-run.ts';
import { AuditPolicy } from '../policy/audit-policy.ts';
import { reportTables } from './report-tables.ts';
import { cellText } from './table.ts';

const COLUMNS = ['agent', 'requester', 'run', 'model'];
const run: AgentRunFacts = {
  runId: 'run-1',
  repository: 'group/app',
  mergeRequestIid: 1,
  commits: [],
  requester: aPerson('rita'),
  model: 'gpt-5',
  source: 'ledger',
};
const trailers = [{ key: 'Cmap-Run', value: 'run-1' }];

function cellsOf(agentRuns: AgentRunFacts[] | 'not-known', own: Parameters<typeof aCommit>[1] = {}) {
  const repository = aRepository('a', {
    commits: [aCommit('a', { parents: ['before'], ...own })],
    mergeRequests: [aMergeRequest(1, { squashCommitSha: sha('a') })],
  });
  const report = auditRelease(
    someFacts({ repositories: [repository], issues: [anIssue('PROJ-1')], agentRuns }),
    AuditPolicy.parse({}),
  );
  const table = reportTables(report).find(({ id }) => id === 'changes');
  const [row] = table?.rows ?? [];
  return COLUMNS.map((key) => cellText(row?.cells[table?.columns.findIndex((one) => one.key === key) ?? -1] ?? '?'));
}

it.each<[string, ReturnType<typeof cellsOf>, string[]]>([
  ['by people', cellsOf([]), ['', '', '', '']],
  ['known from the ledger', cellsOf([run]), ['yes, by the run ledger', 'rita', 'run-1', 'gpt-5']],
  ['known from both', cellsOf([run], { trailers }), ['yes, by ledger and commits', 'rita', 'run-1', 'gpt-5']],
  [
    'known from the trailer alone',
    cellsOf('not-known', { trailers }),
    ['yes, by its commits', 'not known', 'run-1', 'not known'],
  ],
  [
    'whose model no session named',
    cellsOf([{ ...run, model: 'not-known' }]),
    ['yes, by the run ledger', 'rita', 'run-1', 'not known'],
  ],
])('a change %s says who asked, in which run, of which model', (_, cells, expected) => {
  expect(cells).toEqual(expected);
});
