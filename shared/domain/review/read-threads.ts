import { type Marker, parseMarker, stripMarker } from '../../kernel/text/marker.ts';
import type { Severity } from '../mapping/severity.ts';
import type { Discussion, Note } from '../ports/gitlab.ts';
import { decodeIdentity, type FindingIdentity } from './fingerprint-finding.ts';
import { readSeverity } from './severity-names.ts';

/**
 * How one of the agent's own findings stands: `open`, `fixed` (the agent resolved it), `settled` (a person resolved it)
 * or `dismissed` (the agent wrote that it obeys or accepts a no, after it had looked at the person's role; see ADR
 * 0013). The last two never come back.
 */
export type ThreadState = 'open' | 'fixed' | 'settled' | 'dismissed';

export interface FindingThread {
  discussionId: string;
  identity: FindingIdentity;
  state: ThreadState;
  path: string;
  line?: number;
  /** The head the finding was made at; at another head its line may have moved. */
  headSha?: string;
  /** Absent where the note does not begin with one. */
  severity?: Severity;
  /** What the note says, without marker and suggestion. */
  text: string;
  /** False for plain notes: nothing to resolve. */
  resolvable: boolean;
  /** An account other than the agent wrote in it. */
  othersSpoke: boolean;
  /** The agent has answered that it mended it, in a merge request of its own: no person has to agree. */
  mended?: true;
  /** The agent's last word is already a verdict on the fix, so another one would only repeat it. */
  verdictGiven: boolean;
}

/** What the marker of a note says that warns of a credential. Such a note is no word in the conversation. */
export const CREDENTIAL_PURPOSE = 'credential';

/** What the marker of an answer says that tells what the agent has done about a finding of its own merge request. */
export const FIX_PURPOSE = 'own-fix';

/**
 * The agent's own findings among the discussions of a merge request. A marker counts only in a note of the agent's own
 * user.
 */
export function readThreads(discussions: readonly Discussion[], ownUserId: number): FindingThread[] {
  return discussions.flatMap((discussion) => readThread(discussion, ownUserId) ?? []);
}

/** The marker of a note, believed only when the agent itself wrote the note. */
export function ownMarker(note: Note, ownUserId: number): Marker | undefined {
  return note.author.id === ownUserId && !note.system ? parseMarker(note.body) : undefined;
}

function readThread({ id, notes }: Discussion, ownUserId: number): FindingThread | undefined {
  const [first, ...replies] = notes;
  const marker = first && ownMarker(first, ownUserId);
  const identity = marker?.purpose === 'finding' && marker.fingerprint ? decodeIdentity(marker.fingerprint) : undefined;
  if (!first || !identity) return undefined;

  const spoken = replies.filter((note) => !note.system);
  const line = first.position?.newLine ?? first.position?.oldLine;
  const severity = readSeverity(first.body);
  const lastOwn = spoken.findLast((note) => note.author.id === ownUserId);
  return {
    discussionId: id,
    identity,
    state: stateOf(first, spoken, ownUserId),
    path: first.position?.newPath ?? '',
    ...(line === undefined ? {} : { line }),
    ...(marker?.sha === undefined ? {} : { headSha: marker.sha }),
    ...(severity === undefined ? {} : { severity }),
    text: plainText(first.body),
    resolvable: first.resolvable,
    othersSpoke: spoken.some((note) => note.author.id !== ownUserId),
    ...(spoken.some((note) => ownMarker(note, ownUserId)?.purpose === FIX_PURPOSE) ? { mended: true as const } : {}),
    verdictGiven: lastOwn !== undefined && ownMarker(lastOwn, ownUserId)?.purpose === 'verdict',
  };
}

function stateOf(first: Note, replies: Note[], ownUserId: number): ThreadState {
  // Words of people, the command included, count for nothing here: the one who may comment may not be one who may push.
  const agreed = replies.some((note) => ['accepted-no', 'ignored'].includes(ownMarker(note, ownUserId)?.purpose ?? ''));
  if (agreed) return 'dismissed';
  if (!first.resolved) return 'open';
  return first.resolvedBy?.id === ownUserId ? 'fixed' : 'settled';
}

function plainText(body: string): string {
  return stripMarker(body)
    .replace(/^(`{3,})suggestion:[^\n]*\n[\s\S]*?^\1`*$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
