import { type AuditChange, isMerge } from '../changes/audit-change.ts';
import type { CommitFacts, Sha } from '../facts/commit.ts';
import type { KeyReader } from '../keys/key-reader.ts';
import { readChangeKeys, readCommitKeys, type WrittenKey } from '../keys/read-change-keys.ts';
import type { RepositoryModel } from '../model/repository-model.ts';
import { LINK_VIA } from '../report/link.ts';
import type { ChangeLink } from './change-link.ts';
import type { TicketIndex } from './ticket-index.ts';

export interface LinkContext {
  model: RepositoryModel;
  tickets: TicketIndex;
  reader: KeyReader;
  /** Commits of other branches by SHA, for the keys of what was picked. */
  elsewhere: ReadonlyMap<Sha, CommitFacts>;
}

/** The links of one change: one per ticket, by the best place its key stands in. */
export function linkChange(change: AuditChange, context: LinkContext): ChangeLink[] {
  const written = readChangeKeys(change, context.reader);
  const own = written.map((key) => toLink(change, key, written, context));
  const links = own.some((link) => link.row.covers)
    ? own
    : [...own, ...createdFor(change, context), ...ofOriginals(change, context)];
  const byTicket = new Map<string, ChangeLink>();
  for (const link of links) {
    const known = byTicket.get(link.ticket.key);
    if (!known || better(link, known)) byTicket.set(link.ticket.key, link);
  }
  return [...byTicket.values()];
}

function better(a: ChangeLink, b: ChangeLink): boolean {
  if (a.row.covers !== b.row.covers) return a.row.covers;
  return LINK_VIA.indexOf(a.row.via) < LINK_VIA.indexOf(b.row.via);
}

function toLink(change: AuditChange, key: WrittenKey, all: readonly WrittenKey[], context: LinkContext): ChangeLink {
  const ticket = context.tickets.resolve(key.written);
  const covers = coversBy(change, key, context) && !isBackportOfClone(key, all, context);
  const { written, via, commits } = key;
  const row = {
    key: ticket.key,
    written,
    change: change.id,
    via,
    covers,
    ticket: ticket.status,
    moved: ticket.moved,
    commits,
  };
  // What a reverted revert brings back stands for all of the change, which names it in quotes only.
  const whole = key.whole || via === 'revert';
  return {
    change,
    ticket,
    row,
    whole,
    ...(covers ? netOf(change, whole, commits, context) : { net: false, reverted: false }),
  };
}

function coversBy(change: AuditChange, key: WrittenKey, { model }: LinkContext): boolean {
  if (key.via === 'body') return false;
  if (key.via !== 'revert') return true;
  // A revert of a revert that lies before the range brings the change into this release.
  return change.commits.some((commit) => {
    const revert = model.reverts.get(commit.sha);
    return revert !== undefined && revert.depth % 2 === 0 && revert.targets.length === 0;
  });
}

/** A back-port under a cloned ticket: the subject of the picked commit still names the original, which is a mention. */
function isBackportOfClone(key: WrittenKey, all: readonly WrittenKey[], { model, tickets }: LinkContext): boolean {
  if (key.whole || key.commits.length === 0 || !key.commits.every((sha) => model.picks.has(sha))) return false;
  const issue = tickets.issue(tickets.resolve(key.written).key);
  return all.some((other) => {
    if (!other.whole || other.via === 'body' || other.via === 'revert') return false;
    const otherKey = tickets.resolve(other.written).key;
    const links = [...(issue?.links ?? []), ...(tickets.issue(otherKey)?.links ?? [])];
    return links.some(
      (link) => /clone/i.test(`${link.type} ${link.relation}`) && [otherKey, issue?.key].includes(link.key),
    );
  });
}

/** Whether code is left: of the commits that name the key, or of all where the merge request names it. */
function netOf(
  change: AuditChange,
  whole: boolean,
  naming: readonly Sha[],
  { model }: LinkContext,
): Pick<ChangeLink, 'net' | 'reverted'> {
  const names = new Set(naming);
  const counted = change.commits.filter((commit) => !isMerge(commit) && (whole || names.has(commit.sha)));
  const left = counted.filter((commit) => !model.net.revertedBy.has(commit.sha));
  return { net: left.length > 0, reverted: left.length === 0 && counted.length > 0 };
}

/** A cherry-pick without a key of its own belongs to the tickets of its original. */
function ofOriginals(change: AuditChange, context: LinkContext): ChangeLink[] {
  return change.commits.flatMap((commit) => {
    const pick = context.model.picks.get(commit.sha);
    if (!pick) return [];
    const inRange = context.model.changeOf.get(pick.of);
    const original = context.elsewhere.get(pick.of);
    const keys =
      inRange && inRange !== change
        ? readChangeKeys(inRange, context.reader)
        : original
          ? readCommitKeys(original, context.reader)
          : [];
    return keys
      .filter((key) => key.via !== 'body' && key.via !== 'revert')
      .map((key) => toLink(change, { ...key, via: 'cherry-pick', commits: [commit.sha], whole: false }, [], context));
  });
}

/** The tickets that were created for a change without one. */
function createdFor(change: AuditChange, context: LinkContext): ChangeLink[] {
  return context.tickets
    .createdFor(change.id)
    .map((written) => toLink(change, { written, via: 'ticket', commits: [], whole: true }, [], context));
}
