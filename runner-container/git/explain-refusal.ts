import { TaskError } from '../../shared/kernel/errors.ts';
import { findPushRule } from './find-push-rule.ts';
import type { Repository } from './git.ts';
import { listRemoteRefs } from './list-remote-refs.ts';

/**
 * Why a push was refused, as far as there is a better next step than "may not push". Whether a branch stands in the way
 * is read from the refs; all else GitLab says in prose only, so its own sentences are looked for. Unknown ones change
 * nothing but the next step.
 */
export async function explainRefusal(
  repository: Repository,
  branch: string,
  refusal: TaskError,
  signal: AbortSignal,
): Promise<TaskError> {
  const inTheWay = await findBranchInTheWay(repository, branch, signal);
  if (inTheWay !== undefined) return new TaskError('branch-in-the-way', { detail: inTheWay, cause: refusal });
  const detail = quoteServer(refusal.detail ?? '');
  return new TaskError(findPushRule(detail) ?? 'push-rejected', { ...(detail && { detail }), cause: refusal });
}

/** git keeps no branch `agent` beside a branch `agent/PROJ-1`, nor one below it. */
async function findBranchInTheWay(
  { git, remote }: Repository,
  branch: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const refs = await listRemoteRefs(git, remote, [], signal);
  const parts = branch.split('/');
  const above = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
  const found = above.find((name) => refs.has(`refs/heads/${name}`));
  if (found !== undefined) return found;
  const below = [...refs.keys()].find((name) => name.startsWith(`refs/heads/${branch}/`));
  return below?.slice('refs/heads/'.length);
}

/** What the server said, which git shows behind `remote: `; GitLab's own sentences where there are some. */
function quoteServer(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => /remote: ?(.*)$/.exec(line)?.[1]?.trim() ?? '')
    .filter((line) => line !== '' && !/^=+$/.test(line));
  const own = lines.filter((line) => line.startsWith('GitLab: '));
  return (own.length > 0 ? own : lines).join('\n');
}
