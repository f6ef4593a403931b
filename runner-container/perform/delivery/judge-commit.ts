import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { DEFAULT_CHANGE_LIMITS } from '../../gate/change-policy.ts';
import { checkChange } from '../../gate/check-change.ts';
import { formatRefusal } from '../../gate/format-refusal.ts';
import { scanSecrets } from '../../gate/scan-secrets.ts';
import type { ChangeList } from '../../git/change.ts';
import type { Repository } from '../../git/git.ts';
import { listCommittedChanges } from '../../git/list-committed-changes.ts';
import { readAddedText } from '../../git/read-added-text.ts';

/**
 * The gate between the agent and the push: paths, kinds, sizes and credentials of one commit. A commit cannot change
 * after it was judged, unlike the work tree.
 * @throws {TaskError} `change-refused` with the files and the human step.
 */
export async function judgeCommit(
  repository: Repository,
  { from, to }: { from: string; to: string },
  binding: Binding,
  signal: AbortSignal,
): Promise<void> {
  judgeChanges(await listCommittedChanges(repository, from, to, signal), binding);

  const secrets = await scanSecrets(await readAddedText(repository, from, to, signal));
  if (secrets.length > 0) throw new TaskError('change-refused', { detail: formatRefusal(secrets) });
}

/**
 * The part of the gate that reads no file. Asked before a commit is made as well, because git reads what it commits to
 * its end: a sparse file of many gigabytes, or a pipe.
 * @throws {TaskError} `change-refused` with the files and the human step.
 */
export function judgeChanges(changes: ChangeList, binding: Pick<Binding, 'protectedPaths'>): void {
  const result = checkChange(changes, { ...DEFAULT_CHANGE_LIMITS, protectedPaths: binding.protectedPaths });
  if (result.kind === 'refused') throw new TaskError('change-refused', { detail: formatRefusal(result.violations) });
}
