import type { Binding } from '../mapping/binding.ts';
import { listBranchPrefixes } from '../mapping/branch-of-issue.ts';

/**
 * The ticket a branch of ours belongs to: a binding's prefix, with any word of an issue type in it, then a key of that
 * binding's own Jira project, and nothing else. The name alone proves nothing, because anybody may push a branch of
 * that name; its callers look for a second sign.
 */
export function findTicketOfBranch<Bound extends Pick<Binding, 'jiraProject' | 'branchPrefix' | 'typeWords'>>(
  sourceBranch: string,
  bindings: readonly Bound[],
): { issueKey: string; jiraProject: string; binding: Bound } | undefined {
  for (const binding of bindings) {
    const { jiraProject } = binding;
    if (jiraProject === undefined) continue;
    for (const prefix of listBranchPrefixes(binding)) {
      const start = `${prefix}${jiraProject}-`;
      if (!sourceBranch.startsWith(start)) continue;
      const number = sourceBranch.slice(start.length);
      if (/^[1-9][0-9]{0,17}$/.test(number)) return { issueKey: `${jiraProject}-${number}`, jiraProject, binding };
    }
  }
  return undefined;
}
