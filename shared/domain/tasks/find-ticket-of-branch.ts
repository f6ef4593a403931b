import type { Binding } from '../mapping/binding.ts';

/**
 * The ticket a branch of ours belongs to: a binding's prefix, then a key of that binding's own Jira project, and
 * nothing else. The name alone proves nothing, because anybody may push a branch of that name; its callers look for a
 * second sign.
 */
export function findTicketOfBranch<Bound extends Pick<Binding, 'jiraProject' | 'branchPrefix'>>(
  sourceBranch: string,
  bindings: readonly Bound[],
): { issueKey: string; binding: Bound } | undefined {
  for (const binding of bindings) {
    const prefix = `${binding.branchPrefix}${binding.jiraProject}-`;
    if (!sourceBranch.startsWith(prefix)) continue;
    const number = sourceBranch.slice(prefix.length);
    if (/^[1-9][0-9]{0,17}$/.test(number)) return { issueKey: `${binding.jiraProject}-${number}`, binding };
  }
  return undefined;
}
