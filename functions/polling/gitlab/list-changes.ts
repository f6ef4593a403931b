import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { isHiddenByGitLab } from '../../../shared/domain/ports/gitlab-refusals.ts';
import { type Clock, HOUR } from '../../../shared/kernel/clock.ts';
import type { PollGroup } from './poll-groups.ts';

/** Which groups cannot be listed as such, and until when that is believed. */
export type Ungrouped = Map<string, number>;

export interface ListedChanges {
  listed: MergeRequest[];
  /** Repositories GitLab does not let us list, by path. */
  refused: string[];
}

/**
 * Every merge request of the group's repositories changed at or after `updatedAfter`. One list for the whole top-level
 * group; one per repository where there is no such group (a personal namespace) or the credential may not see it. A
 * lone repository is asked for itself, because a large group has many merge requests that are none of our business.
 */
export async function listChanges(
  group: PollGroup,
  updatedAfter: number,
  { gitlab, ungrouped, clock }: { gitlab: Pick<GitLab, 'listMergeRequests'>; ungrouped: Ungrouped; clock: Clock },
): Promise<ListedChanges> {
  const projectIds = [...group.bindings.keys()];
  if (isGrouped(group, ungrouped, clock.now())) {
    try {
      return { listed: await gitlab.listMergeRequests({ groupPath: group.groupPath }, { updatedAfter }), refused: [] };
    } catch (error) {
      if (!isHiddenByGitLab(error)) throw error;
      ungrouped.set(group.name, clock.now() + HOUR);
    }
  }
  const changes: ListedChanges = { listed: [], refused: [] };
  for (const [projectId, { repo }] of group.bindings) {
    try {
      changes.listed.push(...(await gitlab.listMergeRequests({ projectId }, { updatedAfter })));
    } catch (error) {
      if (!isHiddenByGitLab(error)) throw error;
      changes.refused.push(repo);
      // A repository that was deleted or closed to us since it was looked up stops only itself; all of them are a
      // failure.
      if (changes.refused.length === projectIds.length) throw error;
    }
  }
  return changes;
}

/**
 * How many lists a poll of the group asks GitLab for, as long as each has one page: those of `listChanges`, and one of
 * each repository for conflicts, for failed and for passed pipelines where its binding wants something done about them.
 */
export function countLists(group: PollGroup, ungrouped: Ungrouped, now: number): number {
  const bindings = [...group.bindings.values()];
  const ofConflicts = bindings.filter(({ mergeTarget }) => mergeTarget === 'on').length;
  const ofFailed = bindings.filter(({ repairPipelines }) => repairPipelines === 'on').length;
  const ofPassed = bindings.filter(({ mergeRequest }) => mergeRequest.ready !== undefined).length;
  return (isGrouped(group, ungrouped, now) ? 1 : bindings.length) + ofConflicts + ofFailed + ofPassed;
}

function isGrouped({ name, bindings }: PollGroup, ungrouped: Ungrouped, now: number): boolean {
  return bindings.size > 1 && (ungrouped.get(name) ?? 0) <= now;
}
