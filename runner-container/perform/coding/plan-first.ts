import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { buildCodingPrompt, type CodingPromptInput } from '../../../shared/domain/prompts/coding-prompt.ts';
import { offerSkills } from '../../../shared/domain/prompts/offer-skills.ts';
import { buildPlanInstructions } from '../../../shared/domain/prompts/plan-instructions.ts';
import { formatPlan, PLAN_TOOL } from '../../../shared/domain/prompts/plan-result.ts';
import type { Outcome, Usage } from '../../../shared/domain/runs/outcome.ts';
import { findStoredPlan, type StoredPlan } from '../../../shared/domain/runs/plan-event.ts';
import { hasBegunBefore } from '../../../shared/domain/runs/run.ts';
import type { CodingStep } from '../../../shared/domain/tasks/choose-coding-step.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { listInstructionFiles } from '../../git/list-instruction-files.ts';
import { resetWorkTree } from '../../git/reset-work-tree.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { sessionBase } from '../limits/session-base.ts';
import { chooseInstructions } from '../run/choose-instructions.ts';
import type { TakenAttachments } from '../run/take-attachments.ts';
import type { NoChange } from './change.ts';
import { digestOf } from './choose-step.ts';
import type { CodingRun } from './coding-run.ts';
import { gatherContext } from './gather-context.ts';
import type { OpenBranch } from './open-work-branch.ts';
import { reportPlan, reportPlanUnderWay } from './report-plan.ts';

/** What a run that is not over before it began does. */
export type WorkStep = Extract<CodingStep, { kind: 'code' | 'plan' }>;

export interface PlanTools {
  step: WorkStep;
  workspace: Workspace;
  gitlab: GitLab;
  newest: MergeRequest | undefined;
  attachments: () => Promise<TakenAttachments | undefined>;
}

/**
 * What stands before the change: nothing, the plan that a person has approved, or a session that plans. Resolves to the
 * run with the plan it carries out, to its end where people have to answer first, or to the question that stands in its
 * way. A plan that an earlier attempt has
 * made is not made twice; one that has pushed needs none any more.
 * @throws {AgentFailure}
 */
export async function planFirst(
  coding: CodingRun,
  open: OpenBranch,
  tools: PlanTools,
  signal: AbortSignal,
): Promise<{ coding: CodingRun } | { ended: Outcome } | { nothing: NoChange }> {
  const { step } = tools;
  const { context, deps } = coding;
  const { runId } = context.run;
  if (step.kind === 'code') return { coding: await withApprovedPlan(coding, step) };

  const stored = hasBegunBefore(context.run) ? findStoredPlan(await deps.listRunEvents(runId)) : undefined;
  if (open.ownCommit) return { coding: stored ? carry(coding, stored) : coding };
  const made: PlanSession = stored ? { plan: stored, usage: NO_USAGE } : await makePlan(coding, open, tools, signal);
  if ('question' in made) return { nothing: made.question };
  // In shadow no plan waits: what it leads to changes nothing.
  if (step.mode === 'ask' && coding.binding.mode === 'live')
    return { ended: await reportPlan(coding, { ...made, step }, signal) };
  await resetWorkTree(open.repository, {}, signal);
  await reportPlanUnderWay(coding, made.plan, signal);
  return { coding: carry(coding, made.plan) };
}

const NO_USAGE: Usage = { modelCalls: 0, inputTokens: 0, outputTokens: 0 };

function carry(coding: CodingRun, { text }: StoredPlan): CodingRun {
  return { ...coding, plan: { text, planRun: coding.context.run.runId } };
}

async function withApprovedPlan(
  coding: CodingRun,
  { planRun, approval }: Extract<WorkStep, { kind: 'code' }>,
): Promise<CodingRun> {
  if (planRun === undefined) return coding;
  const plan = findStoredPlan(await coding.deps.listRunEvents(planRun));
  if (!plan) throw new TaskError('unexpected', { detail: `the plan of run ${planRun} is not stored any more` });
  return {
    ...coding,
    plan: { text: plan.text, planRun, approvedBy: approval?.['by'] ?? coding.task.requestedBy?.name ?? 'a person' },
  };
}

type PlanSession = { plan: StoredPlan; usage: Usage } | { question: NoChange };

/** One session that may only look; what it hands in is kept with the run before anything else happens. */
async function makePlan(
  coding: CodingRun,
  { repository, work }: OpenBranch,
  tools: PlanTools,
  signal: AbortSignal,
): Promise<PlanSession> {
  const { binding, issue, criteria, context, deps } = coding;
  const { workspace } = tools;
  const [conversation, instructionFiles] = await Promise.all([
    gatherConversation(coding, work.reused, tools, signal),
    listInstructionFiles(repository, work.targetSha, signal),
  ]);
  const attachments = await tools.attachments();
  const { prompt, files } = buildCodingPrompt({
    issue,
    criteria,
    ticketFields: binding.ticketFields,
    ...conversation,
    ...(attachments ? { attachments: attachments.prompt } : {}),
    targetBranch: binding.targetBranch,
    ...(binding.paths === undefined ? {} : { paths: binding.paths }),
    contextDirectory: workspace.context,
  });
  for (const { name, content } of files) await writeFile(path.join(workspace.context, name), content);
  await context.stage('agent-started', { purpose: 'plan' });
  const { repositoryInstructions, ...offered } = offerSkills(chooseInstructions(instructionFiles, deps), binding);
  const { result, usage, transcript } = await deps.runAgent(
    {
      access: 'read',
      instructions: buildPlanInstructions({ repositoryInstructions, teamInstructions: binding.instructions }),
      ...offered,
      prompt,
      ...(attachments ? { images: attachments.images } : {}),
      resultTool: PLAN_TOOL,
      ...sessionBase('coding', coding, workspace),
    },
    signal,
  );
  await deps.saveTranscript(context.run, transcript);
  await context.stage('agent-finished', { ...usage });
  const { summary, question } = result;
  if (question !== undefined) return { question: { kind: 'nothing', summary, question, leftOut: [], usage } };
  const plan = { text: formatPlan(result), digest: digestOf(coding) };
  await context.keepPlan(plan);
  return { plan, usage };
}

/** What people said, with the plan that they answered apart. */
async function gatherConversation(
  coding: CodingRun,
  reused: boolean,
  { step, gitlab, newest }: PlanTools,
  signal: AbortSignal,
): Promise<Pick<CodingPromptInput, 'comments' | 'rework' | 'plan'>> {
  const replaced = step.kind === 'plan' && coding.others.find(({ runId }) => runId === step.replaces);
  const earlier = replaced ? findStoredPlan(await coding.deps.listRunEvents(replaced.runId)) : undefined;
  const history = { newest, reused, ...(replaced && earlier ? { answeredPlan: replaced } : {}) };
  const { replies, ...conversation } = await gatherContext(coding, history, gitlab, signal);
  const again = earlier ? { earlier: { text: earlier.text, replies } } : {};
  return { ...conversation, plan: { kind: 'make', ...again } };
}
