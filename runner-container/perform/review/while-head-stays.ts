import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { type Clock, SECOND } from '../../../shared/kernel/clock.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { sleepUnlessAborted } from '../../../shared/kernel/waits.ts';

export interface WatchedHead {
  projectId: number;
  iid: number;
  headSha: string;
}

export interface WatchDeps {
  gitlab: Pick<GitLab, 'getMergeRequest'>;
  clock: Clock;
  log: Log;
}

/** `cause` is how the work ended when it was aborted. */
export type WhileHeadStays<T> = { kind: 'finished'; value: T } | { kind: 'moved'; change: HeadChange; cause: unknown };

const LOOK_EVERY_MS = 30 * SECOND;

/**
 * Does work that is only worth something as long as the merge request is open at this head: every half minute it looks,
 * and aborts the work after a push, close or merge.
 */
export async function whileHeadStays<T>(
  head: WatchedHead,
  deps: WatchDeps,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<WhileHeadStays<T>> {
  const moved = new AbortController();
  const ended = new AbortController();
  let change: HeadChange | undefined;
  void watch(head, deps, ended.signal, (seen) => {
    change = seen;
    moved.abort();
  });
  try {
    return { kind: 'finished', value: await work(AbortSignal.any([signal, moved.signal])) };
  } catch (cause) {
    if (!change || signal.aborted) throw cause;
    return { kind: 'moved', change, cause };
  } finally {
    ended.abort();
  }
}

/** Why a review of this head is not wanted any more; `undefined` while it is. */
export type HeadChange = 'closed' | 'newer-head';

export async function findHeadChange(
  { projectId, iid, headSha }: WatchedHead,
  gitlab: WatchDeps['gitlab'],
): Promise<HeadChange | undefined> {
  const mergeRequest = await gitlab.getMergeRequest(projectId, iid);
  if (mergeRequest.state !== 'opened') return 'closed';
  return mergeRequest.headSha === headSha ? undefined : 'newer-head';
}

/** Never rejects: it ends with the work. */
async function watch(
  head: WatchedHead,
  { gitlab, clock, log }: WatchDeps,
  ended: AbortSignal,
  onChange: (change: HeadChange) => void,
): Promise<void> {
  while (await sleepUnlessAborted(LOOK_EVERY_MS, clock, ended)) {
    try {
      const change = await findHeadChange(head, gitlab);
      if (change) return onChange(change);
    } catch (error) {
      // A look that failed says nothing; the head is read again before anything is posted.
      log.warn('head not looked at', { error });
    }
  }
}
