import type { Fix } from '../../../domain/audit/fix/fix.ts';
import { projectOf } from '../../../domain/audit/links/ticket-index.ts';
import type { FixDeps } from './fix-deps.ts';
import type { FixStep } from './fix-step.ts';

/**
 * Whether an issue can get the fix version. It keeps those it has, and one that was moved gets that of its project
 * today.
 */
export async function inspectFixVersion(
  { key, fixVersion }: Extract<Fix, { kind: 'set-fix-version' }>,
  { jira }: Pick<FixDeps, 'jira'>,
): Promise<FixStep> {
  const issue = await jira.getFixVersions(key);
  const name = issue.key === key ? '' : `${issue.key} (moved) `;
  if (issue.names.includes(fixVersion)) return { kind: 'nothing', says: `${name}has the fix version ${fixVersion}` };
  const project = projectOf(issue.key);
  const version = await jira.findVersion(project, fixVersion);
  if (!version)
    return { kind: 'refused', says: `${project} has no version ${fixVersion}: create it, or take the change out` };
  return {
    kind: 'to-do',
    says: `set the fix version ${fixVersion}${issue.names.length > 0 ? ` beside ${issue.names.join(', ')}` : ''}`,
    async apply() {
      await jira.addFixVersion(issue.key, version.id);
      return `${name}got the fix version ${fixVersion}`;
    },
  };
}
