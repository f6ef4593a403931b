import { toRuntimeBinding } from '../../../shared/domain/mapping/runtime-mapping.ts';
import type { RunInputs } from '../../../shared/domain/runs/run-inputs.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { AgentRequest } from '../../agent/agent.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { TakenAttachments } from '../run/take-attachments.ts';
import type { CodingRun } from './coding-run.ts';
import type { OpenBranch } from './open-work-branch.ts';

interface GivenSession {
  coding: CodingRun;
  open: OpenBranch;
  workspace: Workspace;
  attachments?: TakenAttachments | undefined;
}

/** As a transcript. */
const MAX_CHARACTERS = 5_000_000;

/**
 * Keeps what a session is given, so that `cmap replay` can give it once more. A run goes on without: what storage does
 * not take now, and what is longer than a transcript, is not kept.
 */
export async function keepInputs(
  { coding, open, workspace, attachments }: GivenSession,
  { instructions, prompt, skills, model }: Pick<AgentRequest<unknown>, 'instructions' | 'prompt' | 'skills' | 'model'>,
  files: RunInputs['files'],
): Promise<void> {
  const { context, deps, binding, issue, criteria, project, task } = coding;
  if (!deps.files) return;
  const inputs: RunInputs = {
    version: 1,
    runId: context.run.runId,
    issueKey: issue.key,
    summary: issue.summary,
    jiraProject: task.jiraProject,
    projectId: project.projectId,
    baseSha: open.work.headSha,
    targetSha: open.work.targetSha,
    instructions,
    prompt,
    ...(skills ? { skills: [...skills] } : {}),
    contextDirectory: workspace.context,
    files,
    attachments: attachments ? [...attachments.prompt.images, ...attachments.prompt.texts].map(({ file }) => file) : [],
    criteria: { listed: [...criteria.listed], leftOut: criteria.leftOut },
    ...(model === undefined ? {} : { model }),
    map: { ...toRuntimeBinding(binding) },
  };
  const text = JSON.stringify(inputs);
  if (text.length > MAX_CHARACTERS) return context.log.warn('inputs not kept', { characters: text.length });
  try {
    await deps.files.keep(context.run, 'inputs.json', text);
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    context.log.warn('inputs not kept', { error });
  }
}
