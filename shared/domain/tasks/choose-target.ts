import { isBranchName } from '../../kernel/text/branch-name.ts';
import { codeSpan } from '../../kernel/text/code-span.ts';
import type { VersionProblem } from '../runs/route-problem.ts';

const VERSION = '{version}';

/** The branch of an issue, or why its fix versions name none. */
export type TargetChoice = { targetBranch: string } | { problem: VersionProblem; needs: string[] };

/** Whether the target branch of a binding depends on the fix version of the issue: `release/{version}`. */
export function hasVersion(targetBranch: string): boolean {
  return targetBranch.includes(VERSION);
}

/** That branch for one version. */
export function fillVersion(targetBranch: string, version: string): string {
  return targetBranch.replaceAll(VERSION, version);
}

/**
 * The branch that the only fix version of an issue names. Of several none is taken: the change would be missing in the
 * others, and who set them would not know. `needs` are lines of Markdown for the ticket.
 */
export function chooseTarget(targetBranch: string, fixVersions: readonly string[]): TargetChoice {
  const [version] = fixVersions;
  if (version === undefined) return { problem: 'no-version', needs: [codeSpan(targetBranch)] };
  if (fixVersions.length > 1) return { problem: 'several-versions', needs: fixVersions.map((name) => codeSpan(name)) };
  const filled = fillVersion(targetBranch, version.trim());
  if (isBranchName(filled) && !/\s/.test(filled)) return { targetBranch: filled };
  return { problem: 'odd-version', needs: [codeSpan(filled)] };
}
