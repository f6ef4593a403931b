import { toIso } from '../../../kernel/to-iso.ts';
import { millisecondsOf, toUtc } from '../facts/instant.ts';
import { isKnown } from '../facts/known.ts';
import type { ReleaseModel } from '../release/release-model.ts';
import type { Finding } from '../report/finding.ts';
import type { StoryCoverage } from '../stories/story-coverage.ts';
import { createFinding, type FindingSeed } from './create-finding.ts';
import { checkCode } from './missing-code.ts';

/** Everything that is wrong with a story of the version: its code, its status, and when it came into the version. */
export function checkStory(story: StoryCoverage, release: ReleaseModel): Finding[] {
  const said = [notDone(story), reopened(story), withoutChange(story, release), afterFreeze(story, release)];
  const seeds = said.filter((seed) => seed !== undefined);
  const subject = { kind: 'issue', id: story.issue.key } as const;
  return [
    ...checkCode(story, release),
    ...seeds.map((seed) => createFinding({ ...seed, subject, sources: [story.issue.source] })),
  ];
}

type Said = Pick<FindingSeed, 'rule' | 'detail' | 'next' | 'related'> | undefined;

function notDone({ issue }: StoryCoverage): Said {
  if (issue.statusCategory === 'done') return undefined;
  return {
    rule: 'issue-not-done',
    detail: `Its status is ${issue.status}.`,
    next: 'Finish it, or take it out of the version.',
  };
}

function reopened({ issue, changes }: StoryCoverage): Said {
  const merged = changes
    .map((change) => millisecondsOf(change.mergedAt))
    .reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!isKnown(issue.reopenedAt) || changes.length === 0) return undefined;
  const after = issue.reopenedAt.map(millisecondsOf).filter((at) => at > merged);
  if (after.length === 0) return undefined;
  return {
    rule: 'issue-reopened-after-merge',
    related: changes.map((change) => change.id),
    detail: `It was reopened at ${toIso(Math.min(...after))}, after its last change was merged.`,
    next: 'Find out why it was reopened: the change may not do what it should.',
  };
}

function withoutChange({ issue, changes }: StoryCoverage, { policyOf }: ReleaseModel): Said {
  const { resolution } = issue;
  const says = policyOf(issue.project).resolved_without_change.some(
    (one) => one.toLowerCase() === resolution?.toLowerCase(),
  );
  if (!says || changes.length === 0) return undefined;
  return {
    rule: 'issue-resolved-without-change',
    related: changes.map((change) => change.id),
    detail: `It was resolved as ${resolution}, and ${changes.map((change) => change.id).join(', ')} has code for it.`,
    next: 'Correct the resolution, or revert the change.',
  };
}

function afterFreeze({ issue }: StoryCoverage, { policyOf, facts }: ReleaseModel): Said {
  const freeze = policyOf(issue.project).freeze[facts.request.fixVersion];
  const added = issue.addedToVersionAt;
  if (freeze === undefined || added === null || !isKnown(added)) return undefined;
  if (millisecondsOf(added) <= millisecondsOf(freeze)) return undefined;
  return {
    rule: 'issue-added-after-freeze',
    detail: `It was added at ${toUtc(added)}; the freeze was at ${toUtc(freeze)}.`,
    next: 'Have the late addition approved, and record that in a waiver.',
  };
}
