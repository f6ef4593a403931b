import { createReleaseReport } from '../../domain/audit/build/create-release-report.ts';
import type { AuditPolicy } from '../../domain/audit/policy/audit-policy.ts';
import type { RepositoryPolicies } from '../../domain/audit/release/release-frame.ts';
import type { AuditReport } from '../../domain/audit/report/audit-report.ts';
import type { EvidenceFetch, EvidenceFiles } from '../../domain/ports/evidence.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Clock } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { toIso } from '../../kernel/to-iso.ts';
import { type CollectDeps, collectRelease } from './collect/collect-release.ts';
import { createEvidenceReader, type Reuse } from './evidence/evidence-reader.ts';
import { createEvidenceStore, type EvidenceStore } from './evidence/evidence-store.ts';
import type { BeginRecord } from './evidence/record.ts';
import { type ReadAgentRuns, type RecordedAgentRuns, recordAgentRuns } from './evidence/record-agent-runs.ts';
import {
  type ReadEarlierAudit,
  type RecordedEarlierAudit,
  recordEarlierAudit,
} from './evidence/record-earlier-audit.ts';
import { viewOfAudit } from './evidence/view-of-audit.ts';
import { buildManifest } from './manifest.ts';
import type { OutputFile } from './output-file.ts';
import type { AuditPlan } from './plan/audit-plan.ts';
import { withPolicies } from './plan/repository-policies.ts';
import { type RenderDeps, renderOutputs, renderReport } from './render-outputs.ts';

export interface RunAuditDeps extends RenderDeps, Pick<CollectDeps, 'siteUrl' | 'toolVersion'> {
  /** Absent where no run ledger can be read. */
  readAgentRuns?: ReadAgentRuns | undefined;
  /** Absent where no audits are kept but in the evidence. */
  readEarlierAudit?: ReadEarlierAudit | undefined;
  evidence: { files: EvidenceFiles; place: string };
  fetch: EvidenceFetch;
  clock: Clock;
  log: Log;
}

export interface AuditResult {
  report: AuditReport;
  /** Every file of the audit, the manifest last. */
  files: OutputFile[];
  /** Questions that went out to the services in this run. */
  asked: number;
}

export interface RunAuditOptions {
  /** Goes on with an audit of the same plan that was interrupted: no finished question goes out twice. */
  resume?: boolean;
  /** ISO time of the audit; now unless given. */
  now?: string;
}

/**
 * Audits a release against the live services: asks, stores each answer as evidence, judges, renders. Killed at any
 * moment, it goes on with `resume` where it was.
 */
export async function runAudit(
  plan: AuditPlan,
  deps: RunAuditDeps,
  { resume = false, now }: RunAuditOptions = {},
  signal?: AbortSignal,
): Promise<AuditResult> {
  const store = createEvidenceStore({ ...deps.evidence, clock: deps.clock });
  const interrupted = resume ? await findInterrupted(store, plan) : undefined;
  if (!interrupted) await store.begin(plan, deps.siteUrl);
  const reuse: Reuse = interrupted ? { kind: 'resume' } : { kind: 'settled' };
  const begun = (await lastBegin(store)) ?? interrupted;
  const at = now ?? begun?.at ?? toIso(deps.clock.now());
  const reader = await createEvidenceReader({ store, reuse, fetch: deps.fetch });
  const runs = recordAgentRuns(plan, store, { readLedger: deps.readAgentRuns, mayReuse: interrupted !== undefined });
  const before = await recordEarlierAudit(plan.fixVersion, store, {
    readEarlier: deps.readEarlierAudit,
    mayReuse: interrupted !== undefined,
  });
  const report = await judgeRelease(plan, { ...deps, reader, now: at, runs, before }, signal);
  const result = await conclude(report, store, deps);
  const { calls, result: outcome } = result.report.summary;
  deps.log.info('audit done', { fixVersion: plan.fixVersion, outcome, ...calls, asked: reader.asked() });
  return { ...result, asked: reader.asked() };
}

export interface ReplayOptions {
  fixVersion: string;
  /** Judged by another policy than the one it was audited with, which then counts for all but `repositoryPolicies`. */
  policy?: AuditPolicy;
  repositoryPolicies?: RepositoryPolicies;
  now?: string;
  /** How many records of the evidence count; all unless given. */
  records?: number | undefined;
}

type ReplayDeps = Omit<RunAuditDeps, 'fetch' | 'readAgentRuns' | 'readEarlierAudit' | 'siteUrl'>;

/**
 * Judges stored evidence again, without network and settings: the last audit of the version in the store. The same
 * evidence, policy and program give the same bytes.
 */
export async function replayAudit(options: ReplayOptions, deps: ReplayDeps): Promise<AuditResult> {
  const { report, store } = await judgeStored(options, deps);
  return { ...(await render(report, renderReport(report, deps), store, deps)), asked: 0 };
}

async function judgeStored(
  { fixVersion, policy, repositoryPolicies: own, now, records: count }: ReplayOptions,
  deps: Omit<ReplayDeps, keyof RenderDeps>,
): Promise<{ report: AuditReport; store: EvidenceStore }> {
  const all = createEvidenceStore({ ...deps.evidence, clock: deps.clock });
  const store = viewOfAudit(all, { fixVersion, records: count });
  const records = await store.records();
  const begun = records.findLast((record) => record.kind === 'begin' && record.plan.fixVersion === fixVersion);
  if (begun?.kind !== 'begin') {
    const known = [...new Set(records.flatMap((record) => (record.kind === 'begin' ? [record.plan.fixVersion] : [])))];
    const has = known.length === 0 ? 'no audit' : `audits of ${known.join(', ')}`;
    throw new TaskError('evidence-missing', { detail: `${deps.evidence.place} has ${has}, none of ${fixVersion}.` });
  }
  const plan = policy ? withPolicies(begun.plan, policy, own) : begun.plan;
  const reader = await createEvidenceReader({ store, reuse: { kind: 'offline' } });
  const runs = recordAgentRuns(plan, store, { mayReuse: true });
  const before = await recordEarlierAudit(fixVersion, store, { mayReuse: true });
  const collect = { ...deps, siteUrl: begun.siteUrl, reader, now: now ?? begun.at, runs, before };
  return { report: await judgeRelease(plan, collect), store };
}

/**
 * The audit of a run that may have been killed anywhere: one that has ended in this store is rendered again from its
 * evidence, one that was interrupted goes on, and otherwise a new one begins. Called again, it gives the same bytes and
 * repeats no finished question.
 */
export async function completeAudit(plan: AuditPlan, deps: RunAuditDeps, signal?: AbortSignal): Promise<AuditResult> {
  const records = await createEvidenceStore({ ...deps.evidence, clock: deps.clock }).records();
  const begun = records.findLast(({ kind }) => kind === 'begin');
  const isOver = records.at(-1)?.kind === 'end' && begun?.kind === 'begin' && isSamePlan(begun.plan, plan);
  return isOver ? replayAudit({ fixVersion: plan.fixVersion }, deps) : runAudit(plan, deps, { resume: true }, signal);
}

interface JudgeDeps extends Omit<CollectDeps, 'readAgentRuns' | 'earlierAudit'> {
  runs: RecordedAgentRuns;
  before: RecordedEarlierAudit;
}

async function judgeRelease(
  plan: AuditPlan,
  { runs, before, ...deps }: JudgeDeps,
  signal?: AbortSignal,
): Promise<AuditReport> {
  const release = await collectRelease(
    plan,
    { ...deps, readAgentRuns: runs.read, earlierAudit: before.earlier },
    signal,
  );
  const report = createReleaseReport(release.frame);
  for await (const repository of release.repositories()) report.add(repository);
  const closing = release.closing();
  return report.finish({ ...closing, sources: [...closing.sources, ...runs.sources(), ...before.sources] });
}

async function conclude(report: AuditReport, store: EvidenceStore, deps: RenderDeps) {
  const json = renderReport(report, deps);
  const ranges = report.summary.ranges.map(({ commits: _, ...range }) => range);
  await store.end(json.sha256, ranges);
  return render(report, json, store, deps);
}

async function render(report: AuditReport, json: OutputFile, store: EvidenceStore, deps: RenderDeps) {
  const files = await renderOutputs(report, json, deps);
  const { fixVersion, auditedAt } = report.summary;
  const manifest = buildManifest(files, { fixVersion, auditedAt, evidence: await store.position() });
  return { report, files: [...files, manifest] };
}

async function lastBegin(store: EvidenceStore): Promise<BeginRecord | undefined> {
  const record = (await store.records()).findLast(({ kind }) => kind === 'begin');
  return record?.kind === 'begin' ? record : undefined;
}

/** The audit that has no end yet, when it is one of the same plan. */
async function findInterrupted(store: EvidenceStore, plan: AuditPlan): Promise<BeginRecord | undefined> {
  const records = await store.records();
  const begin = records.findLastIndex(({ kind }) => kind === 'begin');
  const end = records.findLastIndex(({ kind }) => kind === 'end');
  const record = records[begin];
  if (record?.kind !== 'begin' || end > begin) return undefined;
  return isSamePlan(record.plan, plan) ? record : undefined;
}

function isSamePlan(a: AuditPlan, b: AuditPlan): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
