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
 * Looks at once.
 * @throws {Error} when the work is not wanted any more; what else GitLab has to say waits for the next look.
 */
export type LookAtHead = () => Promise<void>;

/**
 * Does work that is only worth something as long as the merge request is open at this head: every half minute it looks,
 * and aborts the work after a push, close or merge. Work of several steps looks itself before it begins the next one.
 */
export async function whileHeadStays<T>(
  head: WatchedHead,
  deps: WatchDeps,
  work: (signal: AbortSignal, look: LookAtHead) => Promise<T>,
  signal: AbortSignal,
): Promise<WhileHeadStays<T>> {
  const moved = new AbortController();
  const ended = new AbortController();
  let change: HeadChange | undefined;
  const onChange = (seen: HeadChange) => {
    change = seen;
    moved.abort();
  };
  void watch(head, deps, ended.signal, onChange);
  const inner = AbortSignal.any([signal, moved.signal]);
  const look = async () => {
    await lookOnce(head, deps, onChange);
    inner.throwIfAborted();
  };
  try {
    return { kind: 'finished', value: await work(inner, look) };
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
  deps: WatchDeps,
  ended: AbortSignal,
  onChange: (change: HeadChange) => void,
): Promise<void> {
  while (await sleepUnlessAborted(LOOK_EVERY_MS, deps.clock, ended)) {
    if (await lookOnce(head, deps, onChange)) return;
  }
}

/** Whether it has changed. Never rejects. */
async function lookOnce(
  head: WatchedHead,
  { gitlab, log }: WatchDeps,
  onChange: (change: HeadChange) => void,
): Promise<boolean> {
  try {
    const change = await findHeadChange(head, gitlab);
    if (change) onChange(change);
    return change !== undefined;
  } catch (error) {
    // A look that failed says nothing; the head is read again before anything is posted.
    log.warn('head not looked at', { error });
    return false;
  }
}
