import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { DeliveryRequest } from '../delivery/deliver-commit.ts';
import { findHeadChange } from '../review/while-head-stays.ts';

/** Why an update ends without a push: people have ended its merge request, or are at work on it. */
export type GaveWay = 'closed' | 'newer-head' | 'person-spoke';

/** Rejects where an update gives way. */
export type AssertWanted = NonNullable<DeliveryRequest['assertWanted']>;

/** Ends a delivery in which nothing failed. */
class PersonAtWork extends Error {
  readonly reason: GaveWay;

  constructor(reason: GaveWay) {
    super(`The update gives way: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Does the work of an update that gives way to people, and resolves to why where it did. `findPerson` is asked whenever
 * the work calls `assertWanted`, which it does right before each push: sessions, repairs and `validate` may take an
 * hour.
 * @throws what `work` and `findPerson` do
 */
export async function orGiveWay<T>(
  findPerson: () => Promise<GaveWay | undefined>,
  work: (assertWanted: AssertWanted) => Promise<T>,
): Promise<T | GaveWay> {
  try {
    return await work(async ({ isMoved }) => {
      // git knows of a push before the merge request does.
      const reason = isMoved ? 'newer-head' : await findPerson();
      if (reason !== undefined) throw new PersonAtWork(reason);
    });
  } catch (error) {
    if (error instanceof PersonAtWork) return error.reason;
    throw error;
  }
}

/**
 * Whether people have merged or closed a merge request, or pushed to it, since it was read.
 * @throws {TaskError} `gitlab-*`
 */
export function findActOfPeople({
  gitlab,
  mergeRequest,
}: {
  gitlab: Pick<GitLab, 'getMergeRequest'>;
  mergeRequest: Pick<MergeRequest, 'projectId' | 'iid' | 'headSha'>;
}): Promise<GaveWay | undefined> {
  return findHeadChange(mergeRequest, gitlab);
}
