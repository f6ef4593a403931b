import type { RepositoryReads } from '../../../../domain/audit/calls/calls-floor.ts';
import { DETAILS_PER_CALL } from './read-merge-request-details.ts';

/** What is read of a repository before anything was: the project itself. The collection counts into it. */
export function createReads(): RepositoryReads {
  return {
    projectRead: true,
    rangesFromRef: 0,
    rangesFromRoot: 0,
    rangesFromTag: 0,
    tagsCompared: 0,
    commitsListed: [],
    elsewhereListed: [],
    mergeRequestsListed: 0,
    openMergeRequestsListed: null,
    detailed: [],
    detailedPerCall: DETAILS_PER_CALL,
    approvalEventsListed: null,
    approvalsAsked: 0,
    pipelinesListed: [],
    deploymentsListed: null,
    leftoversAsked: 0,
    diffVersionsAsked: 0,
    filesListed: [],
    tagsAsked: 0,
  };
}
