import { codeSpan } from '../../../shared/kernel/text/code-span.ts';
import { readMergeRequestTemplate } from '../../git/read-merge-request-template.ts';
import type { CodingRun } from './coding-run.ts';
import type { OpenBranch } from './open-work-branch.ts';

/** What the repository says about new merge requests, on the branch they go to. */
export interface HouseConventions {
  /** Of the description; absent is the product's own order. */
  template?: string;
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
  { repository, work }: Pick<OpenBranch, 'repository' | 'work'>,
  signal: AbortSignal,
): Promise<HouseConventions> {
  const { description } = binding.mergeRequest;
  if (!description) return { remarks: [] };
  if ('text' in description) return { template: description.text, remarks: [] };
  const { template: name } = description;
  const found = await readMergeRequestTemplate(repository, { commit: work.targetSha, name }, signal);
  if ('text' in found) return { template: found.text, remarks: [] };
  return { remarks: [`the merge request template ${codeSpan(name)} was not used: it ${found.problem}`] };
}
