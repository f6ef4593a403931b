import type { AuditReport } from '../report/audit-report.ts';
import { FACET_NAMES, type Facets } from './table.ts';

const EMPTY: Facets = {
  version: [],
  status: [],
  assignee: [],
  label: [],
  component: [],
  repository: [],
  branch: [],
  date: [],
  finding: [],
};

/** Facets of every issue, change, commit and finding of a report, by the id of its row. */
export interface ReportFacets {
  of(id: string): Facets;
  /** Those of several rows together. */
  ofAll(ids: readonly string[]): Facets;
}

/** Collects facets once for all tables. Linear in the size of the report. */
export function collectFacets(report: AuditReport): ReportFacets {
  const ruleOf = new Map(report.findings.map(({ id, rule }) => [id, rule]));
  const rulesOf = (ids: readonly string[]) => unique(ids.flatMap((id) => ruleOf.get(id) ?? []));
  const facets = new Map<string, Facets>();

  for (const story of report.stories) {
    facets.set(story.key, {
      ...EMPTY,
      version: story.fixVersions,
      status: [story.status],
      assignee: [story.assignee ?? 'unassigned'],
      label: story.labels,
      component: story.components,
      finding: rulesOf(story.findings),
    });
  }

  const commits = new Map(report.commits.map((commit) => [commit.sha, commit]));
  for (const change of report.changes) {
    const own = change.commits.flatMap((sha) => commits.get(sha) ?? []);
    facets.set(
      change.id,
      merge([
        ...change.keys.map((key) => ({ ...(facets.get(key) ?? EMPTY), finding: [] })),
        {
          ...EMPTY,
          repository: [change.repository],
          branch: unique(own.flatMap(({ branches }) => branches)),
          date: unique(own.map(({ committedAt }) => committedAt.slice(0, 10))),
          finding: rulesOf(change.findings),
        },
      ]),
    );
  }

  for (const commit of report.commits) {
    facets.set(commit.sha, {
      ...(facets.get(commit.change) ?? EMPTY),
      repository: [commit.repository],
      branch: commit.branches,
      date: [commit.committedAt.slice(0, 10)],
    });
  }

  // An issue is found by the repositories, branches and days of its changes as well.
  for (const story of report.stories) {
    const of = [...story.changes, ...story.mentions].map((id) => facets.get(id) ?? EMPTY);
    const { repository, branch, date } = merge(of);
    facets.set(story.key, { ...(facets.get(story.key) ?? EMPTY), repository, branch, date });
  }

  const of = (id: string): Facets => facets.get(id) ?? EMPTY;
  return { of, ofAll: (ids) => merge(ids.map(of)) };
}

function merge(all: readonly Facets[]): Facets {
  const [first, ...rest] = all;
  if (!first) return EMPTY;
  if (rest.length === 0) return first;
  const merged = FACET_NAMES.map((name) => [name, unique(all.flatMap((facets) => facets[name]))]);
  // `fromEntries` forgets which names there are.
  return Object.fromEntries(merged) as unknown as Facets;
}

function unique(values: readonly string[]): string[] {
  return values.length < 2 ? [...values] : [...new Set(values)];
}
