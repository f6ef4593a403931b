import { nameSubject, type Subject } from '../arguments/subject.ts';
import { describeUnreadable, type FoundRun, findRunById } from './find-run-by-id.ts';
import { findScope } from './find-scope.ts';
import type { Tools } from './tools.ts';

/**
 * The run a person means: by its id, the beginning of one, or as the newest run of an issue or merge request.
 * @throws {UsageError} and {TaskError} as `findScope` does
 */
export async function findRun(
  subject: Subject,
  tools: Pick<Tools, 'bindings' | 'gitlab' | 'storage'>,
): Promise<FoundRun> {
  const { ledger } = await tools.storage();
  if (subject.kind === 'run') return findRunById(subject.runId, ledger);
  const unreadable: string[] = [];
  const onUnreadable = (runId: string) => void unreadable.push(runId);
  const [newest] = await ledger.listRecent(await findScope(subject, tools), 1, { onUnreadable });
  // An older one is not what a person means who names the issue.
  if (unreadable.length > 0) return { error: describeUnreadable(unreadable) };
  if (newest) return findRunById(newest.runId, ledger);
  const name = nameSubject(subject);
  return { error: `no run of ${name} is known; \`cmap explain ${name}\` says why nothing happened` };
}
