import { judgeCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import { formatAllowed } from '../../../shared/domain/messages/format-refused-work.ts';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { PlanPart } from '../../../shared/domain/prompts/coding-prompt.ts';
import type { CodingResult } from '../../../shared/domain/prompts/coding-result.ts';
import { findRequest } from '../../../shared/domain/tasks/find-request.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import type { AgentReport } from '../../agent/agent.ts';
import type { Conversation } from '../../agent/with-conversation.ts';
import { listInstructionFiles } from '../../git/list-instruction-files.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { DeliveredWork } from '../delivery/deliver-work.ts';
import { readVariables } from '../delivery/read-variables.ts';
import type { TakenAttachments } from '../run/take-attachments.ts';
import { readPatch } from '../shadow/read-patch.ts';
import { keepAccount } from './accounts.ts';
import type { DeliveredChange, NoChange } from './change.ts';
import type { CodingRun } from './coding-run.ts';
import { deliverChange } from './deliver-change.ts';
import { describeAttachments } from './describe-attachments.ts';
import { describeChecks } from './describe-checks.ts';
import { describeMissingServers } from './describe-missing-servers.ts';
import { gatherContext } from './gather-context.ts';
import { mergeOnRework, type ReworkBase } from './merge-on-rework.ts';
import type { OpenBranch } from './open-work-branch.ts';
import { recordSession } from './record-session.ts';
import { type CodingSession, withCodingAgent } from './run-coding-agent.ts';

export interface ChangeTools {
  workspace: Workspace;
  gitlab: GitLab;
  /** The newest merge request of the branch. */
  newest: MergeRequest | undefined;
  /** Asked for once, also where a session plans before another one codes. */
  attachments: () => Promise<TakenAttachments | undefined>;
}

/**
 * One session makes the change, and what it hands in is delivered as the binding allows.
 * @throws {AgentFailure}
 * @throws {TaskError} what `deliverWork` throws.
 */
export async function makeChange(
  coding: CodingRun,
  found: OpenBranch,
  tools: ChangeTools,
  signal: AbortSignal,
): Promise<DeliveredChange | NoChange> {
  const { context, binding, deps } = coding;
  const { workspace, gitlab, newest } = tools;
  await readVariables(binding, deps);
  const base = await mergeOnRework(coding, found, { workspace, gitlab, newest }, signal);
  const { open } = base;
  const { repository, work: branch } = open;
  const history = { newest, reused: branch.reused };
  const [{ comments, rework }, instructionFiles] = await Promise.all([
    gatherContext(coding, history, gitlab, signal),
    listInstructionFiles(repository, branch.targetSha, signal),
  ]);
  const { plan } = coding;
  const conversation = {
    comments,
    ...(rework ? { rework } : {}),
    ...(plan ? { plan: toPlanPart(plan) } : {}),
  };
  const attachments = await tools.attachments();
  const session: CodingSession = { coding, open, workspace, instructionFiles, conversation, attachments };

  await context.stage('agent-started');
  const work = async (agent: Conversation<CodingResult>) => {
    await recordSession(coding, agent.report());
    const changed = await deliverChange(session, agent, signal);
    const delivery = await orMergeAlone(changed, agent, base, signal);
    if (delivery.kind === 'delivered') {
      await keepPatch(session, delivery.sha, signal);
      await base.report(delivery.sha, signal);
    }
    const report = agent.report();
    await keepAccount(report.result.summary, coding);
    const leftOut = [
      ...delivery.leftOut,
      ...describeAttachments(attachments, report),
      ...describeMissingServers(report),
    ];
    return describeWork(coding, { ...delivery, leftOut }, { report, rework: branch.reused, remarks: base.remarks });
  };
  return withCodingAgent(session, work, signal);
}

/** What `cmap replay` shows beside its own; in shadow it is kept with the report. */
async function keepPatch({ coding, open }: CodingSession, sha: string, signal: AbortSignal): Promise<void> {
  const { binding, context, deps } = coding;
  const { files } = deps;
  if (!files || binding.mode !== 'live') return;
  const keep = async () => files.keep(context.run, 'patch', (await readPatch(open.repository, sha, deps, signal)).text);
  const isTolerable = (error: unknown) => error instanceof TaskError && !signal.aborted;
  await tolerate(keep, { log: context.log, event: 'patch not kept', isTolerable });
}

function toPlanPart({ text, approvedBy }: NonNullable<CodingRun['plan']>): PlanPart {
  return { kind: 'carry-out', text, isApproved: approvedBy !== undefined };
}

/** A session that was asked for nothing but the merge finds it done, and changes nothing. */
async function orMergeAlone(
  delivery: DeliveredWork,
  agent: Conversation<CodingResult>,
  { deliverAlone }: Pick<ReworkBase, 'deliverAlone'>,
  signal: AbortSignal,
): Promise<DeliveredWork> {
  if (delivery.kind === 'delivered' || agent.report().result.question !== undefined) return delivery;
  const alone = await deliverAlone(signal);
  return alone ? { kind: 'delivered', leftOut: delivery.leftOut, ...alone } : delivery;
}

function describeAllowed(allowance: CodingRun['allowance']): string[] {
  return allowance ? formatAllowed(allowance) : [];
}

function describeWork(
  { issue, binding, criteria, allowance }: CodingRun,
  delivery: DeliveredWork,
  {
    report: { result, usage },
    rework,
    remarks,
  }: { report: AgentReport<CodingResult>; rework: boolean; remarks: readonly string[] },
): DeliveredChange | NoChange {
  const { leftOut } = delivery;
  if (delivery.kind === 'nothing') {
    const { summary, question } = result;
    return { kind: 'nothing', summary, leftOut, usage, ...(question === undefined ? {} : { question }) };
  }
  const judged = judgeCriteria(criteria, result.criteria);
  return {
    kind: 'delivered',
    sha: delivery.sha,
    checks: [
      ...remarks,
      ...describeChecks(result, binding.validate),
      ...delivery.checks,
      ...leftOut,
      ...describeAllowed(allowance),
    ],
    usage,
    rework,
    seenRequest: findRequest(issue, binding.trigger).revision,
    ...(judged ? { criteria: judged } : {}),
    ...describeResult(result),
  };
}

function describeResult({ summary, plan }: CodingResult): { summary: string; plan?: string } {
  return { summary, ...(plan ? { plan: plan.map((step, index) => `${index + 1}. ${step}`).join('\n') } : {}) };
}
