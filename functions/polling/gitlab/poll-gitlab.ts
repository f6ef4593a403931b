import type { TimerHandler } from '@azure/functions';
import pLimit from 'p-limit';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Watermark } from '../../../shared/domain/ports/watermarks.ts';
import {
  advanceWatermark,
  listAfter,
  parseWatermark,
  resumeWatermark,
  startWatermark,
  workAfter,
} from '../../../shared/domain/tasks/watermark.ts';
import type { ErrorCode, TaskError } from '../../../shared/kernel/errors.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import type { LiveMapping } from '../../../shared/services/projects/live-mapping.ts';
import { type IngestCounts, type IngestDeps, ingestMergeRequest } from '../../ingest/gitlab/ingest-merge-request.ts';
import { recordSkip } from '../../ingest/gitlab/record-skip.ts';
import { findBlockingFailure } from '../find-blocking-failure.ts';
import {
  listRefused,
  type PollDone,
  type PollerDeps,
  type PollerRun,
  type PollResult,
  runPoller,
} from '../run-poller.ts';
import { chooseDueGroups } from './choose-due-groups.ts';
import { countLists, listChanges, type Ungrouped } from './list-changes.ts';
import { type ConflictPoll, pollConflicts } from './poll-conflicts.ts';
import { groupEntries, isNameOfGroup, type PollGroup } from './poll-groups.ts';
import { pollPipelines } from './poll-pipelines.ts';
import { openPollProgress, type PollProgress, type PollProgressDeps } from './poll-progress.ts';
import { createSeenMergeRequests, type SeenMergeRequests } from './seen-merge-requests.ts';

export interface PollGitLabDeps extends IngestDeps, Omit<PollerDeps, 'pollers' | 'reportDone'>, PollProgressDeps {
  mapping: Pick<LiveMapping, 'current'>;
  gitlabFor: (
    credentialRef: string,
  ) => Promise<
    Pick<
      GitLab,
      | 'getCurrentUser'
      | 'listMergeRequests'
      | 'listDiscussions'
      | 'listOpenMergeRequestsBy'
      | 'findBranch'
      | 'listFailedPipelines'
      | 'listPassedPipelines'
    >
  >;
  clock: PollerDeps['clock'];
}

/** What one instance remembers between two polls; all of it may be lost. */
interface Memory {
  seen: SeenMergeRequests;
  ungrouped: Ungrouped;
  /** When a poll found something in a group last, by its name. */
  activeAt: Map<string, number>;
}

/** What the polls of all groups found together, and how many of them succeeded. */
type Summary = Record<(typeof SUMMED)[number] | 'polled', number>;

const SUMMED = ['mergeRequests', 'admitted', 'duplicates', 'skipped', 'ended', 'merges', 'repairs', 'readied'] as const;

const NOTHING_FOUND: Readonly<Summary> = {
  polled: 0,
  mergeRequests: 0,
  admitted: 0,
  duplicates: 0,
  skipped: 0,
  ended: 0,
  merges: 0,
  repairs: 0,
  readied: 0,
};

/** In the log; the poller of each group has a name of its own. */
const GITLAB_POLLER = 'gitlab';

const MAX_GROUPS_AT_ONCE = 4;

/** One merge request that fails has a problem of its own; several in a row mean that GitLab has one. */
const MAX_FAILURES_IN_A_ROW = 3;

/** Without storage nothing can be admitted, and under a rate limit each further request makes the wait longer. */
const ENDS_POLL: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['storage-unavailable', 'gitlab-rate-limited']);

/**
 * Looks for changed merge requests: one list per credential and top-level group, and the discussions of what came back.
 * A group's watermark moves only after everything in it has been admitted, so a crash or an outage repeats work and
 * loses none; a group that fails backs off alone. Of very many groups those in which nothing happens take turns.
 *
 * What an idle poll costs does not grow with the groups but by a hundredth: two lists say where all of them stand, a
 * hundred are written in one request, and all that succeeded are one line in the log. A group has a line of its own
 * when there is something to say of it.
 */
export function createPollGitLab(deps: PollGitLabDeps): TimerHandler {
  const memory: Memory = { seen: createSeenMergeRequests(), ungrouped: new Map(), activeAt: new Map() };
  return async () => {
    // One view to the end, also when the map is reloaded meanwhile.
    const { registry, bindings } = await deps.mapping.current();
    const groups = groupEntries(await registry.list());
    if (groups.length === 0) return;
    const progress = await openPollProgress(deps);
    const summary: Summary = { ...NOTHING_FOUND };
    const reportDone = (done: PollDone) => report(done, summary, memory, deps);
    const poller = { ...deps, pollers: progress.pollers, reportDone };
    const limit = pLimit(MAX_GROUPS_AT_ONCE);
    const poll = (group: PollGroup) => (run: PollerRun) =>
      pollGroup({ group, bindings: bindings.list }, run, { progress, memory }, deps);
    const polls = chooseDue(groups, progress, memory, deps).map((group) =>
      limit(async () => {
        await runPoller(group.name, poll(group), poller);
        await progress.save();
      }),
    );
    const results = await Promise.allSettled(polls);
    await progress.save({ all: true });
    // Where every group fails there is no such line, and an alert says so.
    if (summary.polled > 0) deps.log.info('poll done', { poller: GITLAB_POLLER, groups: groups.length, ...summary });
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };
}

function chooseDue(
  groups: PollGroup[],
  progress: Pick<PollProgress, 'find'>,
  { ungrouped, activeAt }: Memory,
  { clock }: PollGitLabDeps,
): PollGroup[] {
  const now = clock.now();
  return chooseDueGroups(groups, {
    now,
    listsOf: (group) => countLists(group, ungrouped, now),
    polledAt: ({ name }) => progress.find(name)?.lastSuccessAt,
    activeAt: ({ name }) => activeAt.get(name),
  });
}

/** Adds it to what all groups found; a line for a group that works again or in which something happened. */
function report(
  { poller, counts, refused, state }: PollDone,
  summary: Summary,
  { activeAt }: Pick<Memory, 'activeAt'>,
  { clock, log }: { clock: PollerDeps['clock']; log: Log },
): void {
  summary.polled += 1;
  for (const name of SUMMED) summary[name] += counts[name] ?? 0;
  const hasFound = SUMMED.some((name) => name !== 'mergeRequests' && (counts[name] ?? 0) > 0);
  if (hasFound) activeAt.set(poller, clock.now());
  if (!hasFound && refused.length === 0 && state.failures === 0) return;
  log.info('group polled', { poller, ...counts, ...listRefused({ refused }) });
}

async function pollGroup(
  { group, bindings }: Pick<ConflictPoll, 'group' | 'bindings'>,
  { startedAt }: PollerRun,
  { progress, memory }: { progress: PollProgress; memory: Memory },
  deps: PollGitLabDeps,
): Promise<PollResult> {
  const { clock } = deps;
  const stored = progress.watermarks.get(group.name);
  const place = stored && parseWatermark(stored.value);
  if (place === undefined) {
    const start = findPlaceOfGroup(group, progress.watermarks) ?? startWatermark(startedAt);
    progress.advance(group.name, String(start));
    return { counts: { mergeRequests: 0 }, refused: [] };
  }
  const watermark = resumeWatermark(place, startedAt);
  if (watermark > place) deps.log.warn('older changes not looked for', { poller: group.name, before: watermark });
  const gitlab = await deps.gitlabFor(group.credentialRef);
  const { ungrouped } = memory;
  const { listed, refused } = await listChanges(group, listAfter(watermark), { gitlab, ungrouped, clock });
  const counts = await ingestAll(listed, { group, after: workAfter(watermark), gitlab }, memory, deps);
  const pipelines = await pollPipelines({ group, bindings, gitlab, after: workAfter(watermark) }, deps);
  const next = advanceWatermark(watermark, { startedAt, held: group.held || pipelines.missed });
  progress.advance(group.name, String(next));
  const conflicts = await pollConflicts({ group, bindings, gitlab }, deps);
  return {
    counts: { mergeRequests: listed.length, ...counts, ...pipelines.counts, ...conflicts.counts },
    refused: [...new Set([...refused, ...pipelines.refused, ...conflicts.refused])],
  };
}

/**
 * Up to where the group was looked at with another credential, at worst: a team that changes `credential_ref` loses
 * nothing of what happened since. `undefined` where it was never looked at: then what there is already is history, and
 * work begins with the first change from now on.
 */
function findPlaceOfGroup({ groupPath }: PollGroup, watermarks: ReadonlyMap<string, Watermark>): number | undefined {
  const times = [...watermarks].flatMap(([name, { value }]) =>
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
