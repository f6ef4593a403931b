import path from 'node:path';
import * as z from 'zod';
import { writeWorkbook } from '../../../shared/adapters/workbook/write-workbook.ts';
import { PRODUCT_VERSION } from '../../../shared/app/product-version.ts';
import { SEVERITIES } from '../../../shared/domain/audit/catalogue/finding-rules.ts';
import { auditExitCode } from '../../../shared/domain/audit/exit-code.ts';
import { type Binding, hasJiraProject } from '../../../shared/domain/mapping/binding.ts';
import type { EvidenceFetch } from '../../../shared/domain/ports/evidence.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import type { KeepFile } from '../../../shared/services/audit/output-file.ts';
import type { AuditPlan } from '../../../shared/services/audit/plan/audit-plan.ts';
import { planAudit } from '../../../shared/services/audit/plan-audit.ts';
import { type AuditResult, replayAudit, runAudit } from '../../../shared/services/audit/run-audit.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { type AuditTools, createAuditTools } from '../../clients/audit-tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatAudit } from './format-audit.ts';
import { openClones } from './open-clones.ts';
import { openEvidence } from './open-evidence.ts';
import { createOutputDrafts } from './output-drafts.ts';
import { readEarlierOrWarn } from './read-earlier-or-warn.ts';
import { readOrWarn } from './read-or-warn.ts';
import { readPolicy } from './read-policy.ts';
import { uploadAudit } from './upload-audit.ts';
import { writeOutputs } from './write-outputs.ts';

const many = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat())
  .default([]);

export const AuditRunOptions = z.object({
  fixVersion: z.string({ error: 'is needed: the fix version to audit' }).min(1),
  project: many,
  repo: many,
  from: z.string().optional(),
  to: z.string().optional(),
  env: z.string().optional(),
  map: z.string().optional(),
  policy: z.string().optional(),
  out: z.string().default('audit-out'),
  jsonFile: z.string().optional(),
  xlsx: z.string().optional(),
  html: z.string().optional(),
  summary: z.string().optional(),
  csv: z.string().optional(),
  cacheDir: z.string().optional(),
  resume: z.boolean().default(false),
  offline: z.boolean().default(false),
  deep: z.boolean().default(false),
  gitDir: many,
  failOn: z.enum(['none', ...SEVERITIES]).default('high'),
  scope: many,
  now: z.iso.datetime({ offset: true, error: 'needs a time such as 2026-11-28T12:00:00Z' }).optional(),
  upload: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type AuditRunOptions = z.infer<typeof AuditRunOptions>;

/**
 * Audits a release and writes its files. Exit code 0 clean, 1 findings from `--fail-on` on, 3 when not everything could
 * be seen.
 */
export async function auditRun(
  options: AuditRunOptions,
  io: CliIO,
  tools: AuditTools = createAuditTools(io),
): Promise<number> {
  if (options.offline && options.resume)
    throw new UsageError('--offline and --resume exclude each other: one sends no request, the other goes on asking.');
  if (options.offline && options.gitDir.length > 0)
    throw new UsageError('--offline and --git-dir exclude each other: what was read of a clone is in the evidence.');
  if (options.offline) refuseDecided(options);
  const policy = options.policy === undefined ? undefined : await readPolicy(options.policy, io);
  const planned = options.offline ? undefined : await makePlan(options, policy, io, tools);
  const cloned = planned && options.gitDir.length > 0 ? await openClones(options.gitDir, planned, io) : undefined;
  const plan = cloned?.plan ?? planned;
  if (options.dryRun) {
    const { offline, out } = options;
    const document = { offline, out, cacheDir: cacheOf(options), plan: plan ?? null };
    return answer({ json: true, document, text: () => '' }, io);
  }
  const drafts = createOutputDrafts(options.out, io);
  try {
    const result = await audit(
      options,
      { plan, policy, readClone: cloned?.fetch, keepFile: drafts.keepFile },
      io,
      tools,
    );
    const written = await writeOutputs(result.files, options, drafts, io);
    return await conclude(result, written, options, io, tools);
  } finally {
    await drafts.discard();
  }
}

/** Uploads the audit where that was asked for, and says how it came out. */
async function conclude(
  { report, files }: AuditResult,
  written: readonly string[],
  options: AuditRunOptions,
  io: CliIO,
  tools: AuditTools,
): Promise<number> {
  const uploaded = options.upload
    ? await uploadAudit(
        { report, files },
        { archive: await tools.archive(), evidenceFolder: path.resolve(io.cwd, cacheOf(options)) },
      )
    : undefined;
  const document = { ...report.summary, files: written, uploaded: uploaded ?? null };
  const kept = uploaded === undefined ? [] : [`Kept at ${uploaded}; cmap audit list gives a link to it.`];
  const text = () => [formatAudit(report, written, { columns: io.columns }), ...kept];
  return answer({ json: options.json, document, text, exitCode: auditExitCode(report, options.failOn) }, io);
}

/** What an audit is about stands in its evidence: an option that says otherwise would be passed over in silence. */
function refuseDecided({ project, repo, from, to, env, map, scope, deep }: AuditRunOptions): void {
  const given = Object.entries({ project, repo, from, to, env, map, scope, deep: deep || undefined })
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name]) => `--${name}`);
  if (given.length === 0) return;
  throw new UsageError(
    `--offline judges what is stored, for which ${given.join(', ')} ${given.length === 1 ? 'was' : 'were'} decided when it was asked for: leave ${given.length === 1 ? 'it' : 'them'} out, or audit anew without --offline.`,
  );
}

/** What an audit is made with; without a plan stored evidence is judged. */
interface Decided {
  plan: AuditPlan | undefined;
  policy: AuditPlan['policy'] | undefined;
  /** Answers what is read of local clones. */
  readClone: EvidenceFetch | undefined;
  /** Takes the files as they are made. */
  keepFile: KeepFile;
}

async function audit(
  options: AuditRunOptions,
  { plan, policy, readClone, keepFile }: Decided,
  io: CliIO,
  tools: AuditTools,
): Promise<AuditResult> {
  const place = cacheOf(options);
  const deps = {
    evidence: openEvidence(place, io),
    clock: io.clock,
    log: silentLog,
    toolVersion: PRODUCT_VERSION,
    writeWorkbook,
    keepFile,
  };
  const now = options.now === undefined ? {} : { now: options.now };
  if (!plan) {
    const judged = policy === undefined ? {} : { policy };
    return replayAudit({ fixVersion: options.fixVersion, ...judged, ...now }, deps);
  }
  const { fetch: ask, siteUrl, ledger, kept } = await tools.services();
  const fetch: EvidenceFetch = (request, signal) =>
    (request.service === 'git' && readClone ? readClone : ask)(request, signal);
  const runs = {
    ...(ledger ? { readAgentRuns: readOrWarn(ledger, plan, io) } : {}),
    ...(kept ? { readEarlierAudit: readEarlierOrWarn(kept, plan, io) } : {}),
  };
  return runAudit(plan, { ...deps, ...runs, fetch, siteUrl }, { resume: options.resume, ...now }, io.interruption());
}

async function makePlan(
  options: AuditRunOptions,
  policy: AuditPlan['policy'] | undefined,
  io: Pick<CliIO, 'warn'>,
  tools: AuditTools,
): Promise<AuditPlan> {
  const bindings = await tools.bindings(options.map);
  warnOfUnaudited(bindings, options, io);
  const { fixVersion, from, to, env: environment, deep } = options;
  const result = planAudit(
    {
      fixVersion,
      projects: options.project,
      repositories: options.repo,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(environment === undefined ? {} : { environment }),
      scope: readScope(options.scope),
      ...(policy === undefined ? {} : { policy }),
      deep,
    },
    bindings,
  );
  if ('problem' in result) throw new UsageError(result.problem);
  return result.plan;
}

/** Who names nothing asks for all of the map, and is to know what is not in the report. */
function warnOfUnaudited(
  bindings: readonly Binding[],
  { project, repo }: Pick<AuditRunOptions, 'project' | 'repo'>,
  io: Pick<CliIO, 'warn'>,
): void {
  const without = bindings.filter((binding) => !hasJiraProject(binding)).map((binding) => binding.repo);
  if (project.length > 0 || repo.length > 0 || without.length === 0) return;
  const named = without.slice(0, MOST_NAMED).join(', ');
  const more = without.length > MOST_NAMED ? ` and ${without.length - MOST_NAMED} more` : '';
  io.warn(`cmap: not in this audit, because they are bound without a Jira project: ${named}${more}`);
}

const MOST_NAMED = 5;

function readScope(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`--scope needs key=value, not ${pair}`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function cacheOf({ cacheDir, out }: AuditRunOptions): string {
  return cacheDir ?? path.join(out, 'evidence');
}
