import * as z from 'zod';
import { PRODUCT_VERSION } from '../../../shared/app/product-version.ts';
import { FINDING_RULES, SEVERITIES } from '../../../shared/domain/audit/catalogue/finding-rules.ts';
import type { MergeRequestCheck } from '../../../shared/domain/audit/check/merge-request-check.ts';
import { auditExitCode } from '../../../shared/domain/audit/exit-code.ts';
import { isKnown } from '../../../shared/domain/audit/facts/known.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import { checkOpenMergeRequest } from '../../../shared/services/audit/check/check-open-merge-request.ts';
import { withSource } from '../../../shared/services/audit/evidence/record-agent-runs.ts';
import { planAudit } from '../../../shared/services/audit/plan-audit.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { type AuditTools, createAuditTools } from '../../clients/audit-tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { readOrWarn } from './read-or-warn.ts';
import { readPolicy } from './read-policy.ts';

export const AuditCheckOptions = z.object({
  mergeRequest: z.coerce.number({ error: 'is needed: the number of the merge request' }).int().positive(),
  repo: z.string({ error: 'is needed: the GitLab project, group/app' }).min(1),
  fixVersion: z.string().min(1).optional(),
  map: z.string().optional(),
  policy: z.string().optional(),
  failOn: z.enum(['none', ...SEVERITIES]).default('high'),
  json: z.boolean().default(false),
});
export type AuditCheckOptions = z.infer<typeof AuditCheckOptions>;

/** The rules of the audit for one merge request that is still open, for its pipeline. Exit codes as `audit run`. */
export async function auditCheck(
  options: AuditCheckOptions,
  io: CliIO,
  tools: AuditTools = createAuditTools(io),
): Promise<number> {
  const { repo, mergeRequest: iid, fixVersion = null } = options;
  const policy = options.policy === undefined ? undefined : await readPolicy(options.policy, io);
  const planned = planAudit(
    { fixVersion: fixVersion ?? '-', repositories: [repo], ...(policy === undefined ? {} : { policy }) },
    await tools.bindings(options.map),
  );
  if ('problem' in planned) throw new UsageError(planned.problem);
  const { fetch, siteUrl, ledger } = await tools.services();
  const deps = { fetch, siteUrl, clock: io.clock, toolVersion: PRODUCT_VERSION };
  const runs = ledger ? { readAgentRuns: withSource(readOrWarn(ledger, planned.plan, io)) } : {};
  const check = await checkOpenMergeRequest(planned.plan, { iid, fixVersion }, { ...deps, ...runs }, io.interruption());
  const exitCode = auditExitCode(check, options.failOn);
  return answer({ json: options.json, document: check, text: () => formatCheck(check), exitCode }, io);
}

const RESULTS = { clean: 'nothing to say', findings: 'findings', incomplete: 'not everything could be seen' };

function formatCheck({ change, ledger, result, findings, gaps }: MergeRequestCheck): string {
  return [
    `${change.id} "${oneLine(change.title)}": ${RESULTS[result]}`,
    ...(change.inScope
      ? []
      : ['It touches none of the paths of its binding (audit.paths), so its rules were not asked.']),
    ...describeAgent(change),
    ...(ledger === 'read' ? [] : [NO_LEDGER[change.agent === null ? 'people' : 'agent']]),
    // What could not be seen is listed once, below.
    ...findings
      .filter(({ rule }) => rule !== 'incomplete')
      .flatMap(({ severity, rule, detail, next, waived }) => [
        '',
        `${severity}: ${FINDING_RULES[rule].title} ${oneLine(detail)}`,
        waived ? `  waived: ${oneLine(waived.reason)}` : `  ${oneLine(next)}`,
      ]),
    ...gaps.flatMap(({ subject, detail, next }) => [
      '',
      `${oneLine(subject)}: ${oneLine(detail)}`,
      ...(next === null ? [] : [`  ${oneLine(next)}`]),
    ]),
  ].join('\n');
}

/** Without the settings of the storage account, or the right to read it. */
const NO_LEDGER = {
  people: 'The run ledger was not read: whether the agent made this change is known from its commits alone.',
  agent: 'The run ledger was not read: who asked the agent is not known, so that one approval more is needed.',
};

function describeAgent({ agent }: MergeRequestCheck['change']): string[] {
  if (agent === null) return [];
  const { requesters, runIds, models } = agent;
  const parts = [
    ...(isKnown(requesters) ? [`asked for by ${requesters.map((one) => oneLine(one)).join(', ')}`] : []),
    ...(runIds.length === 0 ? [] : [`run ${runIds.map((one) => oneLine(one)).join(', ')}`]),
    ...(isKnown(models) ? [`model ${models.map((one) => oneLine(one)).join(', ')}`] : []),
  ];
  return [`Written by the agent${parts.length === 0 ? '' : `: ${parts.join(', ')}`}.`];
}
