import { isBranchName } from '../../kernel/text/branch-name.ts';
import { codeSpan } from '../../kernel/text/code-span.ts';
import { fillVersion } from '../mapping/version-branch.ts';
import type { VersionProblem } from '../runs/route-problem.ts';

/** The branch of an issue, or why its fix versions name none. */
export type TargetChoice = { targetBranch: string } | { problem: VersionProblem; needs: string[] };

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
