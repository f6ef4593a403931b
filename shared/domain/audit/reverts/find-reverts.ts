import { type AuditChange, isMerge } from '../changes/audit-change.ts';
import type { CommitFacts, Sha } from '../facts/commit.ts';
import { mergeRequestRevert } from './merge-request-revert.ts';
import { parseReferences, type References } from './parse-references.ts';
import { parseQuotedSubject, type QuotedSubject } from './quoted-subject.ts';
import type { TargetResolver } from './target-resolver.ts';

/** A commit of the range that takes others back. */
export interface Revert {
  /** Number of reverts in its subject; an even one brings something back. */
  depth: number;
  /** Commits of the range it takes back. */
  targets: Sha[];
  /** What it names and the range does not have. */
  outside: string[];
  /** Whether a commit it takes back is known: one before it in the range, or one elsewhere that it names. */
  resolved: boolean;
}

/** The reverts of a repository, by the SHA of the commit that takes back. */
export function findReverts(changes: readonly AuditChange[], resolver: TargetResolver): Map<Sha, Revert> {
  const reverts = new Map<Sha, Revert>();
  for (const change of changes) {
    for (const commit of change.commits) {
      const quoted = isMerge(commit) ? NOT_QUOTED : parseQuotedSubject(commit.subject);
      const revert = toRevert(quoted, parseReferences(commit.body).reverts, { commit, change }, resolver);
      if (revert) reverts.set(commit.sha, revert);
    }
    addOfMergeRequest(change, resolver, reverts);
  }
  return reverts;
}

const NOT_QUOTED: QuotedSubject = { own: '', inner: null, depth: 0 };

function addOfMergeRequest(change: AuditChange, resolver: TargetResolver, reverts: Map<Sha, Revert>): void {
  if (change.kind !== 'merge-request') return;
  const said = mergeRequestRevert(change.mergeRequest.facts);
  const first = change.commits.find((commit) => !isMerge(commit));
  const known = change.commits.flatMap((commit) => reverts.get(commit.sha) ?? []);
  if (!said || !first || known.some(({ targets }) => targets.length > 0)) return;
  const isNamed = said.named.commits.length + said.named.mergeRequests.length > 0;
  // Where a commit names what it takes back, a title that is like that of another commit says nothing.
  if (!isNamed && known.some(({ outside }) => outside.length > 0)) return;
  const revert = toRevert(said.quoted, said.named, { commit: first, change }, resolver);
  if (revert) reverts.set(first.sha, revert);
}

function toRevert(
  quoted: QuotedSubject,
  names: References['reverts'],
  { commit: { sha: self }, change }: { commit: CommitFacts; change: AuditChange },
  resolver: TargetResolver,
): Revert | undefined {
  const named = names.commits.length + names.mergeRequests.length;
  if (quoted.depth === 0 && named === 0) return undefined;
  const { targets, outside } = resolver.named(names);
  const same = named === 0 ? resolver.bySubject(directSubject(quoted), self) : undefined;
  return {
    depth: quoted.depth || 1,
    targets: [...targets, ...(same ?? [])].filter((sha) => sha !== self),
    outside,
    resolved: same !== undefined || resolver.isBefore(targets, change) || outside.some(resolver.isElsewhere),
  };
}

/** Subject of the commit that is taken back, one level down: of `Revert "Revert "x""` it is `Revert "x"`. */
function directSubject({ inner, depth }: QuotedSubject): string {
  return `${'Revert "'.repeat(Math.max(0, depth - 1))}${inner ?? ''}${'"'.repeat(Math.max(0, depth - 1))}`;
}
