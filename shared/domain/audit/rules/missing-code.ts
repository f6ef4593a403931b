import type { OutsideWork } from '../release/outside-work.ts';
import type { ReleaseModel } from '../release/release-model.ts';
import type { Finding } from '../report/finding.ts';
import type { StoryCoverage } from '../stories/story-coverage.ts';
import { createFinding, type FindingSeed } from './create-finding.ts';

/**
 * Why a story of the version has no code in the range: reverted, in an earlier release, merged elsewhere, not merged,
 * or nowhere at all. A story that needs no code is reported with the reason, as accepted.
 */
export function checkCode(story: StoryCoverage, release: ReleaseModel): Finding[] {
  if (story.coverage !== 'none' && story.coverage !== 'no-code-needed') return [];
  // A subtask in the same version is looked at through its parent.
  if (story.issue.subtask && story.noCodeReason !== null) return [];
  const said = story.reverted.length > 0 ? reverted(story) : outside(story, release);
  const { noCodeReason } = story;
  return [
    createFinding({
      ...(said ?? WITHOUT_CODE),
      subject: { kind: 'issue', id: story.issue.key },
      sources: [story.issue.source, ...(said?.sources ?? [])],
      ...(noCodeReason === null ? {} : { waived: { reason: noCodeReason, by: null, until: null } }),
    }),
  ];
}

type Said = Pick<FindingSeed, 'rule' | 'detail' | 'next' | 'related' | 'sources'>;

const WITHOUT_CODE: Omit<Said, 'sources'> = {
  rule: 'issue-without-code',
  detail: 'No commit or merge request of the audited repositories names it where a key counts.',
  next: 'Name the key in its merge request, take the issue out of the version, or mark it as needing no code.',
};

function reverted({ reverted: changes }: StoryCoverage): Said {
  const ids = changes.map((change) => change.id);
  return {
    rule: 'reverted-but-claimed',
    related: ids,
    detail: `All code for it was reverted: ${ids.join(', ')}.`,
    next: 'Take the issue out of the version, or bring the change in again.',
    sources: changes.flatMap((change) => change.codeSource ?? []),
  };
}

function outside({ issue }: StoryCoverage, release: ReleaseModel): Said | undefined {
  const work = release.outsideWork.get(issue.key) ?? [];
  const { fixVersion } = release.facts.request;
  const known = release.facts.earlierReleases.filter((one) => one.key === issue.key);
  const earlier = work.filter((one) => one.where === 'earlier');
  if (earlier.length + known.length > 0)
    return {
      rule: 'issue-in-earlier-release',
      related: earlier.map((one) => one.id),
      detail: `It came with ${[...known.map((one) => one.release), ...earlier.map((one) => one.id)].join(', ')}, before this range.`,
      next: `Take ${fixVersion} off the issue, or name what is new for it.`,
      sources: [...known.map((one) => one.source), ...earlier.map((one) => one.source)],
    };
  const elsewhere = work.filter((one) => one.where === 'elsewhere');
  if (elsewhere.length > 0)
    return mergedElsewhere(
      elsewhere,
      issue.fixVersions.map((version) => version.name),
      fixVersion,
    );
  const open = work.filter((one) => one.where === 'open');
  if (open.length === 0) return undefined;
  return {
    rule: 'issue-only-open-mr',
    related: open.map((one) => one.id),
    detail: `${open.map((one) => one.id).join(', ')} is not merged.`,
    next: 'Merge it before the release, or take the issue out of the version.',
    sources: open.map((one) => one.source),
  };
}

function mergedElsewhere(work: readonly OutsideWork[], versions: readonly string[], fixVersion: string): Said {
  const places = work.map((one) => `${one.id} (${one.branch})`);
  const others = versions.filter((version) => version !== fixVersion);
  const backport =
    others.length > 0 ? ` It is also in ${others.join(', ')}: the back-port for ${fixVersion} is missing.` : '';
  return {
    rule: 'issue-merged-elsewhere',
    related: work.map((one) => one.id),
    detail: `Its code is in ${places.slice(0, 5).join(', ')}, and not in the audited range.${backport}`,
    next: 'Bring the change into this release (cherry-pick), or take the issue out of the version.',
    sources: work.map((one) => one.source),
  };
}
