import { type AuditChange, isMerge } from '../changes/audit-change.ts';
import type { CommitFacts, Sha, Trailer } from '../facts/commit.ts';
import type { MergeRequestFacts } from '../facts/merge-request.ts';
import { LINK_VIA, type LinkVia } from '../report/link.ts';
import { withoutReferences } from '../reverts/parse-references.ts';
import { parseQuotedSubject } from '../reverts/quoted-subject.ts';
import type { KeyReader } from './key-reader.ts';

/** A key as it was written in a change, with the best place it stands in. */
export interface WrittenKey {
  written: string;
  via: LinkVia;
  /** Commits of the change that name it themselves, in a place that counts. */
  commits: Sha[];
  /** Named for all of the change: by title, branch, merge commit or squash commit. */
  whole: boolean;
}

/**
 * Keys of a change from the subjects and trailers of its commits, the title and branch of its merge request and, as
 * mentions only, the bodies. A key inside the quotes of a revert is one of the revert's, not the author's own.
 */
export function readChangeKeys(change: AuditChange, reader: KeyReader): WrittenKey[] {
  const found = createCollection();
  for (const commit of change.commits) {
    const whole =
      change.kind !== 'merge-request' || isMerge(commit) || commit.sha === change.mergeRequest.facts.squashCommitSha;
    readCommit(commit, reader, (keys, via) => found.add(keys, via, commit, whole));
  }
  if (change.kind === 'merge-request')
    readMergeRequest(change.mergeRequest.facts, reader, (keys, via) => found.add(keys, via, undefined, via !== 'body'));
  return found.list();
}

/** Keys of a merge request alone, for one that is not in the range. */
export function readMergeRequestKeys(facts: MergeRequestText, reader: KeyReader): WrittenKey[] {
  const found = createCollection();
  readMergeRequest(facts, reader, (keys, via) => found.add(keys, via, undefined, via !== 'body'));
  return found.list();
}

type MergeRequestText = Pick<MergeRequestFacts, 'title' | 'sourceBranch' | 'description'>;

/** Keys of a commit alone. */
export function readCommitKeys(commit: CommitFacts, reader: KeyReader): WrittenKey[] {
  const found = createCollection();
  readCommit(commit, reader, (keys, via) => found.add(keys, via, commit, true));
  return found.list();
}

type Add = (keys: readonly string[], via: LinkVia) => void;

function readMergeRequest({ title, sourceBranch, description }: MergeRequestText, reader: KeyReader, add: Add): void {
  readLine(title, 'title', reader, add);
  add(reader.inBranch(sourceBranch), /^revert[-_/]/i.test(sourceBranch) ? 'revert' : 'branch');
  add(reader.inText(withoutReferences(description)), 'body');
}

function readCommit(commit: CommitFacts, reader: KeyReader, add: Add): void {
  readLine(commit.subject, 'subject', reader, add);
  for (const trailer of commit.trailers.filter(namesTickets)) add(reader.inText(trailer.value), 'trailer');
  add(reader.inText(withoutReferences(commit.body)), 'body');
}

function readLine(line: string, via: LinkVia, reader: KeyReader, add: Add): void {
  const { own, inner } = parseQuotedSubject(withoutReferences(line));
  add(reader.inText(own), via);
  if (inner !== null) add(reader.inText(inner), 'revert');
}

/** Trailers about people and machines name no ticket, even when a name or a run id looks like one. */
function namesTickets(trailer: Trailer): boolean {
  return !/-by$|^cmap-run$|^change-id$|^cherry-picked-from$/i.test(trailer.key);
}

function createCollection() {
  const found = new Map<string, WrittenKey>();
  return {
    add: (keys: readonly string[], via: LinkVia, commit: CommitFacts | undefined, whole: boolean) => {
      for (const written of keys) {
        const known = found.get(written) ?? { written, via, commits: [], whole: false };
        if (LINK_VIA.indexOf(via) < LINK_VIA.indexOf(known.via)) known.via = via;
        const counts = via !== 'body' && via !== 'revert';
        known.whole ||= whole && counts;
        if (commit && counts && known.commits.at(-1) !== commit.sha) known.commits.push(commit.sha);
        found.set(written, known);
      }
    },
    list: () => [...found.values()].sort((a, b) => (a.written < b.written ? -1 : 1)),
  };
}
