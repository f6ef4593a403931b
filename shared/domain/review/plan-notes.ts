import { isAtLeast, SEVERITIES, type Severity } from '../mapping/severity.ts';
import type { DiffRefs, Discussion } from '../ports/gitlab.ts';
import type { Finding, ThreadVerdict } from './finding.ts';
import { type FindingIdentity, fingerprintFinding, isSameRule, NO_ANCHOR } from './fingerprint-finding.ts';
import { type PlannedSuggestion, planSuggestion } from './format-suggestion.ts';
import type { FileDiff } from './parse-diff.ts';
import { type Placement, placeFinding } from './place-finding.ts';
import { planVerdicts, type ThreadAction } from './plan-verdicts.ts';
import { type FindingThread, readThreads } from './read-threads.ts';

/** Why a finding is not posted. Dashboards count these words: add freely, rename never. */
export type FindingSkipReason = 'already-posted' | 'settled-by-person' | 'dismissed' | 'repeated';

export interface PlannedFinding {
  finding: Finding;
  identity: FindingIdentity;
  placement: Placement;
  suggestion?: PlannedSuggestion;
}

export interface NotesPlan {
  /** Most severe first. */
  post: PlannedFinding[];
  /** Above the cap: in the summary only. */
  overflow: PlannedFinding[];
  /** Below the least severity that is posted: listed in the summary, never a thread that blocks a merge. */
  noticed: Finding[];
  /** Own threads that were fixed once and whose problem is back. */
  reopen: { discussionId: string; finding: Finding }[];
  /** Verdicts on own threads: what to say, and whether to resolve. */
  resolve: ThreadAction[];
  skip: { finding: Finding; reason: FindingSkipReason }[];
}

export interface NotesInput {
  findings: readonly Finding[];
  /** Everything on the merge request, read at this moment. */
  discussions: readonly Discussion[];
  ownUserId: number;
  /** Fingerprints that must not come back for reasons not seen in the discussions. */
  suppressed?: ReadonlySet<string>;
  files: readonly FileDiff[];
  refs: DiffRefs;
  /** How many findings may be posted at this head, earlier attempts included. */
  cap: number;
  /** Findings below it are not posted, with `none` no finding is. */
  minSeverity: Severity | 'none';
  verdicts: readonly ThreadVerdict[];
  resolution: 'suggest' | 'resolve' | 'off';
  /** Files at the head by path, as far as findings suggest something for them. */
  headContents?: ReadonlyMap<string, string>;
}

/**
 * What a review posts. Planning again after some of it was posted plans the rest: no finding is posted twice, and none
 * that a person resolved or dismissed comes back, also in other words or after its lines moved.
 */
export function planNotes(input: NotesInput): NotesPlan {
  const threads = readThreads(input.discussions, input.ownUserId).filter((thread) => !isOutdatedNote(thread, input));
  const plan: Omit<NotesPlan, 'resolve'> = { post: [], overflow: [], noticed: [], reopen: [], skip: [] };
  const seen = new Map<string, Finding[]>();
  const reopened = new Set<string>();
  let room = input.cap - threads.filter((thread) => thread.headSha === input.refs.headSha).length;

  for (const finding of mostSevereFirst(input.findings)) {
    const identity = distinct(finding, fingerprintFinding(finding, input.files), seen);
    const thread = identity && bestMatch(identity, threads);
    if (!identity) plan.skip.push({ finding, reason: 'repeated' });
    else if (input.suppressed?.has(identity.fingerprint)) plan.skip.push({ finding, reason: 'dismissed' });
    else if (isBelow(finding.severity, input.minSeverity) && (!thread || thread.state === 'fixed'))
      plan.noticed.push(finding);
    else if (thread?.state === 'fixed' && thread.resolvable && !reopened.has(thread.discussionId)) {
      reopened.add(thread.discussionId);
      plan.reopen.push({ discussionId: thread.discussionId, finding });
    } else if (thread) plan.skip.push({ finding, reason: SKIPS[thread.state] });
    else {
      plan[room > 0 ? 'post' : 'overflow'].push(prepare(finding, identity, input));
      room -= 1;
    }
  }
  const others = threads.filter((thread) => !isRaisedAgain(thread, seen, input));
  return { ...plan, resolve: planVerdicts(input.verdicts, others, input.resolution) };
}

/**
 * A plain note of an earlier head, which earlier versions wrote and nothing can resolve: it holds no finding back, so
 * that a problem that is still there gets a thread. A person's no in it counts.
 */
function isOutdatedNote({ resolvable, headSha, state }: FindingThread, { refs }: NotesInput): boolean {
  return !resolvable && headSha !== refs.headSha && state !== 'dismissed';
}

function isBelow(severity: Severity, least: NotesInput['minSeverity']): boolean {
  return least === 'none' || !isAtLeast(severity, least);
}

const SKIPS = {
  open: 'already-posted',
  fixed: 'already-posted',
  settled: 'settled-by-person',
  dismissed: 'dismissed',
} as const satisfies Record<FindingThread['state'], FindingSkipReason>;

function mostSevereFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (left, right) =>
      SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity) || right.confidence - left.confidence,
  );
}

/**
 * Two findings of one review may look alike (the same mistake in two equal lines); at different lines both count, the
 * second under a fingerprint of its own. `undefined` for a true repetition.
 */
function distinct(
  finding: Finding,
  identity: FindingIdentity,
  seen: Map<string, Finding[]>,
): FindingIdentity | undefined {
  const alike = seen.get(identity.fingerprint) ?? [];
  if (alike.some((other) => other.startLine === finding.startLine && other.side === finding.side)) return undefined;
  seen.set(identity.fingerprint, [...alike, finding]);
  return alike.length === 0 ? identity : { ...identity, fingerprint: `${identity.fingerprint}~${alike.length + 1}` };
}

/** The thread that already says this. A person's no weighs more than an open thread, and that more than a fixed one. */
function bestMatch(identity: FindingIdentity, threads: FindingThread[]): FindingThread | undefined {
  const order = ['dismissed', 'settled', 'open', 'fixed'];
  return threads
    .filter((thread) => isSameFinding(identity, thread.identity))
    .toSorted((left, right) => order.indexOf(left.state) - order.indexOf(right.state))[0];
}

function isSameFinding(left: FindingIdentity, right: FindingIdentity): boolean {
  if (left.fingerprint === right.fingerprint) return true;
  // The second of two equal lines shares the anchor of the first; only its number tells them apart.
  if (left.fingerprint.split('~')[0] === right.fingerprint.split('~')[0]) return false;
  return left.anchor === right.anchor && left.anchor !== NO_ANCHOR && isSameRule(left.rule, right.rule);
}

/** A thread cannot be fixed when the same review finds its problem again. */
function isRaisedAgain(thread: FindingThread, seen: Map<string, Finding[]>, input: NotesInput): boolean {
  return [...seen.values()]
    .flat()
    .some((finding) => isSameFinding(fingerprintFinding(finding, input.files), thread.identity));
}

function prepare(finding: Finding, identity: FindingIdentity, input: NotesInput): PlannedFinding {
  const placement = placeFinding(finding, input.files, input.refs);
  const path = placement.kind === 'note' ? placement.path : placement.position.newPath;
  const suggestion = planSuggestion(finding, placement, input.headContents?.get(path));
  return { finding, identity, placement, ...(suggestion ? { suggestion } : {}) };
}
