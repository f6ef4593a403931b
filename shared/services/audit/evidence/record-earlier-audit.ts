import { EarlierAudit } from '../../../domain/audit/facts/earlier-audit.ts';
import type { Source } from '../../../domain/audit/facts/source.ts';
import { canonicalJson } from '../../../kernel/canonical-json.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { AnswerRecord, EvidenceRecord } from './record.ts';

/** The last audit of the same version that is kept elsewhere; `undefined` when there is none. */
export type ReadEarlierAudit = () => Promise<EarlierAudit | undefined>;

export interface RecordedEarlierAudit {
  earlier: EarlierAudit | undefined;
  /** Where it was read; empty for one that stands in the same evidence. */
  sources: Source[];
}

/**
 * The audit of the same version before this one: the last one that ended in this evidence, else the one that is kept
 * elsewhere. The latter is stored as evidence, so that an audit that goes on or is replayed compares with the same one.
 */
export async function recordEarlierAudit(
  fixVersion: string,
  store: EvidenceStore,
  { readEarlier, mayReuse }: { readEarlier?: ReadEarlierAudit | undefined; mayReuse: boolean },
): Promise<RecordedEarlierAudit> {
  const key = sha256(canonicalJson({ service: 'archive', fixVersion }));
  const records = await store.records();
  const begin = records.findLastIndex((one) => one.kind === 'begin' && one.plan.fixVersion === fixVersion);
  const stored = mayReuse
    ? records.findLast((one, index) => index > begin && one.kind === 'answer' && one.key === key)
    : undefined;
  if (stored?.kind === 'answer') return taken(stored, EarlierAudit.parse(JSON.parse(await store.read(stored))));
  const local = findLocal(records.slice(0, Math.max(0, begin)), fixVersion);
  if (local) return { earlier: local, sources: [] };
  const earlier = await readEarlier?.();
  if (!earlier) return { earlier: undefined, sources: [] };
  const rest = { method: 'GET', url: `audit:${fixVersion}`, settled: false, failure: null, next: null } as const;
  return taken(await store.append({ key, service: 'archive', ...rest }, canonicalJson(earlier)), earlier);
}

function taken({ key, url, at, sha256: hash }: AnswerRecord, earlier: EarlierAudit): RecordedEarlierAudit {
  return { earlier, sources: [{ id: `archive-${key.slice(0, 12)}`, service: 'other', url, readAt: at, sha256: hash }] };
}

function findLocal(records: readonly EvidenceRecord[], fixVersion: string): EarlierAudit | undefined {
  let version: string | undefined;
  let found: EarlierAudit | undefined;
  for (const record of records) {
    if (record.kind === 'begin') version = record.plan.fixVersion;
    if (record.kind === 'end' && version === fixVersion && record.ranges)
      found = { auditedAt: record.at, ranges: record.ranges };
  }
  return found;
}
