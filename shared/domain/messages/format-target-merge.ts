import { codeSpan } from '../../kernel/text/code-span.ts';
import { listSome, nameSome } from '../../kernel/text/list-some.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import { sanitizeAgentText } from '../guard/sanitize-agent-text.ts';

/** Why a conflict is left to people. */
export type UnresolvedReason = 'left' | 'unshowable' | 'protected' | 'outside-paths';

/** What a session that was to resolve conflicts says it did; empty where it has not lived to say it, for `failure`. */
export interface MergeAttempt {
  summary: string;
  failure?: string;
}

/** How the merge of the target branch into a merge request ended. */
export type TargetMergeNote =
  | { what: 'up-to-date'; targetBranch: string }
  /**
   * `resolved`: the files that were in conflict; empty where git needed no help, absent where that is not known any
   * more. `summary` is the agent's.
   */
  | { what: 'merged'; targetBranch: string; commitSha: string; resolved?: readonly string[]; summary?: string }
  | { what: 'unresolved'; targetBranch: string; files: readonly string[]; why: UnresolvedReason };

const MAX_LISTED = 20;

/** Says on a merge request what became of the merge of its target branch. */
export function formatTargetMerge(note: TargetMergeNote): string {
  const target = codeSpan(note.targetBranch);
  switch (note.what) {
    case 'up-to-date':
      return `The source branch has everything of ${target} already, so nothing was merged.`;
    case 'merged':
      return formatMerged(note);
    case 'unresolved':
      return [
        `**The source branch conflicts with ${target}, and a person has to resolve it.** Nothing was pushed. The files:`,
        listFiles(note.files),
        `${REASONS[note.why]} Merge the target branch by hand; where the files change, \`/copilot rebase\` has the agent try again.`,
      ].join('\n\n');
  }
}

function formatMerged({
  targetBranch,
  commitSha,
  resolved,
  summary = '',
}: Extract<TargetMergeNote, { what: 'merged' }>): string {
  const target = codeSpan(targetBranch);
  if (resolved === undefined) return `${target} was merged into the source branch. Pushed as ${commitSha}.`;
  if (resolved.length === 0)
    return `${target} was merged into the source branch, without a conflict. Pushed as ${commitSha}.`;
  return [
    `**${target} was merged into the source branch, and its conflicts are resolved.** Look at these files:`,
    listFiles(resolved),
    ...(summary === '' ? [] : [sanitizeAgentText(summary, { maxChars: 2000 })]),
    `Pushed as ${commitSha}.`,
  ].join('\n\n');
}

const REASONS: Record<UnresolvedReason, string> = {
  left: 'The agent has tried once and left these conflicts.',
  unshowable:
    'They are binary, of Git LFS, links, submodules or files that each side moved elsewhere, whose conflicts no text shows.',
  protected: 'They are protected: the agent may not change them.',
  'outside-paths': 'They lie outside the part of the repository that the agent may change.',
};

function listFiles(files: readonly string[]): string {
  return listSome(files.map(codeSpan), MAX_LISTED).join('\n');
}

const MAX_NAMED = 5;

/** Why conflicts are left to people, as plain text of one line that begins with the files. */
export function describeUnresolved({
  files,
  why,
  attempt,
}: {
  files: readonly string[];
  why: UnresolvedReason;
  attempt?: MergeAttempt;
}): string {
  const { summary = '', failure = summary === '' ? undefined : `It says: ${oneLine(summary)}` } = attempt ?? {};
  return [`${nameSome(files, MAX_NAMED)}: ${REASONS[why]}`, ...(failure === undefined ? [] : [failure])].join(' ');
}
