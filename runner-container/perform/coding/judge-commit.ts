import { TaskError } from '../../../shared/errors.ts';
import type { Binding } from '../../../shared/mapping/binding.ts';
import { DEFAULT_CHANGE_LIMITS } from '../../gate/change-policy.ts';
import { checkChange } from '../../gate/check-change.ts';
import { formatRefusal } from '../../gate/format-refusal.ts';
import { scanSecrets } from '../../gate/scan-secrets.ts';
import type { Repository } from '../../git/git.ts';
import { listCommittedChanges } from '../../git/list-committed-changes.ts';
import { readAddedText } from '../../git/read-added-text.ts';

/**
 * The gate between the agent and the push: paths, kinds, sizes and credentials of one commit. A commit cannot change after it was
 * judged, unlike the work tree.
 * @throws {TaskError} `change-refused` with the files and the human step.
 */
export async function judgeCommit(
  repository: Repository,
  { from, to }: { from: string; to: string },
  binding: Binding,
  signal: AbortSignal,
): Promise<void> {
  const changes = await listCommittedChanges(repository, from, to, signal);
  const policy = { ...DEFAULT_CHANGE_LIMITS, protectedPaths: binding.protectedPaths };
  const verdict = checkChange(changes, policy);
  if (verdict.verdict === 'refused')
    throw new TaskError('change-refused', { detail: formatRefusal(verdict.violations) });

  const secrets = await scanSecrets(await readAddedText(repository, from, to, signal));
  if (secrets.length > 0) throw new TaskError('change-refused', { detail: formatRefusal(secrets) });
}
