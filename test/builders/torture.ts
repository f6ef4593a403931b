import type { SandboxMergeRequest } from '../../sandbox/gitlab/state/fake-state.ts';
import type { Facts } from '../../sandbox/torture/facts/read-facts.ts';

/** A torture in which nothing has happened but what is said. */
export function someFacts(overrides: Partial<Facts> = {}): Facts {
  return {
    entries: [],
    runs: [],
    sessionAt: new Map(),
    records: new Map(),
    askedAt: new Map(),
    receivedMarkers: new Set(),
    openRuns: [],
    reports: [],
    attachments: [],
    notes: [],
    mergeRequests: [],
    commits: new Map(),
    keptBranches: [],
    gated: new Map(),
    queued: 0,
    poisonCount: 0,
    poison: [],
    scopes: [],
    ...overrides,
  };
}

/** A note of the agent by its marker. */
export function anAgentNote(overrides: Partial<Facts['notes'][number]> = {}): Facts['notes'][number] {
  return { repo: 'group/app', iid: 3, noteId: 5, discussionId: 'd5', text: '', purpose: 'summary', ...overrides };
}

/** An open one of a person at `headSha`, with what checks look at. */
export function aTorturedMergeRequest(overrides: object = {}): SandboxMergeRequest {
  const author = { id: 1, username: 'ada', name: 'Ada', bot: false };
  const place = { project: { id: 7, path: 'group/app' }, iid: 3, sourceBranch: 'change', targetBranch: 'main' };
  const people = { author, reviewers: [], changeRequesters: [], discussions: [], versions: [] };
  const head = { headSha: 'a'.repeat(40), state: 'opened' };
  const made: unknown = { ...place, ...people, ...head, title: 'Change', ...overrides };
  return made as SandboxMergeRequest; // no more is looked at
}
