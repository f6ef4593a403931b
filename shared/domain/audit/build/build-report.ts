import type { Waiver } from '../policy/waiver.ts';
import { findGaps } from '../release/find-gaps.ts';
import { type JudgedChange, judgeChanges } from '../release/judged-change.ts';
import type { ReleaseModel, RepositoryPolicies } from '../release/release-model.ts';
import { AUDIT_SCHEMA, type AuditReport } from '../report/audit-report.ts';
import { canonicalJson } from '../report/canonical-json.ts';
import { compareText } from '../report/compare-text.ts';
import type { Finding } from '../report/finding.ts';
import { checkApprovals } from '../rules/approval-rules.ts';
import { checkChange } from '../rules/change-rules.ts';
import { checkDeployments } from '../rules/deployment-rules.ts';
import { checkGaps } from '../rules/gap-rules.ts';
import { checkPipeline } from '../rules/pipeline-rules.ts';
import { checkProjects } from '../rules/project-rules.ts';
import { checkReverts } from '../rules/revert-rules.ts';
import { checkStory } from '../rules/story-rules.ts';
import { checkTickets } from '../rules/ticket-rules.ts';
import { coverStories, type StoryCoverage } from '../stories/story-coverage.ts';
import { applyWaivers, type ScopedWaiver } from '../waivers/apply-waivers.ts';
import { reportChange } from './report-changes.ts';
import { reportCommits } from './report-commits.ts';
import { compareChanges, compareFindings, compareLinks } from './report-order.ts';
import { reportStory } from './report-stories.ts';
import { summarize } from './summarize.ts';

/** Judges, applies the waivers and writes the report, every list in its fixed order. */
export function buildReport(release: ReleaseModel, repositoryPolicies: RepositoryPolicies): AuditReport {
  const judged = judgeChanges(release);
  const stories = coverStories(release);
  const gaps = findGaps(release, judged);
  const repositories = new Map(judged.map(({ change, model }) => [change.id, model.facts.repository]));
  const { findings, uses } = applyWaivers(
    [...checkRelease(release, judged, stories), ...checkGaps(gaps)],
    waiversOf(release, repositoryPolicies),
    release.facts.request.now,
    ({ subject }) => scopesOf(subject, repositories.get(subject.id), release),
  );
  const sorted = findings.sort(compareFindings);
  const bySubject = Map.groupBy(sorted, (finding) => finding.subject.id);
  const about = (id: string): Finding[] => bySubject.get(id) ?? [];

  const report: Omit<AuditReport, 'summary'> = {
    schema: AUDIT_SCHEMA,
    policy: release.policy,
    repositoryPolicies: { ...repositoryPolicies },
    repositories: release.repositories.map(({ facts }) => ({
      repository: facts.repository,
      projectId: facts.projectId,
      url: facts.url,
      formerPaths: [...facts.formerPaths].sort(),
      paths: facts.paths,
      mergeMethod: facts.mergeMethod,
    })),
    versions: versionsOf(release),
    findings: sorted,
    stories: stories.map((story) => reportStory(story, about(story.issue.key))),
    changes: judged
      .map((one) => reportChange(one, (id) => about(id).map((finding) => finding.id)))
      .sort(compareChanges),
    commits: release.repositories.flatMap((model) => reportCommits(model, release)),
    links: release.links.map((link) => link.row).sort(compareLinks),
    waivers: uses,
    gaps,
    sources: [...release.facts.sources].sort((a, b) => compareText(a.id, b.id)),
  };
  return { ...report, summary: summarize(report, release) };
}

function checkRelease(
  release: ReleaseModel,
  judged: readonly JudgedChange[],
  stories: readonly StoryCoverage[],
): Finding[] {
  const { fixVersion, environment } = release.facts.request;
  const inScope = judged.filter((one) => one.change.inScope);
  return [
    ...checkProjects(release),
    ...stories.flatMap((story) => checkStory(story, release)),
    ...inScope.flatMap((one) => [
      ...checkChange(one),
      ...checkTickets(one, fixVersion),
      ...checkApprovals(one),
      ...checkPipeline(one),
    ]),
    ...release.repositories.flatMap(checkReverts),
    ...checkDeployments(judged, environment),
  ];
}

/**
 * Names of the policies that a subject is judged by: its repository, today's path and earlier ones, or its Jira
 * project.
 */
function scopesOf(
  { kind, id }: Finding['subject'],
  changed: string | undefined,
  { repositories }: ReleaseModel,
): string[] {
  if (kind === 'project') return [id];
  if (kind === 'issue') return [id.slice(0, id.lastIndexOf('-'))];
  const path = kind === 'repository' ? id : changed;
  const facts = repositories.find((model) => model.facts.repository === path)?.facts;
  return path === undefined ? [] : [path, ...(facts?.formerPaths ?? [])];
}

/**
 * Waivers of the policy, then those of repositories and projects besides; the same waiver in several of them is one.
 */
function waiversOf(release: ReleaseModel, repositoryPolicies: RepositoryPolicies): ScopedWaiver[] {
  const everywhere = new Set(release.policy.waivers.map(canonicalJson));
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
  return [...release.policy.waivers.map((waiver) => ({ waiver, scopes: null })), ...own.values()];
}

function versionsOf({ facts, tickets }: ReleaseModel): AuditReport['versions'] {
  return [...facts.versions]
    .sort((a, b) => compareText(a.project, b.project))
    .map(({ source: _, ...version }) => ({
      ...version,
      issues: facts.issues.filter((issue) => issue.project === version.project && tickets.inVersion(issue)).length,
    }));
}
