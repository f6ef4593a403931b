import { isKnown } from '../facts/known.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import { parseReferences, type References } from './parse-references.ts';
import { parseQuotedSubject, type QuotedSubject } from './quoted-subject.ts';

/**
 * What a merge request says it reverts: its description and source commits, else the branch that GitLab's button makes.
 * Undefined when its title is not that of a revert. A squash keeps only the title, so this is the place to look then.
 */
export function mergeRequestRevert(
  facts: MergeRequestFacts,
): { quoted: QuotedSubject; named: References['reverts'] } | undefined {
  const quoted = parseQuotedSubject(facts.title);
  if (quoted.depth === 0) return undefined;
  const bodies = isKnown(facts.sourceCommits) ? facts.sourceCommits.map((commit) => commit.body) : [];
  const named = parseReferences([facts.description, ...bodies].join('\n')).reverts;
  const branch = /^revert-([0-9a-f]{8,40})$/.exec(facts.sourceBranch)?.[1];
  const nothing = named.commits.length + named.mergeRequests.length === 0;
  return { quoted, named: nothing && branch ? { commits: [branch], mergeRequests: [] } : named };
}
