import { canonicalJson } from '../../../kernel/canonical-json.ts';
import type { Waiver } from '../policy/waiver.ts';
import { uniqueGaps, versionGaps } from '../release/find-gaps.ts';
import { uniqueById } from '../release/normalize-facts.ts';
import type { ReleaseFrame } from '../release/release-frame.ts';
import type { ReleaseModel } from '../release/release-model.ts';
import { AUDIT_SCHEMA, type AuditReport } from '../report/audit-report.ts';
import { compareText } from '../report/compare-text.ts';
import type { Finding } from '../report/finding.ts';
import { checkGaps } from '../rules/gap-rules.ts';
import { checkProjects } from '../rules/project-rules.ts';
import { checkStory } from '../rules/story-rules.ts';
import { coverStories } from '../stories/story-coverage.ts';
import { applyWaivers, type ScopedWaiver } from '../waivers/apply-waivers.ts';
import type { ClosingFacts } from './closing-facts.ts';
import { orNone } from './or-none.ts';
import { compareChanges, compareFindings, compareLinks } from './report-order.ts';
import { reportStory } from './report-stories.ts';
import type { RepositoryReport } from './repository-report.ts';
import { summarize } from './summarize.ts';

/** Judges the stories, applies the waivers and writes the report of the parts, every list in its fixed order. */
export function buildReport(
  release: ReleaseModel,
  parts: readonly RepositoryReport[],
  closing: ClosingFacts,
): AuditReport {
  const { facts, repositoryPolicies } = release;
  const stories = coverStories(release);
  const gaps = uniqueGaps([...closing.gaps, ...versionGaps(release), ...parts.flatMap((part) => part.gaps)]);
  const { findings, uses } = applyWaivers(
    [
      ...checkProjects(release),
      ...stories.flatMap((story) => checkStory(story, release)),
      ...parts.flatMap((part) => part.findings),
      ...checkGaps(gaps),
    ],
    waiversOf(release),
    facts.request.now,
    scopeFinder(parts),
  );
  const sorted = findings.sort(compareFindings);
  const bySubject = Map.groupBy(sorted, (finding) => finding.subject.id);
  const about = (id: string): Finding[] => bySubject.get(id) ?? [];
  const changes = parts.flatMap((part) => part.changes);
  for (const change of changes) change.findings = orNone(about(change.id).map((finding) => finding.id));

  const report: Omit<AuditReport, 'summary'> = {
    schema: AUDIT_SCHEMA,
    policy: release.policy,
    repositoryPolicies: { ...repositoryPolicies },
    repositories: parts.map((part) => part.repository),
    versions: versionsOf(release),
    findings: sorted,
    stories: stories.map((story) => reportStory(story, about(story.issue.key))),
    changes: changes.sort(compareChanges),
    commits: parts.flatMap((part) => part.commits),
    links: parts.flatMap((part) => part.links).sort(compareLinks),
    waivers: uses,
    gaps,
    sources: uniqueById(closing.sources, (one) => one.id),
  };
  const ranges = parts.flatMap((part) => part.ranges);
  return { ...report, summary: summarize(report, { ...closing, request: facts.request, ranges }) };
}

/**
 * Names of the policies that a finding's subject is judged by: its repository, today's path and earlier ones, or its
 * Jira project.
 */
function scopeFinder(parts: readonly RepositoryReport[]): (finding: Finding) => string[] {
  const paths = new Map(parts.flatMap(({ changes }) => changes.map(({ id, repository }) => [id, repository])));
  const former = new Map(parts.map(({ repository: { repository, formerPaths } }) => [repository, formerPaths]));
  return ({ subject: { kind, id } }) => {
    if (kind === 'project') return [id];
    if (kind === 'issue') return [id.slice(0, id.lastIndexOf('-'))];
    const path = kind === 'repository' ? id : paths.get(id);
    return path === undefined ? [] : [path, ...(former.get(path) ?? [])];
  };
}

/**
 * Waivers of the policy, then those of repositories and projects besides; the same waiver in several of them is one.
 */
function waiversOf({ policy, repositoryPolicies }: ReleaseFrame): ScopedWaiver[] {
  const everywhere = new Set(policy.waivers.map(canonicalJson));
  const own = new Map<string, { waiver: Waiver; scopes: string[] }>();
  for (const name of Object.keys(repositoryPolicies).sort()) {
    for (const waiver of repositoryPolicies[name]?.waivers ?? []) {
      const text = canonicalJson(waiver);
      if (everywhere.has(text)) continue;
      const known = own.get(text);
      if (known) known.scopes.push(name);
      else own.set(text, { waiver, scopes: [name] });
    }
  }
  return [...policy.waivers.map((waiver) => ({ waiver, scopes: null })), ...own.values()];
}

function versionsOf({ facts, tickets }: ReleaseFrame): AuditReport['versions'] {
  return [...facts.versions]
    .sort((a, b) => compareText(a.project, b.project))
    .map(({ source: _, ...version }) => ({
      ...version,
      issues: facts.issues.filter((issue) => issue.project === version.project && tickets.inVersion(issue)).length,
    }));
}
