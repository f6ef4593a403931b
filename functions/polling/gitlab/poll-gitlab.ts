import type { TimerHandler } from '@azure/functions';
import pLimit from 'p-limit';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Watermarks } from '../../../shared/domain/ports/watermarks.ts';
import {
  advanceWatermark,
  listAfter,
  parseWatermark,
  startWatermark,
  workAfter,
} from '../../../shared/domain/tasks/watermark.ts';
import type { ErrorCode, TaskError } from '../../../shared/kernel/errors.ts';
import type { LiveMapping } from '../../../shared/services/projects/live-mapping.ts';
import { type IngestCounts, type IngestDeps, ingestMergeRequest } from '../../ingest/gitlab/ingest-merge-request.ts';
import { recordSkip } from '../../ingest/gitlab/record-skip.ts';
import { findBlockingFailure } from '../find-blocking-failure.ts';
import { type PollerDeps, type PollerRun, type PollResult, runPoller } from '../run-poller.ts';
import { listChanges, type Ungrouped } from './list-changes.ts';
import { groupEntries, isNameOfGroup, type PollGroup } from './poll-groups.ts';
import { createSeenMergeRequests, type SeenMergeRequests } from './seen-merge-requests.ts';

export interface PollGitLabDeps extends IngestDeps, PollerDeps {
  mapping: Pick<LiveMapping, 'current'>;
  gitlabFor: (
    credentialRef: string,
  ) => Promise<Pick<GitLab, 'getCurrentUser' | 'listMergeRequests' | 'listDiscussions'>>;
  watermarks: Watermarks;
  clock: PollerDeps['clock'];
}

/** What one instance remembers between two polls; all of it may be lost. */
interface Memory {
  seen: SeenMergeRequests;
  ungrouped: Ungrouped;
}

const MAX_GROUPS_AT_ONCE = 4;

/** One merge request that fails has a problem of its own; several in a row mean that GitLab has one. */
const MAX_FAILURES_IN_A_ROW = 3;

/** Without storage nothing can be admitted, and under a rate limit each further request makes the wait longer. */
const ENDS_POLL: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['storage-unavailable', 'gitlab-rate-limited']);

/**
 * Looks for changed merge requests: one list per credential and top-level group, and the discussions of what came back.
 * A group's watermark moves only after everything in it has been admitted, so a crash or an outage repeats work and
 * loses none; a group that fails backs off alone.
 */
export function createPollGitLab(deps: PollGitLabDeps): TimerHandler {
  const memory: Memory = { seen: createSeenMergeRequests(), ungrouped: new Map() };
  return async () => {
    // One view to the end, also when the map is reloaded meanwhile.
    const { registry } = await deps.mapping.current();
    const groups = groupEntries(await registry.list());
    const limit = pLimit(MAX_GROUPS_AT_ONCE);
    const polls = groups.map((group) =>
      limit(() => runPoller(group.name, (run) => pollGroup(group, run, memory, deps), deps)),
    );
    const results = await Promise.allSettled(polls);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };
}

async function pollGroup(
  group: PollGroup,
  { startedAt }: PollerRun,
  memory: Memory,
  deps: PollGitLabDeps,
): Promise<PollResult> {
  const { watermarks, clock } = deps;
  const stored = await watermarks.find(group.name);
  const watermark = stored && parseWatermark(stored.value);
  if (watermark === undefined) {
    const start = findPlaceOfGroup(group, await watermarks.list()) ?? startWatermark(startedAt);
    await watermarks.advance(group.name, String(start), stored);
    return { counts: { mergeRequests: 0 }, refused: [] };
  }
  const gitlab = await deps.gitlabFor(group.credentialRef);
  const { ungrouped } = memory;
  const { listed, refused } = await listChanges(group, listAfter(watermark), { gitlab, ungrouped, clock });
  const counts = await ingestAll(listed, { group, after: workAfter(watermark), gitlab }, memory, deps);
  const next = advanceWatermark(watermark, { startedAt, held: group.held });
  await watermarks.advance(group.name, String(next), stored);
  return { counts: { mergeRequests: listed.length, ...counts }, refused };
}

/**
 * Up to where the group was looked at with another credential, at worst: a team that changes `credential_ref` loses
 * nothing of what happened since. `undefined` where it was never looked at: then what there is already is history, and
 * work begins with the first change from now on.
 */
function findPlaceOfGroup({ groupPath }: PollGroup, watermarks: ReadonlyMap<string, string>): number | undefined {
  const times = [...watermarks].flatMap(([name, value]) =>
    isNameOfGroup(name, groupPath) ? (parseWatermark(value) ?? []) : [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

interface GroupPoll {
  group: PollGroup;
  /** What happened before this moment is history, or was admitted by an earlier poll. */
  after: number;
  gitlab: Awaited<ReturnType<PollGitLabDeps['gitlabFor']>>;
}

/** @throws {TaskError} the first failure that a later poll may not see again, after the others were ingested. */
async function ingestAll(
  listed: MergeRequest[],
  { group, after, gitlab }: GroupPoll,
  { seen }: Memory,
  deps: PollGitLabDeps,
): Promise<IngestCounts> {
  const total: IngestCounts = { admitted: 0, duplicates: 0, skipped: 0, ended: 0 };
  let failure: TaskError | undefined;
  let failuresInARow = 0;
  for (const mergeRequest of listed) {
    const binding = group.bindings.get(mergeRequest.projectId);
    if (!binding || seen.isUnchanged(mergeRequest)) continue;
    const readAt = deps.clock.now();
    try {
      const self = await gitlab.getCurrentUser();
      const counts = await ingestMergeRequest({ mergeRequest, binding, self, gitlab, after }, deps);
      for (const name of ['admitted', 'duplicates', 'skipped', 'ended'] as const) total[name] += counts[name];
      seen.handled(mergeRequest, readAt);
      failuresInARow = 0;
    } catch (error) {
      const blocking = findBlockingFailure(error, () => seen.failed(mergeRequest));
      deps.log.error('merge request not ingested', { ...describe(mergeRequest), givenUp: !blocking, error });
      if (!blocking) await recordSkip(describe(mergeRequest), 'unreadable', deps.skipLog);
      failure ??= blocking;
      failuresInARow = blocking ? failuresInARow + 1 : 0;
      const endsPoll = blocking && ENDS_POLL.has(blocking.code);
      if (endsPoll || failuresInARow >= MAX_FAILURES_IN_A_ROW) throw failure;
    }
  }
  if (failure) throw failure;
  return total;
}

function describe({ projectId, iid }: MergeRequest) {
  return { projectId, mergeRequestIid: iid };
}
