import { TaskError } from '../../../shared/errors.ts';
import type { GitLab, MergeRequest } from '../../../shared/gitlab/gitlab.ts';
import {
  formatMergeRequestDescription,
  formatMergeRequestTitle,
} from '../../../shared/reporting/format-merge-request.ts';
import type { CodingOrder } from './coding-order.ts';

export interface MergeRequestContent {
  summary: string;
  plan?: string;
  checks: string[];
  runId: string;
}

/**
 * Opens a draft merge request for the branch, or finds the one that is open; the key is the source branch, so repeating it
 * changes nothing. A description people have taken over is left to them: only the first run writes it.
 */
export async function openMergeRequest(
  order: CodingOrder,
  content: MergeRequestContent,
  gitlab: Pick<GitLab, 'findOpenMergeRequest' | 'createMergeRequest'>,
): Promise<{ mergeRequest: MergeRequest; created: boolean }> {
  const { issue, binding, project, branch } = order;
  const existing = await gitlab.findOpenMergeRequest(project.projectId, branch);
  if (existing) return { mergeRequest: existing, created: false };

  const text = { issueKey: issue.key, issueSummary: issue.summary, issueUrl: issue.url, ...content };
  try {
    const mergeRequest = await gitlab.createMergeRequest(project.projectId, {
      sourceBranch: branch,
      targetBranch: binding.targetBranch,
      title: formatMergeRequestTitle(text),
      description: formatMergeRequestDescription(text),
      removeSourceBranch: true,
    });
    return { mergeRequest, created: true };
  } catch (error) {
    // The answer may have got lost, or a second runner was faster: what counts is whether it is there.
    const found = error instanceof TaskError ? await gitlab.findOpenMergeRequest(project.projectId, branch) : undefined;
    if (!found) throw error;
    return { mergeRequest: found, created: false };
  }
}
