import picomatch from 'picomatch';
import { type AuditChange, isMerge } from '../changes/audit-change.ts';
import { pathsOf } from '../changes/build-changes.ts';
import { isKnown } from '../facts/known.ts';
import { nameOf, personOf } from '../people/same-person.ts';
import type { JudgedChange } from '../release/judged-change.ts';
import type { AppliedWaiver, Finding } from '../report/finding.ts';
import type { Revert } from '../reverts/find-reverts.ts';
import { createFinding } from './create-finding.ts';

/** A commit without a merge request, and a change that names no ticket. */
export function checkChange(judged: JudgedChange): Finding[] {
  return [...withoutMergeRequest(judged), ...withoutTicket(judged)];
}

function withoutMergeRequest({ change }: JudgedChange): Finding[] {
  if (change.kind !== 'direct-push') return [];
  const { commit } = change;
  return [
    createFinding({
      rule: 'commit-without-mr',
      subject: { kind: 'change', id: change.id },
      detail: `${commit.author.name} pushed "${commit.subject}" to ${commit.branches.join(', ')} without a merge request.`,
      next: 'Have an independent person review the commit and record it, or accept it with a waiver.',
      sources: [commit.source],
    }),
  ];
}

/**
 * Merges that only bring other changes need no ticket, and a revert belongs to what it takes back, as far as that is
 * known: anyone can write a title. A bot that the policy lets change these paths without a ticket is reported as
 * accepted.
 */
function withoutTicket(judged: JudgedChange): Finding[] {
  const { change, links } = judged;
  if (links.some((link) => link.row.covers) || change.commits.every(isMerge)) return [];
  if (isRevert(judged, ({ resolved }) => resolved)) return [];
  const mentions = links.map((link) => link.ticket.key);
  const waived = botPermission(judged);
  return [
    createFinding({
      rule: 'commit-without-ticket',
      subject: { kind: 'change', id: change.id },
      related: mentions,
      detail: isRevert(judged, () => true)
        ? 'It is named a revert, and what it takes back is in no history that was read.'
        : mentions.length > 0
          ? `It mentions ${mentions.join(', ')} in a body only, and a mention is no link.`
          : `Neither its commits nor its merge request name a ticket of a mapped project.`,
      next:
        change.kind === 'merge-request'
          ? 'Name the ticket in the title of the merge request; cmap audit fix proposes one.'
          : 'Name the ticket that the commit belongs to, or accept it with a waiver.',
      ...(waived ? { waived } : {}),
      sources: [sourceOf(change)],
    }),
  ];
}

function isRevert({ change, model }: JudgedChange, counts: (revert: Revert) => boolean): boolean {
  return change.commits.every((commit) => {
    const revert = model.reverts.get(commit.sha);
    return isMerge(commit) || (revert !== undefined && counts(revert));
  });
}

function botPermission({ change, policy }: JudgedChange): AppliedWaiver | undefined {
  const author = change.kind === 'merge-request' ? change.mergeRequest.facts.author : personOf(change.commit.author);
  const own = change.kind === 'merge-request' ? change.mergeRequest.facts.paths : change.commit.paths;
  const merge = change.kind === 'merge-request' ? change.mergeRequest.facts.mergeCommitSha : null;
  const paths = isKnown(own) ? own : pathsOf(change.commits, merge);
  const name = nameOf(author).toLowerCase();
  const bot = policy.bots.find((one) => one.user.toLowerCase() === name && one.allow.includes('no-ticket'));
  if (!bot || !isKnown(paths) || paths.length === 0) return undefined;
  // A permission reads its globs as narrowly as they can be meant: `package.json` is the one at the top.
  const matches = picomatch(bot.paths, { dot: true });
  if (!paths.every((path) => matches(path))) return undefined;
  return {
    reason: `The policy lets ${bot.user} change ${bot.paths.join(', ')} without a ticket.`,
    by: null,
    until: null,
  };
}

/** Where the change itself was read. */
export function sourceOf(change: AuditChange): string {
  return change.kind === 'merge-request' ? change.mergeRequest.facts.source : change.commit.source;
}
