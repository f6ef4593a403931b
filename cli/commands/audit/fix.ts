import * as z from 'zod';
import { type FixOutcome, type FixResult, fixExitCode } from '../../../shared/domain/audit/fix/fix-result.ts';
import { planFixes } from '../../../shared/domain/audit/fix/plan-fixes.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { applyFixes, inspectFixes } from '../../../shared/services/audit/fix/apply-fixes.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { refuse } from '../../output/refuse.ts';
import { formatFixes, formatLeft, formatOutcome, formatSummary } from './format-fixes.ts';
import { readReport } from './read-report.ts';

export const AuditFixOptions = z.object({
  audit: z.string(),
  apply: z.boolean().default(false),
  yes: z.boolean().default(false),
  map: z.string().optional(),
  issueType: z.string().min(1).optional(),
  json: z.boolean().default(false),
});
export type AuditFixOptions = z.infer<typeof AuditFixOptions>;

/**
 * Says what can be repaired of the findings of an audit, by looking at Jira and GitLab as they are now, and with
 * `--apply` does it. Exit code 0 when nothing is to do or all was done, 1 when something is or was refused, 3 when not
 * everything could be seen.
 */
export async function auditFix(
  options: AuditFixOptions,
  io: CliIO,
  tools: Pick<Tools, 'bindings' | 'jira' | 'gitlab'> = createTools(io),
): Promise<number> {
  const { apply, yes, json } = options;
  const report = await readReport(options.audit, io);
  const { fixVersion, auditedAt, result } = report.summary;
  const plan = planFixes(report);
  const asks = apply && !yes && io.isInteractive;
  if (asks && json) {
    const error = 'this would change Jira and GitLab; nothing was changed, repeat with --yes';
    return refuse({ error, json, exitCode: 2 }, io);
  }
  const finish = (outcomes: FixOutcome[], applied: boolean): FixResult => ({
    schema: 'cmap.audit-fix-result.v1',
    fixVersion,
    auditedAt,
    applied,
    complete: result !== 'incomplete',
    outcomes,
    left: plan.left,
  });
  // A plan without fixes needs no settings.
  if (plan.fixes.length === 0) return print(finish([], apply), json, io);
  const deps = {
    report,
    bindings: await tools.bindings(options.map),
    jira: await tools.jira(),
    gitlabFor: (await tools.gitlab()).gitlabFor,
    mask: createRedactor().maskWritten,
    issueType: options.issueType,
    clock: io.clock,
  };
  if (!apply || asks) {
    const dry = finish(await inspectFixes(plan.fixes, deps), false);
    const toDo = dry.outcomes.filter(({ state }) => state === 'to-do').length;
    if (!asks || toDo === 0) return print(dry, json, io);
    io.tell(formatFixes(dry));
    const confirmed = await io.prompts.confirm({ message: `Apply ${countOf(toDo, 'fix').replace('fixs', 'fixes')}?` });
    if (confirmed !== true) {
      io.warn('cmap: nothing was changed');
      return fixExitCode(dry);
    }
  }
  const say = (outcome: FixOutcome) => (json ? undefined : io.tell(formatOutcome(outcome)));
  const done = finish(await applyFixes(plan.fixes, deps, say), true);
  return print(done, json, io, () => ['', formatSummary(done), ...formatLeft(done)].join('\n'));
}

function print(
  result: FixResult,
  json: boolean,
  io: Pick<CliIO, 'print' | 'tell'>,
  text: () => string = () => formatFixes(result),
): number {
  const exitCode = fixExitCode(result);
  return answer({ json, document: result, text, ok: exitCode === 0, exitCode }, io);
}
