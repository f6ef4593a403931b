import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { listOwners } from '../../../shared/domain/paths/list-owners.ts';
import { parseCodeOwners } from '../../../shared/domain/paths/parse-code-owners.ts';
import { codeSpan } from '../../../shared/kernel/text/code-span.ts';
import { readCodeOwners } from '../../git/read-code-owners.ts';
import { readMergeRequestTemplate } from '../../git/read-merge-request-template.ts';
import { readRawDiff } from '../../git/read-raw-diff.ts';
import type { CodingRun } from './coding-run.ts';
import type { OpenBranch } from './open-work-branch.ts';

/** What the repository says about new merge requests, on the branch they go to. */
export interface HouseConventions {
  /** Of the description; absent is the product's own order. */
  template?: string;
  /**
   * Owners of what changes, as CODEOWNERS writes them, in the order in which they are asked; empty where none are
   * wanted.
   */
  owners: string[];
  /** Markdown lines: what could not be done as the binding asks. */
  remarks: string[];
}

/**
 * Reads what the binding wants of the repository for a new merge request; nothing where it wants nothing. Always from
 * the target branch: what the agent has written on its own has no say in it.
 * @throws {TaskError} of git.
 */
export async function readConventions(
  { binding }: Pick<CodingRun, 'binding'>,
  open: PushedBranch,
  signal: AbortSignal,
): Promise<HouseConventions> {
  const described = await readTemplate(binding, open, signal);
  const owned = await readOwners(binding, open, signal);
  return { ...described, ...owned, remarks: [...described.remarks, ...owned.remarks] };
}

/** The branch as it was opened, and the commit on it that was pushed. */
type PushedBranch = Pick<OpenBranch, 'repository' | 'work'> & { sha: string };

async function readTemplate(
  { mergeRequest: { description } }: Pick<Binding, 'mergeRequest'>,
  { repository, work }: PushedBranch,
  signal: AbortSignal,
): Promise<Pick<HouseConventions, 'template' | 'remarks'>> {
  if (!description) return { remarks: [] };
  if ('text' in description) return { template: description.text, remarks: [] };
  const { template: name } = description;
  const found = await readMergeRequestTemplate(repository, { commit: work.targetSha, name }, signal);
  if ('text' in found) return { template: found.text, remarks: [] };
  return { remarks: [`the merge request template ${codeSpan(name)} was not used: it ${found.problem}`] };
}

async function readOwners(
  { mergeRequest: { findReviewers } }: Pick<Binding, 'mergeRequest'>,
  { repository, work, sha }: PushedBranch,
  signal: AbortSignal,
): Promise<Pick<HouseConventions, 'owners' | 'remarks'>> {
  if (!findReviewers?.codeowners) return { owners: [], remarks: [] };
  const { text, problem } = await readCodeOwners(repository, work.targetSha, signal);
  if (problem !== undefined) return { owners: [], remarks: [`\`CODEOWNERS\` was not used: it ${problem}`] };
  if (text === undefined) return { owners: [], remarks: [] };
  const { changes } = await readRawDiff(repository, work.baseSha, sha, signal);
  // A file that moved belongs to those of both places.
  const paths = changes.flatMap(({ path, oldPath }) => [path, ...(oldPath === undefined ? [] : [oldPath])]);
  return { owners: listOwners(parseCodeOwners(text), paths), remarks: [] };
}
