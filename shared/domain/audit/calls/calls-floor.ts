import type { CallCounts } from '../facts/audit-facts.ts';

/** What one repository's audit has to read. Counts are of things, not of calls. */
export interface RepositoryReads {
  /** The project itself, which names its id, its default branch and how it merges. */
  projectRead: boolean;
  /** Ranges whose start is a reference; its end is one too. From the root only the end is resolved. */
  rangesFromRef: number;
  rangesFromRoot: number;
  /** Ranges whose start is the newest release tag: the end is resolved, the tags are listed once. */
  rangesFromTag: number;
  /** Tags compared with the end of a range, to find one that it contains. */
  tagsCompared: number;
  /** Commits listed for each range; an empty list when a clone gives them (`--git-dir`). */
  commitsListed: number[];
  /** Commits of the default branch that a release branch has not; an empty list when that is not looked at. */
  elsewhereListed: number[];
  /** Merge requests in the list of merged ones, those outside the range included. */
  mergeRequestsListed: number;
  /** Open merge requests listed; null when they were not asked for. */
  openMergeRequestsListed: number | null;
  /**
   * Merge requests asked by GraphQL: those of the range, then those that only a commit's question showed; and how many
   * fit into one question (100, fewer where complexity is lower).
   */
  detailed: number[];
  detailedPerCall: number;
  /**
   * Events walked through for the times of approvals, down to the last that was wanted; null when they were not listed.
   */
  approvalEventsListed: number | null;
  /** Merge requests whose approval times are asked for. */
  approvalsAsked: number;
  /** Pipelines listed for each audited branch; an empty list when they were not asked for. */
  pipelinesListed: number[];
  /** Deployments listed; null when no environment is audited. */
  deploymentsListed: number | null;
  /** Commits asked for their merge request. */
  leftoversAsked: number;
  /** Merge requests asked for their pushed states. */
  diffVersionsAsked: number;
  /**
   * Files of each merge request and direct push; an empty list where the binding names no paths, or a clone gives them.
   */
  filesListed: number[];
  /**
   * Ends of ranges of which it was asked whether they are tags: those that named another commit in an earlier audit.
   */
  tagsAsked: number;
}

/** What the audit has to read in Jira. */
export interface JiraReads {
  projects: number;
  /** Projects that have the version: each is asked for its counts. */
  projectsWithVersion: number;
  /** Issues of the version found by search. */
  issuesSearched: number;
  /** Further keys: other versions, moved, unknown. */
  keysLookedUp: number;
  /** Keys that the answer for many leaves out, asked one by one: moved, unknown or forbidden. */
  keysAskedAlone: number;
  /** Issues whose history is read. */
  histories: number;
}

const PAGE = 100;
const KEYS_PER_CALL = 100;
const HISTORIES_PER_CALL = 1000;

/** The fewest calls that can read this, by the page sizes of the services. An audit must make exactly these. */
export function computeCallsFloor(repositories: readonly RepositoryReads[], jira: JiraReads): CallCounts {
  return { gitlab: repositories.map(gitlabCalls).reduce((a, b) => a + b, 0), jira: jiraCalls(jira) };
}

function gitlabCalls(reads: RepositoryReads): number {
  const refs = 2 * reads.rangesFromRef + reads.rangesFromRoot + 2 * reads.rangesFromTag + reads.tagsCompared;
  const lists = [
    reads.mergeRequestsListed,
    reads.openMergeRequestsListed,
    reads.deploymentsListed,
    reads.approvalEventsListed,
  ].flatMap((n) => n ?? []);
  const pages = [
    ...reads.commitsListed,
    ...reads.elsewhereListed,
    ...lists,
    ...reads.pipelinesListed,
    ...reads.filesListed,
  ]
    .map(pagesOf)
    .reduce((a, b) => a + b, 0);
  const details = reads.detailed
    .map((n) => Math.ceil(n / Math.max(1, reads.detailedPerCall)))
    .reduce((a, b) => a + b, 0);
  const asked = reads.approvalsAsked + reads.leftoversAsked + reads.diffVersionsAsked + reads.tagsAsked;
  return Number(reads.projectRead) + refs + pages + details + asked;
}

function jiraCalls(reads: JiraReads): number {
  return (
    reads.projects +
    reads.projectsWithVersion +
    (reads.projectsWithVersion > 0 ? pagesOf(reads.issuesSearched) : 0) +
    Math.ceil(reads.keysLookedUp / KEYS_PER_CALL) +
    reads.keysAskedAlone +
    Math.ceil(reads.histories / HISTORIES_PER_CALL) +
    // The statuses of the site, to know which of them count as done.
    (reads.histories > 0 ? 1 : 0)
  );
}

/** A list is asked for once even when it is empty. */
function pagesOf(items: number): number {
  return Math.max(1, Math.ceil(items / PAGE));
}
