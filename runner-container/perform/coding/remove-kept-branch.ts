import { keptBranchOf } from '../../../shared/domain/mapping/branch-of-issue.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import type { Repository } from '../../git/git.ts';
import { pushKeptBranch } from '../../git/push-kept-branch.ts';
import type { CodingRun } from './coding-run.ts';
import { listKeptShas } from './list-kept-shas.ts';

/**
 * Takes away the branch of refused work of a ticket that is delivered; one that people have pushed to stays. What
 * GitLab refuses costs nothing but the branch.
 */
export async function removeKeptBranch(coding: CodingRun, repository: Repository, signal: AbortSignal): Promise<void> {
  const branch = keptBranchOf(coding.branch);
  const known = await listKeptShas(coding, branch);
  if (known.size === 0) return;
  const isTolerable = (error: unknown) => error instanceof TaskError && !signal.aborted;
  const remove = async () => void (await pushKeptBranch(repository, { branch, known }, signal));
  const { log } = coding.context;
  await tolerate(remove, { log, event: 'branch of refused work not removed', fields: { branch }, isTolerable });
}
