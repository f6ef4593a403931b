import { withoutOwnPatches } from '../../../shared/domain/attachments/patch-file.ts';
import { planAttachments } from '../../../shared/domain/attachments/plan-attachments.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { type TakenAttachments, takeAttachments } from '../run/take-attachments.ts';
import type { CodingRun } from './coding-run.ts';

/**
 * What a coding session is given of the attachments of its issue; `undefined` where it has none, or the binding takes
 * none. The comments, which say what is meant for a few only, have been listed before.
 */
export async function takeIssueAttachments(
  { issue, binding, deps, context }: Pick<CodingRun, 'issue' | 'binding' | 'deps' | 'context'>,
  workspace: Pick<Workspace, 'context'>,
  signal: AbortSignal,
): Promise<TakenAttachments | undefined> {
  const { jira, clock } = deps;
  const { attachments: rules } = binding;
  const all = issue.details?.attachments ?? [];
  if (rules === 'off' || all.length === 0) return undefined;
  const attachments = withoutOwnPatches(all, await jira.getMyself(signal));
  if (attachments.length === 0) return undefined;
  const comments = await jira.listComments(issue.key, signal);
  const textsOf = (isRestricted: boolean) =>
    comments.filter(({ restricted = false }) => restricted === isRestricted).map(({ body }) => body);
  const plan = planAttachments({
    attachments,
    rules,
    description: issue.description,
    openTexts: textsOf(false),
    restrictedTexts: textsOf(true),
  });
  return takeAttachments(issue.key, plan, { jira, workspace, clock, log: context.log }, signal);
}
