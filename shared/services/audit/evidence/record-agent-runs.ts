import * as z from 'zod';
import { AgentRunFacts } from '../../../domain/audit/facts/agent-run.ts';
import { CriteriaMark } from '../../../domain/audit/facts/criteria-mark.ts';
import { NOT_KNOWN, type NotKnown } from '../../../domain/audit/facts/known.ts';
import type { Source } from '../../../domain/audit/facts/source.ts';
import { canonicalJson } from '../../../kernel/canonical-json.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import type { AgentRunsRead } from '../plan/agent-runs-read.ts';
import type { AuditPlan } from '../plan/audit-plan.ts';
import type { RunPlaces } from '../plan/run-places.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { AnswerRecord } from './record.ts';

/** Runs of the agent on the merge requests of some repositories, without where they were read. */
export type ReadAgentRuns = (repositories: readonly RunPlaces[]) => Promise<LedgerRead | NotKnown>;

const LedgerRun = AgentRunFacts.omit({ source: true });
export type LedgerRun = z.infer<typeof LedgerRun>;

const LedgerMark = CriteriaMark.omit({ source: true });
export type LedgerMark = z.infer<typeof LedgerMark>;

/** The list of runs alone is what is stored where every run could be read and no review has marked anything. */
const LedgerRead = z.object({
  runs: LedgerRun.array(),
  unreadable: z.array(z.string()),
  marks: LedgerMark.array().default([]),
});
type LedgerRead = z.infer<typeof LedgerRead>;
const StoredRead = z.union([LedgerRead, LedgerRun.array().transform((runs) => ({ runs, unreadable: [], marks: [] }))]);

/** For an answer that is needed now and kept nowhere: the runs as facts of the ledger. */
export function withSource(read: ReadAgentRuns): RecordedAgentRuns['read'] {
  return async (repositories) => {
    const answer = await read(repositories);
    return answer === NOT_KNOWN ? answer : attribute(answer, 'ledger');
  };
}

export interface RecordedAgentRuns {
  read(repositories: readonly RunPlaces[]): Promise<AgentRunsRead | NotKnown>;
  /** Where they were read; empty when they were not. */
  sources(): Source[];
}

/**
 * What the run ledger says, as evidence of the audit like any answer of a service: it is read once, and an audit that
 * goes on or is replayed takes what was stored, because the ledger has changed or is gone by then. Without `readLedger`
 * only what was stored counts.
 */
export function recordAgentRuns(
  plan: AuditPlan,
  store: EvidenceStore,
  { readLedger, mayReuse }: { readLedger?: ReadAgentRuns | undefined; mayReuse: boolean },
): RecordedAgentRuns {
  const key = keyOf(plan);
  const sources: Source[] = [];
  const taken = (record: AnswerRecord, read: LedgerRead): AgentRunsRead => {
    const source: Source = {
      id: `ledger-${key.slice(0, 12)}`,
      service: 'ledger',
      url: record.url,
      readAt: record.at,
      sha256: record.sha256,
    };
    sources.push(source);
    return attribute(read, source.id);
  };

  return {
    async read(repositories) {
      const stored = mayReuse ? await findStored(key, plan.fixVersion, store) : undefined;
      if (stored) return taken(stored, StoredRead.parse(JSON.parse(await store.read(stored))));
      const read = readLedger ? await readLedger(repositories) : NOT_KNOWN;
      if (read === NOT_KNOWN) return NOT_KNOWN;
      const answer = { key, service: 'ledger', method: 'GET', url: 'ledger:runs' } as const;
      const rest = { settled: false, failure: null, next: null };
      return taken(await store.append({ ...answer, ...rest }, canonicalJson(toStored(read))), read);
    },
    sources: () => [...sources],
  };
}

function attribute({ runs, marks, unreadable }: LedgerRead, source: string): AgentRunsRead {
  const sourced = <Item extends object>(items: readonly Item[]) => items.map((item) => ({ ...item, source }));
  return { runs: sourced(runs), marks: sourced(marks), unreadable };
}

/** No more than there is, so that evidence without these stays what it was. */
function toStored({ runs, marks, unreadable }: LedgerRead): unknown {
  if (marks.length > 0) return { runs, marks, unreadable };
  return unreadable.length > 0 ? { runs, unreadable } : runs;
}

function keyOf({ fixVersion, mappedProjects, repositories }: AuditPlan): string {
  const paths = repositories.map(({ repository }) => repository);
  return sha256(canonicalJson({ service: 'ledger', fixVersion, mappedProjects, repositories: paths }));
}

/** Of the last audit of the version only: an earlier one asked an earlier ledger. */
async function findStored(key: string, fixVersion: string, store: EvidenceStore): Promise<AnswerRecord | undefined> {
  const records = await store.records();
  const begin = records.findLastIndex((one) => one.kind === 'begin' && one.plan.fixVersion === fixVersion);
  const record = records.findLast((one, index) => index > begin && one.kind === 'answer' && one.key === key);
  return record?.kind === 'answer' ? record : undefined;
}
