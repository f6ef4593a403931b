import type { ChangelogPatience, IssueState, UnreadableIssue } from '../../domain/ports/jira.ts';
import { describeError, TaskError } from '../../kernel/errors.ts';

/** Tells, within one search, an issue whose changelog Jira cannot answer from a Jira that answers none. */
export interface ChangelogGuard {
  /**
   * What `read` resolves to, within the time that one changelog has. Where Jira cannot answer now, the issue is
   * unreadable `now`; after several of those in a row Jira is not asked about others.
   * @throws {Error} every failure of `read` that is not about this one issue, such as a refused credential.
   */
  read<T>(
    issue: IssueState,
    read: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T | UnreadableIssue>;
}

/** One changelog that fails is a fault of its issue; several in a row mean that Jira has one. */
const MAX_FAILURES_IN_A_ROW = 3;

/** A guard for one search. */
export function createChangelogGuard({ isResting, timeoutMs }: ChangelogPatience): ChangelogGuard {
  let failuresInARow = 0;
  let last: TaskError | undefined;

  async function ask<T>(issue: IssueState, read: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal) {
    // A real timer, as with each request: it guards real sockets, and the function that polls has no time for more.
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const result = await read(signal ? AbortSignal.any([signal, limit]) : limit);
      failuresInARow = 0;
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      const failure = limit.aborted && error === limit.reason ? tooSlow(error) : error;
      if (!(failure instanceof TaskError) || failure.code !== 'jira-unavailable') throw failure;
      failuresInARow += 1;
      last = failure;
      return unreadable(issue, failure, { asked: true });
    }
  }

  return {
    async read(issue, read, signal) {
      if (isResting(issue)) return { key: issue.key, reason: 'its changelog failed too often and is left for a while' };
      if (last && failuresInARow >= MAX_FAILURES_IN_A_ROW) return unreadable(issue, last, { asked: false });
      return ask(issue, read, signal);
    },
  };
}

function tooSlow(cause: unknown): TaskError {
  return new TaskError('jira-unavailable', { detail: 'the changelog took too long', cause });
}

function unreadable({ key, updatedAt }: IssueState, error: TaskError, { asked }: { asked: boolean }): UnreadableIssue {
  return { key, reason: `its changelog: ${describeError(error.code).sentence}`, now: { error, updatedAt, asked } };
}
